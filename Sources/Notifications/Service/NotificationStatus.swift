public import Shopfloor

/// How one subscription stands, for people.
public struct NotificationStatus: Hashable, Sendable {
  public var subscription: String
  public var connector: String
  /// Messages that wait.
  public var waitingRows = 0
  /// When the oldest of them was written.
  public var oldestWaitingSince: Timestamp?
  /// From this age on the oldest is named late, in microseconds.
  public var lateAfterMicroseconds: Int64
  /// Messages that were never taken: refused, or given up because they became too old.
  public var refusedRows = 0
  /// Messages taken since the start of the daemon.
  public var deliveredRows = 0
  public var lastDeliveryAt: Timestamp?
  /// Why the last attempt failed and what to do; nil where it did not.
  public var lastError: String?

  public init(subscription: String, connector: String, lateAfterMicroseconds: Int64) {
    self.subscription = subscription
    self.connector = connector
    self.lateAfterMicroseconds = lateAfterMicroseconds
  }

  public func isLate(at now: Timestamp) -> Bool {
    oldestWaitingSince.map { now.microseconds(since: $0) > lateAfterMicroseconds } ?? false
  }
}
