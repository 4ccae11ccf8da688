public import Shopfloor

/// How the messages of one subscription of notifications stand.
public struct SubscriptionStatus: Hashable, Sendable, Codable {
  public var name: String
  /// "webhook", "mqtt", "email"; "none" where the configuration no longer has it and messages still wait.
  public var connector: String
  public var waitingRows: Int
  public var oldestWaitingSeconds: Double?
  /// Whether the oldest has waited for longer than `lateAfterSeconds`.
  public var isLate: Bool
  public var lateAfterSeconds: Double
  /// Messages that were never taken: refused, or given up because they became too old.
  public var refusedRows: Int
  /// Messages taken since the start of the daemon.
  public var deliveredRows: Int
  public var lastDeliveryAt: Timestamp?
  /// Why the last attempt failed and what to do; nil where it did not.
  public var lastError: String?

  public init(
    name: String, connector: String, waitingRows: Int, oldestWaitingSeconds: Double?, isLate: Bool,
    lateAfterSeconds: Double, refusedRows: Int, deliveredRows: Int, lastDeliveryAt: Timestamp?, lastError: String?
  ) {
    self.name = name
    self.connector = connector
    self.waitingRows = waitingRows
    self.oldestWaitingSeconds = oldestWaitingSeconds
    self.isLate = isLate
    self.lateAfterSeconds = lateAfterSeconds
    self.refusedRows = refusedRows
    self.deliveredRows = deliveredRows
    self.lastDeliveryAt = lastDeliveryAt
    self.lastError = lastError
  }
}
