import CMosquitto
import Devices
import Glibc
import Shopfloor

/// One connection through libmosquitto. Used by one thread only, its owner; the callbacks run on that thread, inside
/// ``read()``, ``write()`` and ``keepAlive()``.
///
/// With `mosquitto_threaded_set(true)` the library only queues what it wants to send: nothing leaves before ``write()``.
final class MosquittoClient {
  enum Happening: Hashable {
    /// - Parameter sessionExpirySeconds: where a broker of MQTT 5 keeps the session for less than we asked.
    case accepted(sessionPresent: Bool, sessionExpirySeconds: UInt32?)
    case refused(code: Int32)
    /// Once for every ``subscribe(_:)``, when all of it is answered.
    case subscriptionsAnswered([SubscriptionAnswer])
    case unsubscribed
    /// QoS 1: the broker has it, or with a code from 0x80 on refuses it (MQTT 5 only). QoS 0: it was sent.
    case published(packetID: Int32, code: Int32)
    /// There is no connection, or there was none; make a new client.
    case lost(reason: String)

    /// After it there is no connection.
    var isEnd: Bool {
      switch self {
      case .lost, .refused: true
      case .accepted, .subscriptionsAnswered, .unsubscribed, .published: false
      }
    }
  }

  /// What the broker publishes in our name when we go without a good-bye.
  struct Will: Hashable {
    var topic: String
    var payload: [UInt8]
    var qualityOfService: Int32
    var isRetained: Bool
  }

  /// At most so many messages may be on the way to us unacknowledged (MQTT 5 section 3.1.2.11.3, at most 65,535): a full
  /// round.
  static let receiveMaximum = Int32(maximumRoundMessages)
  /// What is read at once: so many messages or payload bytes, whichever comes first.
  static let maximumRoundMessages = 5_000
  static let maximumRoundPayloadBytes = 8 * 1024 * 1024
  /// Session Expiry Interval, MQTT 5 section 3.1.2.11.2; without it the session ends with the connection.
  static let sessionExpiryProperty: Int32 = 17
  /// The session does not expire.
  private static let forEver = UInt32.max

  let connection: MQTTConnection
  let mailbox: MosquittoMailbox
  let handle: OpaquePointer
  let cleanSession: Bool
  /// The last instant at which a packet of the broker was read.
  private(set) var lastHeardAt: ClockReading?
  /// The last round was full: what follows may wait in the library, where poll does not see it.
  private(set) var mayHaveMore = false
  /// In the handshake of TLS the library wants to write as long as it lasts; we look once whether the socket is open.
  var hasSeenOpenSocket = false

  /// - Parameter payloadLimit: the largest payload that is read, in bytes.
  /// - Returns: nil where the library has no memory or refuses the client id or the will.
  init?(
    _ connection: MQTTConnection, cleanSession: Bool = false, will: Will? = nil,
    payloadLimit: Int = maximumPayloadBytes, clock: any WallClock
  ) {
    mailbox = MosquittoMailbox(clock: clock, payloadLimit: payloadLimit)
    guard let handle = mosquitto_new(connection.clientID, cleanSession, Unmanaged.passUnretained(mailbox).toOpaque())
    else { return nil }
    self.handle = handle
    self.connection = connection
    self.cleanSession = cleanSession
    mosquitto_threaded_set(handle, true)
    mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
    if connection.version == .version5 {
      mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, Int32(MQTT_PROTOCOL_V5))
      mosquitto_int_option(handle, MOSQ_OPT_RECEIVE_MAXIMUM, Self.receiveMaximum)
    }
    mailbox.setCallbacks(handle)
    if let will {
      let code = mosquitto_will_set(
        handle, will.topic, Int32(will.payload.count), will.payload, will.qualityOfService, will.isRetained)
      guard code == Int32(MOSQ_ERR_SUCCESS.rawValue) else { return nil }
    }
  }

  /// Closes the socket without sending what is queued.
  deinit { mosquitto_destroy(handle) }

  // MARK: Connecting

  /// Begins to connect; the answer comes as a happening, also where there is not even a beginning.
  ///
  /// - Parameter attempt: counts the attempts; with each another address of the broker's name is tried.
  func connect(attempt: Int) {
    let addresses = BrokerAddresses.resolve(connection.host)
    guard !addresses.isEmpty else {
      return lose("the name \"\(displayable(connection.host))\" is not known; check the name and the name server")
    }
    let address = addresses[attempt % addresses.count]
    guard logIn(), prepareSecurity(address: address), askForALastingSession() else { return }
    // With TLS by its name, because the name is what the certificate is checked for.
    let target = connection.security == nil ? address : connection.host
    let code = mosquitto_connect_async(handle, target, Int32(connection.port), Int32(connection.keepAliveSeconds))
    note(code, "no connection to \(address)")
  }

  private func logIn() -> Bool {
    guard let username = connection.username else { return true }
    var password: String?
    if let file = connection.passwordFile {
      guard let line = PasswordFile.firstLine(of: file) else {
        lose("the password file \(file) cannot be read; check path and rights")
        return false
      }
      password = line
    }
    mosquitto_username_pw_set(handle, username, password)
    return true
  }

  /// `mosquitto_connect_async` takes no properties, but sends those that an earlier call has left: the blocking call
  /// stores a copy of them before it looks at the port, and a port below 0 it refuses, so that it does nothing else
  /// (lib/connect.c of 2.0.11). That a session of MQTT 5 outlives its connection is held by MosquittoClientTests.
  private func askForALastingSession() -> Bool {
    guard connection.version == .version5, !cleanSession else { return true }
    var properties: OpaquePointer?
    mosquitto_property_add_int32(&properties, Self.sessionExpiryProperty, Self.forEver)
    defer { mosquitto_property_free_all(&properties) }
    let code = mosquitto_connect_bind_v5(
      handle, connection.host, -1, Int32(connection.keepAliveSeconds), nil, properties)
    guard properties != nil, code == Int32(MOSQ_ERR_INVAL.rawValue) else {
      lose("libmosquitto does not let us ask for a lasting session in MQTT 5; say version 3.1.1 in the configuration")
      return false
    }
    return true
  }

  // MARK: Asking

  /// Asks for all filters, with one packet for each quality of service among them.
  func subscribe(_ wanted: [(filter: TopicFilter, qualityOfService: Int32)]) {
    for quality in Set(wanted.map(\.qualityOfService)).sorted() {
      let filters = wanted.filter { $0.qualityOfService == quality }.map(\.filter)
      var packetID: Int32 = 0
      let code = Self.withTexts(filters.map(\.text)) {
        mosquitto_subscribe_multiple(handle, &packetID, Int32($0.count), $0.baseAddress, quality, 0, nil)
      }
      note(code, "the subscription was not sent")
      mailbox.asked[packetID] = filters
    }
  }

  func unsubscribe(_ filters: [String]) {
    let code = Self.withTexts(filters) {
      mosquitto_unsubscribe_multiple(handle, nil, Int32($0.count), $0.baseAddress, nil)
    }
    note(code, "the end of a subscription was not sent")
  }

  /// Queues a message; ``write()`` sends it, at most as many of QoS 1 at a time as the broker allows.
  ///
  /// - Returns: the packet id that comes back with ``Happening/published(packetID:code:)``; nil where the library does
  ///   not take it, because there is no connection or the topic is none to publish to.
  func publish(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool) -> Int32? {
    guard mailbox.isAccepted, socket >= 0 else { return nil }
    var packetID: Int32 = 0
    let code = mosquitto_publish(
      handle, &packetID, topic, Int32(payload.count), payload, qualityOfService, isRetained)
    return code == Int32(MOSQ_ERR_SUCCESS.rawValue) ? packetID : nil
  }

  private static func withTexts(
    _ texts: [String], _ body: (UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> Int32 {
    var copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return copies.withUnsafeMutableBufferPointer { body($0) }
  }

  // MARK: Moving bytes

  /// Reads until nothing is there, or until a round is full: so much then waits to be taken.
  ///
  /// - Returns: false where there may be more, as ``mayHaveMore`` says afterwards.
  @discardableResult
  func readUntilDry(
    maximumMessages: Int = maximumRoundMessages, maximumPayloadBytes: Int = maximumRoundPayloadBytes
  ) -> Bool {
    var hasRead = false
    mayHaveMore = false
    while mailbox.messages.count < maximumMessages, mailbox.payloadBytes < maximumPayloadBytes {
      guard read() else {
        noteHeard(hasRead)
        noticeBrokenHandshake()
        return true
      }
      hasRead = true
    }
    mayHaveMore = true
    noteHeard(hasRead)
    return false
  }

  private func noteHeard(_ hasRead: Bool) {
    if hasRead { lastHeardAt = mailbox.clock.now() }
  }

  /// Reads about one packet.
  ///
  /// - Returns: false where nothing more is there. The socket alone does not tell: behind TLS a packet may wait in the
  ///   library although the socket is dry.
  private func read() -> Bool {
    guard socket >= 0 else { return false }
    let before = (mailbox.messages.count, mailbox.happenings.count)
    errno = 0
    let code = mosquitto_loop_read(handle, 1)
    // The pipe by which the library wakes threads that we have not may be full and leave EAGAIN behind a packet.
    let isDry = errno == EAGAIN && (mailbox.messages.count, mailbox.happenings.count) == before
    note(code, "the connection ended")
    return code == Int32(MOSQ_ERR_SUCCESS.rawValue) && !isDry && mailbox.isAccepted
  }

  /// Sends everything that is queued, acknowledgements among it, as far as the socket takes it.
  func write() {
    // One segment for many acknowledgements; the library writes each by itself.
    setCork(1)
    note(mosquitto_loop_write(handle, 1), "the connection ended")
    setCork(0)
  }

  private func setCork(_ value: Int32) {
    guard socket >= 0 else { return }
    var value = value
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  func keepAlive() { note(mosquitto_loop_misc(handle), "no sign of life from the broker") }

  /// Says good-bye and sends what is queued; only where every message read is committed.
  func disconnect() {
    guard mosquitto_disconnect(handle) == Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
    mosquitto_loop_write(handle, 1)
  }

  // MARK: What there is

  /// -1 without a connection.
  var socket: Int32 { mosquitto_socket(handle) }
  var wantsToWrite: Bool { mosquitto_want_write(handle) }
  var waitingMessages: Int { mailbox.messages.count }
  /// When the broker had answered the subscriptions.
  var answeredAt: ClockReading? { mailbox.answeredAt }

  func takeMessages() -> [IncomingMessage] {
    mailbox.payloadBytes = 0
    defer { mailbox.messages = [] }
    return mailbox.messages
  }

  func takeHappenings() -> [Happening] {
    defer { mailbox.happenings = [] }
    return mailbox.happenings
  }

  func lose(_ reason: String) {
    if case .lost? = mailbox.happenings.last { return }
    mailbox.happenings.append(.lost(reason: reason))
  }

  private func note(_ code: Int32, _ attempt: String) {
    guard code != Int32(MOSQ_ERR_SUCCESS.rawValue), code != Int32(MOSQ_ERR_CONN_PENDING.rawValue) else { return }
    let systemFault = errno
    if let words = securityWords(code) { return lose(words) }
    let reason =
      code == Int32(MOSQ_ERR_ERRNO.rawValue)
      ? String(cString: strerror(systemFault)) : String(cString: mosquitto_strerror(code))
    lose("\(attempt): \(reason)")
  }
}
