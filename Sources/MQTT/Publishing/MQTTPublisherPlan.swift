/// A broker and a topic that messages are published to.
public struct MQTTPublisherPlan: Hashable, Sendable {
  /// With a client id of its own: with that of a reading session it would throw that one out.
  public var connection: MQTTConnection
  public var topic: String
  /// From the beginning of an attempt to the broker's answer.
  public var timeoutMicroseconds: Int64

  public init(connection: MQTTConnection, topic: String, timeoutMicroseconds: Int64 = 15_000_000) {
    self.connection = connection
    self.topic = topic
    self.timeoutMicroseconds = timeoutMicroseconds
  }

  /// Why nothing can be published to a topic; nil where it can (MQTT 3.1.1 section 4.7).
  public static func fault(inTopic topic: String) -> String? {
    if topic.isEmpty { return "the topic is empty" }
    if topic.utf8.count > 1_024 { return "the topic is longer than 1024 bytes" }
    if topic.contains("#") || topic.contains("+") { return "a topic that is published to has no wildcard" }
    if topic.hasPrefix("$") { return "topics that begin with $ belong to the broker" }
    if topic.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      return "the topic has a control character"
    }
    return nil
  }
}

/// Why a message was not taken by the broker.
public struct MQTTPublishFault: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Sendable, CaseIterable {
    /// No connection: nothing was published.
    case unreachable = "mqtt.publish_unreachable"
    /// The connection ended, or the time, before the acknowledgement.
    case outcomeUnknown = "mqtt.publish_outcome_unknown"
    /// The broker refuses the client.
    case clientRefused = "mqtt.publish_client_refused"
    /// The broker refuses the message.
    case messageRefused = "mqtt.publish_message_refused"
    /// Something on our own machine.
    case local = "mqtt.publish_local"
  }

  public var code: Code
  public var description: String

  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }
}
