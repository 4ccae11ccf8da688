public import Ledger
public import Shopfloor

/// What the service needs from the rest of the daemon, as plain functions.
public struct NotificationPorts: Sendable {
  /// The rows of a subscription that may go next at this time: each is the first of its order key that is not done with.
  /// A bounded number without payloads. The last value is the longest wait between two attempts, in microseconds: a later
  /// next attempt counts as due.
  public var nextRows: @Sendable (_ subscription: String, Timestamp, Int64) async throws -> [OutboxRow]
  /// The first row of an order key that is not done with.
  public var firstRow: @Sendable (_ orderKey: String) async throws -> OutboxRow?
  public var payload: @Sendable (OutboxRow) async throws -> [UInt8]
  public var backlog: @Sendable (_ subscription: String) async throws -> OutboxBacklog
  /// Returns when the report is durable.
  public var report: @Sendable (DeliveryReport) async throws -> Void
  /// A sentence for the log, in plain words.
  public var note: @Sendable (String) -> Void

  public init(
    nextRows: @escaping @Sendable (String, Timestamp, Int64) async throws -> [OutboxRow],
    firstRow: @escaping @Sendable (String) async throws -> OutboxRow?,
    payload: @escaping @Sendable (OutboxRow) async throws -> [UInt8],
    backlog: @escaping @Sendable (String) async throws -> OutboxBacklog,
    report: @escaping @Sendable (DeliveryReport) async throws -> Void,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.nextRows = nextRows
    self.firstRow = firstRow
    self.payload = payload
    self.backlog = backlog
    self.report = report
    self.note = note
  }
}
