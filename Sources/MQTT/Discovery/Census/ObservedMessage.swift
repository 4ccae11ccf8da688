public import Devices

/// A message as somebody saw it who only looks on.
public struct ObservedMessage: Hashable, Sendable {
  public var topic: String
  /// Nil: larger than ``maximumPayloadBytes`` and not copied.
  public var payload: [UInt8]?
  public var payloadBytes: Int
  /// The broker had kept it from an earlier time.
  public var isRetained: Bool
  public var receivedAt: ClockReading

  public init(topic: String, payload: [UInt8], isRetained: Bool, receivedAt: ClockReading) {
    self.topic = topic
    self.payload = payload
    payloadBytes = payload.count
    self.isRetained = isRetained
    self.receivedAt = receivedAt
  }

  init(_ message: IncomingMessage) {
    topic = message.topic
    isRetained = message.isRetained
    receivedAt = message.receivedAt
    switch message.payload {
    case .bytes(let bytes):
      payload = bytes
      payloadBytes = bytes.count
    case .tooLarge(let bytes):
      payload = nil
      payloadBytes = bytes
    }
  }

  var incoming: IncomingMessage {
    IncomingMessage(
      topic: topic, payload: payload.map { .bytes($0) } ?? .tooLarge(bytes: payloadBytes), isRetained: isRetained,
      receivedAt: receivedAt)
  }
}
