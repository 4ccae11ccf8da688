import Devices
import Ledger
import Shopfloor

/// What waits in the inbox.
struct PendingReadings: Sendable {
  var batches: [ReadingBatch]
  var acknowledge: (@Sendable (RecorderOutcome) -> Void)?

  var readingCount: Int { batches.reduce(0) { $0 + $1.readings.count } }
}

struct PendingCommand: Sendable {
  var input: LineEngine.CommandInput
  /// The sealed file that goes with a `sealRecord`.
  var record: CommitGroup.SealedRecord?
  /// Numbers for the parameters of an `applyPlan`.
  var plan: LinePlan?
  var settings: [(name: String, value: String)] = []
  var answer: @Sendable (CommandAnswer) -> Void
}

/// Work on the ledger itself, with what is told of it in the ledger.
struct PendingUpkeep: Sendable {
  var work: [LedgerUpkeep]
  var facts: [Event]
  /// Called after the commit; the events as they stand in the ledger.
  var answer: @Sendable (Result<[EventRecord], LedgerError>) -> Void
}

/// What the owner thread takes out of the inbox at once.
struct InboxLoad: Sendable {
  var readings: [PendingReadings] = []
  var commands: [PendingCommand] = []
  var upkeep: [PendingUpkeep] = []
  var inspections: [@Sendable (borrowing LineEngine) -> Void] = []
  /// Batches that the bound turned away since the last time, by device.
  var turnedAway: [DeviceName: Int] = [:]
  var isStopping = false

  var isEmpty: Bool {
    readings.isEmpty && commands.isEmpty && upkeep.isEmpty && inspections.isEmpty && turnedAway.isEmpty
  }
}
