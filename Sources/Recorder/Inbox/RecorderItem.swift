package import Devices
package import Ledger
package import Shopfloor

/// What waits in the inbox.
package struct PendingReadings: Sendable {
  package var batches: [ReadingBatch]
  package var acknowledge: (@Sendable (RecorderOutcome) -> Void)?

  package init(batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) {
    self.batches = batches
    self.acknowledge = acknowledge
  }

  package var readingCount: Int { batches.reduce(0) { $0 + $1.readings.count } }
}

package struct PendingCommand: Sendable {
  package var input: LineEngine.CommandInput
  /// The sealed file that goes with a `sealRecord`.
  package var record: CommitGroup.SealedRecord?
  /// Numbers for the parameters of an `applyPlan`.
  package var plan: LinePlan?
  package var settings: [(name: String, value: String)]
  package var answer: @Sendable (CommandAnswer) -> Void

  package init(
    input: LineEngine.CommandInput, record: CommitGroup.SealedRecord? = nil, plan: LinePlan? = nil,
    settings: [(name: String, value: String)] = [], answer: @escaping @Sendable (CommandAnswer) -> Void
  ) {
    self.input = input
    self.record = record
    self.plan = plan
    self.settings = settings
    self.answer = answer
  }
}

/// Work on the ledger itself, with what is told of it in the ledger.
package struct PendingUpkeep: Sendable {
  package var work: [LedgerUpkeep]
  package var facts: [Event]
  /// Called after the commit; the events as they stand in the ledger.
  package var answer: @Sendable (Result<[EventRecord], LedgerError>) -> Void

  package init(
    work: [LedgerUpkeep], facts: [Event], answer: @escaping @Sendable (Result<[EventRecord], LedgerError>) -> Void
  ) {
    self.work = work
    self.facts = facts
    self.answer = answer
  }
}

/// What the owner thread takes out of the inbox at once.
package struct InboxLoad: Sendable {
  package var readings: [PendingReadings] = []
  package var commands: [PendingCommand] = []
  package var upkeep: [PendingUpkeep] = []
  package var inspections: [@Sendable (borrowing LineEngine) -> Void] = []
  /// Batches that the bound turned away since the last time, by device.
  package var turnedAway: [DeviceName: Int] = [:]
  package var isStopping = false
  /// Readings that stay in the inbox because the load is full.
  package var heldReadings = 0

  package init() {}
}
