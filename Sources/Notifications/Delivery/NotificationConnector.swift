public import Shopfloor

/// One way to tell a subscriber. A connector is used by one task at a time.
public protocol NotificationConnector: Sendable {
  /// The name in reports, status and messages: "webhook", "mqtt", "email".
  var name: String { get }

  /// Brings one message to its receiver and returns when the receiver has said that it has it. The same message may be
  /// sent again with the same id.
  ///
  /// - Returns: what the receiver said, for the record.
  func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String

  /// Gives back connections and threads. Called once, last.
  func close() async
}

extension NotificationConnector {
  public func close() async {}
}

/// A message as it leaves.
public struct OutgoingNotification: Hashable, Sendable {
  /// Our key; the same for every attempt.
  public var id: String
  /// JSON as README.md of this room describes it.
  public var payload: [UInt8]
  public var owedAt: Timestamp

  public init(id: String, payload: [UInt8], owedAt: Timestamp) {
    self.id = id
    self.payload = payload
    self.owedAt = owedAt
  }
}

/// Stands for a receiver that messages wait for and that the configuration no longer has.
public struct AbsentConnector: NotificationConnector {
  public let name = "none"

  public init() {}

  public func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String {
    throw NotificationFailure(
      .local, problem: "the configuration no longer has this subscription",
      remedy: "Put it back to have its messages sent; else they are given up when they are too old")
  }
}
