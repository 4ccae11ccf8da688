import CMosquitto
import Devices
import Glibc

/// One connection through libmosquitto. Used by one thread only, its owner; the callbacks run on that thread, inside
/// ``read()``, ``write()`` and ``keepAlive()``.
///
/// With `mosquitto_threaded_set(true)` the library only queues what it wants to send: nothing leaves before ``write()``.
final class MosquittoClient {
  enum Happening {
    case accepted(sessionPresent: Bool)
    case refused(code: Int32)
    case subscriptionsAnswered([Int32])
    case lost(reason: String)
  }

  /// Seconds between signs of life. A commit must be done well within 1.5 times of it, or the broker ends the
  /// connection (MQTT 3.1.1 section 3.1.2.10): while a commit is awaited no sign of life may leave, because the
  /// acknowledgements stand before it in the queue.
  static let keepAliveSeconds: Int32 = 60

  /// What the callbacks write and the owner takes; both on the owner's thread.
  private final class Mailbox {
    let clock: any WallClock
    var messages: [IncomingMessage] = []
    var payloadBytes = 0
    var happenings: [Happening] = []

    init(clock: any WallClock) { self.clock = clock }

    /// The client owns the mailbox and outlives every call of the library, so the pointer that the callbacks get is good.
    static func at(_ pointer: UnsafeMutableRawPointer?) -> Mailbox? {
      pointer.map { Unmanaged<Mailbox>.fromOpaque($0).takeUnretainedValue() }
    }
  }

  private let mailbox: Mailbox
  private let handle: OpaquePointer

  /// - Returns: nil where the library has no memory or refuses the client id.
  init?(_ connection: MQTTConnection, clock: any WallClock) {
    mailbox = Mailbox(clock: clock)
    guard let handle = mosquitto_new(connection.clientID, false, Unmanaged.passUnretained(mailbox).toOpaque()) else {
      return nil
    }
    self.handle = handle
    mosquitto_threaded_set(handle, true)
    mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
    setCallbacks()
  }

  /// Closes the socket without sending what is queued.
  deinit { mosquitto_destroy(handle) }

  private func setCallbacks() {
    mosquitto_connect_with_flags_callback_set(handle) { _, box, code, flags in
      guard let mailbox = Mailbox.at(box) else { return }
      mailbox.happenings.append(code == 0 ? .accepted(sessionPresent: flags & 1 == 1) : .refused(code: code))
    }
    mosquitto_subscribe_callback_set(handle) { _, box, _, count, codes in
      guard let mailbox = Mailbox.at(box), let codes else { return }
      mailbox.happenings.append(
        .subscriptionsAnswered(Array(UnsafeBufferPointer(start: codes, count: Int(count)))))
    }
    mosquitto_message_callback_set(handle) { _, box, message in
      guard let mailbox = Mailbox.at(box), let message = message?.pointee, let topic = message.topic else { return }
      let count = Int(message.payloadlen)
      var payload = IncomingMessage.Payload.bytes([])
      if count > maximumPayloadBytes {
        payload = .tooLarge(bytes: count)
      } else if count > 0, let start = message.payload {
        payload = .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
        mailbox.payloadBytes += count
      }
      mailbox.messages.append(
        IncomingMessage(
          topic: String(cString: topic), payload: payload, isRetained: message.retain,
          receivedAt: mailbox.clock.now()))
    }
  }

  // MARK: What the owner does

  /// Begins to connect to a numeric address; the answer comes as a happening.
  func connect(address: String, port: Int, username: String?, password: String?) {
    if let username { mosquitto_username_pw_set(handle, username, password) }
    note(mosquitto_connect_async(handle, address, Int32(port), Self.keepAliveSeconds), "no connection to \(address)")
  }

  /// Subscribes to all filters with QoS 1 in one packet.
  func subscribe(_ filters: [TopicFilter]) {
    var texts = filters.map { strdup($0.text) }
    defer { texts.forEach { free($0) } }
    let code = texts.withUnsafeMutableBufferPointer { buffer in
      mosquitto_subscribe_multiple(handle, nil, Int32(buffer.count), buffer.baseAddress, 1, 0, nil)
    }
    note(code, "the subscription was not sent")
  }

  /// Reads what the socket has now, about one packet.
  func read() { note(mosquitto_loop_read(handle, 1), "the connection ended") }

  /// Sends everything that is queued, acknowledgements among it, as far as the socket takes it.
  func write() { note(mosquitto_loop_write(handle, 1), "the connection ended") }

  func keepAlive() { note(mosquitto_loop_misc(handle), "no sign of life from the broker") }

  /// Says good-bye and sends what is queued; only where every message read is committed.
  func disconnect() {
    guard mosquitto_disconnect(handle) == Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
    mosquitto_loop_write(handle, 1)
  }

  /// -1 without a connection.
  var socket: Int32 { mosquitto_socket(handle) }
  var wantsToWrite: Bool { mosquitto_want_write(handle) }
  var waitingMessages: Int { mailbox.messages.count }
  var waitingPayloadBytes: Int { mailbox.payloadBytes }

  func takeMessages() -> [IncomingMessage] {
    mailbox.payloadBytes = 0
    defer { mailbox.messages = [] }
    return mailbox.messages
  }

  func takeHappenings() -> [Happening] {
    defer { mailbox.happenings = [] }
    return mailbox.happenings
  }

  private func note(_ code: Int32, _ attempt: String) {
    guard code != Int32(MOSQ_ERR_SUCCESS.rawValue), code != Int32(MOSQ_ERR_CONN_PENDING.rawValue) else { return }
    let systemFault = errno
    let reason =
      code == Int32(MOSQ_ERR_ERRNO.rawValue)
      ? String(cString: strerror(systemFault)) : String(cString: mosquitto_strerror(code))
    if case .lost? = mailbox.happenings.last { return }
    mailbox.happenings.append(.lost(reason: "\(attempt): \(reason)"))
  }
}
