import Ledger
import Recorder
import Shopfloor

/// The duties of the ledger take their turns; what they write goes through the recorder, as in the daemon.
extension LineSimulation {
  /// Small segments and little rest, so that a simulated hour packs some.
  static func packing() -> PackingDuty {
    var bounds = PackingPlan.Bounds()
    bounds.readingsOfBusiest = 200
    bounds.spanMicroseconds = 600_000_000
    var rest = PackingPlan.Rest()
    rest.newestCommits = 300
    return PackingDuty(bounds: bounds, rest: rest)
  }

  func keepUp() throws {
    guard let machine, machine.core.state.isRecording else { return }
    for place in duties.indices {
      guard self.machine === machine else { return }
      let context = DutyContext(now: clock.now(), reader: machine.reader) {
        [weak self] work, facts throws(LedgerError) -> [EventRecord] in
        guard let self else { throw .commitFailed(reason: "the simulation is over") }
        return try self.write(work, facts)
      }
      _ = try reading { try duties[place].perform(context) }
      if let broken = brokenInDuty { throw broken }
    }
  }

  /// Has the recorder carry out work on the ledger: offers it, and turns until it is answered.
  private func write(_ work: [LedgerUpkeep], _ facts: [Event]) throws(LedgerError) -> [EventRecord] {
    let box = AnswerBox()
    guard let machine, machine.queue.keepUp(PendingUpkeep(work: work, facts: facts, answer: { box.value = $0 })) else {
      throw .commitFailed(reason: "the recorder takes nothing")
    }
    do {
      while box.value == nil, self.machine === machine { try turn() }
    } catch {
      brokenInDuty = error
    }
    guard let result = box.value else { throw .commitFailed(reason: "the recorder is gone") }
    return try result.get()
  }
}

/// Proof of Sendable: written and read on the simulation's one thread.
private final class AnswerBox: @unchecked Sendable {
  var value: Result<[EventRecord], LedgerError>?
}
