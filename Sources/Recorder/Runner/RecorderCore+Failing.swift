import Devices
import Ledger
import Shopfloor

/// What becomes of recording while the ledger fails, and how it begins again.
extension RecorderCore {
  /// Readings of a commit whose fate is not known, kept by nobody else.
  struct Undecided {
    /// The number that the commit has in the ledger, if it became durable after all.
    var group: Int64
    var readings: [PendingReadings]
  }

  /// Nothing of the group is acknowledged; what nobody else keeps waits for the ledger to come back.
  func fail(_ error: LedgerError, _ commands: [PendingCommand], _ readings: [PendingReadings]) {
    state.counters.failedCommits += 1
    engine.isDurable = false
    suspend(error)
    nextRecovery = monotonic + Self.retryMicroseconds
    // A group that fails again after a recovery carries the readings of the one before: nothing is overwritten.
    undecided = Undecided(
      group: (store?.readingsHead.group ?? 0) + 1, readings: readings.filter { $0.acknowledge == nil })
    store?.close()
    store = nil
    var load = InboxLoad()
    load.commands = commands
    load.readings = readings.filter { $0.acknowledge != nil }
    _ = refuse(load)
  }

  /// Refuses what is awaited, and gives back the readings that nobody else keeps.
  func refuse(_ load: InboxLoad) -> [PendingReadings] {
    let refusal = Refusal(
      .recorderStopped, read: "",
      why: Words(
        "nothing is being recorded: \(state.storage.words?.english ?? state.problem ?? "")",
        "当前未在记录：\(state.storage.words?.chinese ?? state.problem ?? "")"),
      remedy: Words("Stop the line and call the technician; do not work on without a record", "请停线并呼叫技术人员；无记录时请勿继续作业"))
    for command in load.commands { command.answer(.refused(refusal)) }
    for readings in load.readings { readings.acknowledge?(.failed) }
    return load.readings.filter { $0.acknowledge == nil }
  }

  /// A failed commit holds fewer events than this.
  static let maximumUntoldEvents = 100_000

  /// Opens the ledger again and takes the engine from it: a failed commit may have become durable or not.
  ///
  /// - Parameter held: readings that waited meanwhile.
  /// - Returns: the readings of that commit, where it did not; they come before everything that waited since.
  func recover(held: Int) -> [PendingReadings] {
    // By the monotonic clock: a step of UTC must not put off the recovery.
    guard monotonic >= nextRecovery else { return [] }
    nextRecovery = monotonic + Self.retryMicroseconds
    do throws(LedgerError) {
      let reopened = try LedgerStore(
        path: setup.ledgerPath, on: setup.disk, afterFailure: true, tell: setup.tell)
      let restart = try RecorderRestart.run(reopened.reader)
      // A commit that failed and is durable after all was told to nobody: a completed lot would wait for its record.
      let untold = try reopened.reader.events(after: toldThrough, limit: Self.maximumUntoldEvents)
      engine = restart.engine
      window = restart.window
      anchoredGroup = 0
      store = reopened
      // Durable after all: stored again, those readings would stand twice.
      let isLost = undecided.map { reopened.readingsHead.group < $0.group } ?? false
      let lost = isLost ? undecided?.readings ?? [] : []
      if undecided != nil, suspension?.commitWasKept == nil { suspension?.commitWasKept = !isLost }
      undecided = nil
      tell(untold)
      start()
      // Where that failed again, the readings are still in nobody's hands.
      if store != nil { _ = tellOfSuspension(held: held + lost.reduce(0) { $0 + $1.readingCount }) }
      return lost
    } catch {
      state.problem = "\(error)"
      state.storage.fault = StorageFault(error, on: setup.disk, path: setup.ledgerPath)
      return []
    }
  }
}
