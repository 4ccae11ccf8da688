public import Ledger

/// One way to talk to an ERP. A connector is used by one task at a time.
public protocol ERPConnector: Sendable {
  /// The name in reports, status and messages: "http", "file-drop".
  var name: String { get }

  /// What changed in the ERP since the cursor; everything where the cursor is nil.
  func fetchWork(since cursor: String?) async throws(ERPFailure) -> WorkUpdate

  /// Called after the update and its cursor are durable on our side.
  func confirm(_ update: WorkUpdate) async throws(ERPFailure)

  /// Brings one row to the ERP exactly once, however often it is called for the same row.
  func deliver(_ row: OutboxRow) async throws(ERPFailure) -> DeliveryVerdict

  /// Gives back connections and threads. Called once, last.
  func close() async
}

extension ERPConnector {
  public func confirm(_ update: WorkUpdate) async throws(ERPFailure) {}
}
