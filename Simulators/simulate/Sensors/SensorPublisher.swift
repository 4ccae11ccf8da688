import CMosquitto
import Glibc

/// Publishes with QoS 1 over a persistent session and says which messages the broker has acknowledged. Used by one
/// thread. A message that the broker has not acknowledged is sent again after a reconnection, by the library.
final class SensorPublisher {
  /// Messages that wait for the broker's acknowledgement, at most; below the 65,535 that MQTT can tell apart.
  static let maximumUnacknowledged = 10_000
  static let reconnectPauseMicroseconds: UInt32 = 200_000

  private final class Box {
    var waiting: [Int32: SensorModel.Message] = [:]
    var acknowledged: [SensorModel.Message] = []
  }

  private let box = Box()
  private let handle: OpaquePointer
  private let host: String
  private let port: Int32
  private var hasConnected = false

  init?(host: String, port: Int, clientID: String) {
    // Never undone: a process that publishes uses the library until it ends.
    mosquitto_lib_init()
    guard let handle = mosquitto_new(clientID, false, Unmanaged.passUnretained(box).toOpaque()) else { return nil }
    self.handle = handle
    self.host = host
    self.port = Int32(port)
    mosquitto_publish_callback_set(handle) { _, raw, id in
      guard let raw else { return }
      let box = Unmanaged<Box>.fromOpaque(raw).takeUnretainedValue()
      if let message = box.waiting.removeValue(forKey: id) { box.acknowledged.append(message) }
    }
  }

  deinit { mosquitto_destroy(handle) }

  var unacknowledged: Int { box.waiting.count }
  /// Before the first connection nothing may be published: the library would refuse it.
  var takesMessages: Bool { hasConnected && unacknowledged < Self.maximumUnacknowledged }

  /// - Returns: false where the library did not take it; then it was not sent and will not be.
  func publish(_ message: SensorModel.Message) -> Bool {
    var id: Int32 = 0
    let code = mosquitto_publish(
      handle, &id, message.topic, Int32(message.payload.count), message.payload, 1, message.isRetained)
    // Without a connection the library has queued it and sends it after the next one.
    guard
      code == Int32(MOSQ_ERR_SUCCESS.rawValue) || code == Int32(MOSQ_ERR_NO_CONN.rawValue)
        || code == Int32(MOSQ_ERR_CONN_LOST.rawValue)
    else { return false }
    box.waiting[id] = message
    return true
  }

  /// Sends and receives for up to `milliseconds`, reconnects where the broker went away.
  func work(milliseconds: Int32) {
    guard mosquitto_socket(handle) >= 0 else {
      let code =
        hasConnected ? mosquitto_reconnect(handle) : mosquitto_connect(handle, host, port, 30)
      if code == Int32(MOSQ_ERR_SUCCESS.rawValue) {
        hasConnected = true
      } else {
        usleep(Self.reconnectPauseMicroseconds)
      }
      return
    }
    let code = mosquitto_loop(handle, milliseconds, 1)
    if code != Int32(MOSQ_ERR_SUCCESS.rawValue) { usleep(Self.reconnectPauseMicroseconds) }
  }

  func takeAcknowledged() -> [SensorModel.Message] {
    defer { box.acknowledged = [] }
    return box.acknowledged
  }

  func disconnect() {
    mosquitto_disconnect(handle)
    mosquitto_loop(handle, 100, 1)
  }
}
