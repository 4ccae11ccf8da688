public import Ledger
public import Shopfloor

/// What the service needs from the rest of the daemon, as plain functions.
public struct ERPServicePorts: Sendable {
  /// Every outbox row that is not delivered, blocked ones too: they hold back the later rows of their lot. The payload
  /// may be empty where `payload` is given.
  public var pendingRows: @Sendable () async throws -> [OutboxRow]
  /// The payload of a row, where `pendingRows` leaves it out to keep a long backlog small.
  public var payload: (@Sendable (OutboxRow) async throws -> [UInt8])?
  /// Returns when the report is durable.
  public var report: @Sendable (DeliveryReport) async throws -> Void
  /// Returns when the work is durable. The same work may come again.
  public var applyWork: @Sendable (WorkChange) async throws -> Void
  public var loadCursor: @Sendable () async throws -> String?
  /// Called after `applyWork` has returned.
  public var saveCursor: @Sendable (String) async throws -> Void
  /// A sentence for the log, in plain words.
  public var note: @Sendable (String) -> Void

  public init(
    pendingRows: @escaping @Sendable () async throws -> [OutboxRow],
    payload: (@Sendable (OutboxRow) async throws -> [UInt8])? = nil,
    report: @escaping @Sendable (DeliveryReport) async throws -> Void,
    applyWork: @escaping @Sendable (WorkChange) async throws -> Void,
    loadCursor: @escaping @Sendable () async throws -> String?,
    saveCursor: @escaping @Sendable (String) async throws -> Void,
    note: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.pendingRows = pendingRows
    self.payload = payload
    self.report = report
    self.applyWork = applyWork
    self.loadCursor = loadCursor
    self.saveCursor = saveCursor
    self.note = note
  }
}
