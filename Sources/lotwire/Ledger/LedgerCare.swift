import Console
import Devices
import Dispatch
import Foundation
import Ledger
import Logging
import Recorder
import ServiceLifecycle
import Shopfloor
import Synchronization

/// Runs the duties of the ledger one after the other on a thread of its own, beside the recording: each reads for itself
/// and has the recorder write in small pieces. ``DutySchedule`` says what comes next.
///
/// A class, because it owns the thread.
final class LedgerCare: Service, Sendable {
  private struct State {
    var isStopping = false
    var schedule: DutySchedule
    /// Duties that were woken since the last look.
    var woken: Set<String> = []
  }

  private let ledgerPath: String
  private let recorder: Recorder
  private let clock: any WallClock
  private let logger: Logger
  private let notes: DutyNotes
  private let makeDuties: @Sendable () -> [any LedgerDuty]
  private let state: Mutex<State>
  private let bell = DispatchSemaphore(value: 0)
  private let thread = OwnThread(label: "lotwire.ledger.care")

  /// - Parameter makeDuties: called once on the thread of the duties, and once here for their names.
  init(
    ledgerPath: String, recorder: Recorder, clock: any WallClock, logger: Logger, notes: DutyNotes,
    makeDuties: @escaping @Sendable () -> [any LedgerDuty]
  ) {
    self.ledgerPath = ledgerPath
    self.recorder = recorder
    self.clock = clock
    self.logger = logger
    self.notes = notes
    self.makeDuties = makeDuties
    state = Mutex(
      State(schedule: DutySchedule(names: makeDuties().map(\.name), now: clock.now().monotonicMicroseconds)))
  }

  /// How the duties stand, in their order.
  var standings: [DutySchedule.Standing] { state.withLock { $0.schedule.standings } }

  var statuses: [DutyStatus] {
    standings.map {
      DutyStatus(
        name: $0.name, lastDoneAt: $0.lastDoneAt, failures: $0.failures, problem: $0.problem, detail: notes[$0.name])
    }
  }

  /// Asks a duty to look at the ledger now.
  func wake(_ duty: String) {
    state.withLock { _ = $0.woken.insert(duty) }
    bell.signal()
  }

  func run() async throws {
    await withGracefulShutdownHandler {
      // What hangs at the end is left behind: nothing of it is lost, the next start goes on where the ledger stands.
      if case .failure(let error) = await thread.run({ try self.work() }) {
        logger.error(
          "the ledger is not packed, checkpointed or copied", metadata: ["reason": "\(error)"])
      }
    } onGracefulShutdown: {
      self.state.withLock { $0.isStopping = true }
      self.bell.signal()
    }
  }

  private func work() throws(LedgerError) {
    let reader = try LedgerReader(path: ledgerPath)
    var duties = makeDuties()
    while true {
      let now = clock.now()
      let (step, isStopping) = state.withLock { state in
        for name in state.woken { state.schedule.wake(name, at: now.monotonicMicroseconds) }
        state.woken = []
        return (state.schedule.next(at: now.monotonicMicroseconds), state.isStopping)
      }
      if isStopping { return finish(&duties, reader) }
      switch step {
      case .perform(let index): perform(&duties[index], index, now, reader)
      case .wait(let until):
        _ = bell.wait(timeout: .now() + .microseconds(Int(until - now.monotonicMicroseconds)))
      }
    }
  }

  private func perform(_ duty: inout any LedgerDuty, _ index: Int, _ now: ClockReading, _ reader: LedgerReader) {
    do {
      let pause = try duty.perform(DutyContext(now: now, reader: reader, write: write))
      state.withLock { $0.schedule.done(index, pause, at: now) }
    } catch {
      let isFirst = state.withLock { state in
        state.schedule.failed(index, "\(error)", at: clock.now().monotonicMicroseconds)
        return state.schedule.standings[index].failures == 1
      }
      // One line when it begins; how it stands is in the status.
      if isFirst {
        logger.error(
          "a duty of the ledger failed; it is tried again", metadata: ["duty": "\(duty.name)", "reason": "\(error)"])
      }
    }
  }

  private func finish(_ duties: inout [any LedgerDuty], _ reader: LedgerReader) {
    for index in duties.indices {
      do {
        try duties[index].finish(DutyContext(now: clock.now(), reader: reader, write: write))
      } catch {
        logger.error(
          "a duty of the ledger did not end in order",
          metadata: ["duty": "\(duties[index].name)", "reason": "\(error)"])
      }
    }
  }

  /// Blocks the thread of the duties until the recorder has written.
  private func write(_ work: [LedgerUpkeep], _ facts: [Event]) throws(LedgerError) -> [EventRecord] {
    let answer = Mutex<Result<[EventRecord], LedgerError>?>(nil)
    let written = DispatchSemaphore(value: 0)
    recorder.keepUp(work, facts: facts) { result in
      answer.withLock { $0 = result }
      written.signal()
    }
    written.wait()
    guard let result = answer.withLock({ $0 }) else { preconditionFailure("the answer came before the signal") }
    return try result.get()
  }
}
