public import Ledger
public import Shopfloor

/// What the service needs from the rest of the daemon, as plain functions.
public struct ERPServicePorts: Sendable {
  /// The rows that may go next at this time: each is the first of its order key that is not done with. A bounded number,
  /// those that are due first. The payload may be empty where `payload` is given. The second value is the longest wait
  /// between two attempts, in microseconds: a later next attempt counts as due.
  public var nextRows: @Sendable (Timestamp, Int64) async throws -> [OutboxRow]
  /// The first row of an order key that is not done with: what follows a delivered row, without looking at all others.
  public var firstRow: @Sendable (String) async throws -> OutboxRow?
  /// How many rows wait, for the status.
  public var backlog: @Sendable () async throws -> OutboxBacklog
  /// The payload of a row, where `nextRows` leaves it out: only one is in memory at a time.
  public var payload: (@Sendable (OutboxRow) async throws -> [UInt8])?
  /// Returns when the report is durable.
  public var report: @Sendable (DeliveryReport) async throws -> Void
  /// Returns when the work is durable. The same work may come again.
  public var applyWork: @Sendable (WorkChange) async throws -> Void
  public var loadCursor: @Sendable () async throws -> String?
  /// Called after `applyWork` has returned.
  public var saveCursor: @Sendable (String) async throws -> Void
  /// Where the connector writes down what auditors must find again.
  public var journal: any DeliveryJournal
  /// A sentence for the log, in plain words.
  public var note: @Sendable (String) -> Void

  public init(
    nextRows: @escaping @Sendable (Timestamp, Int64) async throws -> [OutboxRow],
    firstRow: @escaping @Sendable (String) async throws -> OutboxRow?,
    backlog: @escaping @Sendable () async throws -> OutboxBacklog,
    payload: (@Sendable (OutboxRow) async throws -> [UInt8])? = nil,
    report: @escaping @Sendable (DeliveryReport) async throws -> Void,
    applyWork: @escaping @Sendable (WorkChange) async throws -> Void,
    loadCursor: @escaping @Sendable () async throws -> String?,
    saveCursor: @escaping @Sendable (String) async throws -> Void,
    journal: any DeliveryJournal,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.nextRows = nextRows
    self.firstRow = firstRow
    self.backlog = backlog
    self.payload = payload
    self.report = report
    self.applyWork = applyWork
    self.loadCursor = loadCursor
    self.saveCursor = saveCursor
    self.journal = journal
    self.note = note
  }
}
