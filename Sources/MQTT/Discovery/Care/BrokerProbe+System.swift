import Devices
import Shopfloor

/// What a mosquitto says of itself below `$SYS` (mosquitto(8), "Broker status").
public struct BrokerSystem: Hashable, Sendable {
  public var version: String?
  public var uptimeSeconds: Int?
  public var clientsConnected: Int?
  /// Messages that are kept for clients and as retained ones.
  public var messagesStored: Int?
  /// Publish messages that were dropped since the start of the broker, because a queue was full.
  public var messagesDropped: Int?
  public var messagesInflight: Int?

  public init() {}

  mutating func take(_ topic: String, _ payload: String) {
    let number = payload.prefix { ("0"..."9").contains($0) }
    switch topic {
    case "$SYS/broker/version": version = displayable(payload, maximumCharacters: 60)
    case "$SYS/broker/uptime": uptimeSeconds = Int(number)
    case "$SYS/broker/clients/connected": clientsConnected = Int(number)
    case "$SYS/broker/messages/stored", "$SYS/broker/store/messages/count": messagesStored = Int(number)
    case "$SYS/broker/publish/messages/dropped": messagesDropped = Int(number)
    case "$SYS/broker/messages/inflight": messagesInflight = Int(number)
    default: break
    }
  }
}

extension BrokerProbe {
  static let systemTopics = [
    "$SYS/broker/version", "$SYS/broker/uptime", "$SYS/broker/clients/connected", "$SYS/broker/messages/stored",
    "$SYS/broker/store/messages/count", "$SYS/broker/publish/messages/dropped", "$SYS/broker/messages/inflight",
  ]
  /// mosquitto publishes at the beginning and every `sys_interval` (10 s as delivered), kept: what is there comes at once.
  static let systemPatienceMicroseconds: Int64 = 1_500_000

  /// Nil where the broker tells nothing: another make, an access list, or `sys_interval 0`.
  public func system() throws(Fault) -> BrokerSystem? {
    let filters = Self.systemTopics.compactMap { text -> TopicFilter? in
      do throws(TopicFilterFault) {
        return try TopicFilter(text)
      } catch {
        return nil
      }
    }
    let client = try connect(connection.underOwnClientID("doctor"), cleanSession: true)
    defer { client.disconnect() }
    client.subscribe(filters.map { (filter: $0, qualityOfService: 0) })
    var found = BrokerSystem()
    var isAnything = false
    let deadline = clock.now().monotonicMicroseconds + Self.systemPatienceMicroseconds
    while clock.now().monotonicMicroseconds < deadline, found.messagesDropped == nil || found.messagesStored == nil {
      for happening in client.takeHappenings() {
        if case .lost(let reason) = happening { throw Fault(reason) }
      }
      client.serve(milliseconds: Self.pollMilliseconds, wake: nil)
      for message in client.takeMessages() {
        guard case .bytes(let bytes) = message.payload else { continue }
        found.take(message.topic, String(decoding: bytes, as: UTF8.self))
        isAnything = true
      }
    }
    return isAnything ? found : nil
  }
}
