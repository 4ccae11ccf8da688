public import Ledger
public import Shopfloor

/// What the service needs from the rest of the daemon, as plain functions.
public struct ERPServicePorts: Sendable {
  /// The rows that may go next at this time: each is the first of its order key that is not done with. A bounded number,
  /// those that are due first; payloads may be left out. The second value is the longest wait between two attempts, in
  /// microseconds: a later next attempt counts as due.
  public var nextRows: @Sendable (Timestamp, Int64) async throws -> [OutboxRow]
  /// The first rows of the order keys for which something was written since this time; of a bounded number of the newest
  /// rows. Payloads may be left out.
  public var liveRows: @Sendable (Timestamp) async throws -> [OutboxRow]
  /// The first row of an order key behind a row that is not done with, without looking at all others.
  public var rowAfter: @Sendable (String, Int64) async throws -> OutboxRow?
  /// Those of the rows that still wait, with their payloads, in the order of the ids; so many that all payloads but the
  /// first have no more bytes than this.
  public var load: @Sendable ([Int64], Int) async throws -> [OutboxRow]
  /// Whether an older row than this one waits for delivery; blocked ones do not count.
  public var isOlderRowOpen: @Sendable (Int64) async throws -> Bool
  /// How many rows wait, for the status.
  public var backlog: @Sendable () async throws -> OutboxBacklog
  /// Returns when all reports are durable.
  public var report: @Sendable ([DeliveryReport]) async throws -> Void
  /// Returns when the work is durable. The same work may come again.
  public var applyWork: @Sendable (WorkChange) async throws -> Void
  public var loadCursor: @Sendable () async throws -> String?
  /// Called after `applyWork` has returned.
  public var saveCursor: @Sendable (String) async throws -> Void
  /// Nil: nothing is compared.
  public var comparison: ComparisonPorts?
  /// Where the connector writes down what auditors must find again.
  public var journal: any DeliveryJournal
  /// A sentence for the log, in plain words.
  public var note: @Sendable (String) -> Void

  public init(
    nextRows: @escaping @Sendable (Timestamp, Int64) async throws -> [OutboxRow],
    liveRows: @escaping @Sendable (Timestamp) async throws -> [OutboxRow],
    rowAfter: @escaping @Sendable (String, Int64) async throws -> OutboxRow?,
    load: @escaping @Sendable ([Int64], Int) async throws -> [OutboxRow],
    isOlderRowOpen: @escaping @Sendable (Int64) async throws -> Bool,
    backlog: @escaping @Sendable () async throws -> OutboxBacklog,
    report: @escaping @Sendable ([DeliveryReport]) async throws -> Void,
    applyWork: @escaping @Sendable (WorkChange) async throws -> Void,
    loadCursor: @escaping @Sendable () async throws -> String?,
    saveCursor: @escaping @Sendable (String) async throws -> Void,
    comparison: ComparisonPorts? = nil,
    journal: any DeliveryJournal,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.nextRows = nextRows
    self.liveRows = liveRows
    self.rowAfter = rowAfter
    self.load = load
    self.isOlderRowOpen = isOlderRowOpen
    self.backlog = backlog
    self.report = report
    self.applyWork = applyWork
    self.loadCursor = loadCursor
    self.saveCursor = saveCursor
    self.comparison = comparison
    self.journal = journal
    self.note = note
  }
}
