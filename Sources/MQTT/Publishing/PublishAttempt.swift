import CMosquitto
import Devices
import Glibc
import Shopfloor

/// One message to a broker: connect, publish, await the acknowledgement, say good-bye. Blocks the thread that runs it, at
/// most for the time of the plan.
///
/// Speaks MQTT 5 first, because only there a broker says that it does not let us publish; a broker that knows only 3.1.1
/// is asked again in that.
struct PublishAttempt {
  private let plan: MQTTPublisherPlan
  private let clock: any WallClock
  private let deadline: Int64

  init(plan: MQTTPublisherPlan, clock: any WallClock) {
    self.plan = plan
    self.clock = clock
    deadline = clock.now().monotonicMicroseconds + plan.timeoutMicroseconds
  }

  mutating func run(_ payload: [UInt8]) throws(MQTTPublishFault) {
    do throws(MQTTPlanFault) {
      try MosquittoLibrary.start()
    } catch {
      throw MQTTPublishFault(.local, error.description)
    }
    let addresses = BrokerAddresses.resolve(plan.connection.host)
    guard !addresses.isEmpty else {
      throw fault(.unreachable, "the name is not known; check the name and the name server")
    }
    var last = fault(.unreachable, "no address was tried")
    for address in addresses {
      do throws(MQTTPublishFault) {
        return try publish(payload, to: address)
      } catch {
        // Only where nothing was sent may the next address be tried.
        guard error.code == .unreachable else { throw error }
        last = error
      }
    }
    throw last
  }

  private func publish(_ payload: [UInt8], to address: String) throws(MQTTPublishFault) {
    do throws(MQTTPublishFault) {
      try converse(payload, address, version: Int32(MQTT_PROTOCOL_V5))
    } catch  where error.code == .clientRefused && error.description.hasSuffix(Self.otherVersion) {
      try converse(payload, address, version: Int32(MQTT_PROTOCOL_V311))
    }
  }

  private static let otherVersion = "it does not speak this version of MQTT"

  /// What the callbacks write; they run on this thread, inside the library's calls.
  private final class Mailbox {
    /// The code of the CONNACK.
    var connection: Int32?
    /// Of the PUBACK.
    var acknowledgement: Int32?
    var isLost = false

    /// The attempt owns the mailbox and outlives every call of the library.
    static func at(_ pointer: UnsafeMutableRawPointer?) -> Mailbox? {
      pointer.map { Unmanaged<Mailbox>.fromOpaque($0).takeUnretainedValue() }
    }
  }

  private func converse(_ payload: [UInt8], _ address: String, version: Int32) throws(MQTTPublishFault) {
    let mailbox = Mailbox()
    defer { withExtendedLifetime(mailbox) {} }
    guard let handle = mosquitto_new(plan.connection.clientID, true, Unmanaged.passUnretained(mailbox).toOpaque())
    else {
      throw fault(.local, "libmosquitto gave no client for \"\(displayable(plan.connection.clientID))\"")
    }
    defer { mosquitto_destroy(handle) }
    mosquitto_int_option(handle, MOSQ_OPT_PROTOCOL_VERSION, version)
    mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1)
    setCallbacks(handle)
    try logIn(handle)
    let started = mosquitto_connect_async(
      handle, address, Int32(plan.connection.port), Int32(plan.connection.keepAliveSeconds))
    guard started == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
      throw fault(.unreachable, "no connection: \(words(started))")
    }
    try drive(handle, mailbox, awaited: .unreachable) { mailbox.connection != nil }
    try checkConnection(mailbox.connection ?? 0, version)
    let queued = mosquitto_publish(handle, nil, plan.topic, Int32(payload.count), payload, 1, false)
    guard queued == Int32(MOSQ_ERR_SUCCESS.rawValue) else {
      throw fault(.messageRefused, "the message cannot be published: \(words(queued))")
    }
    try drive(handle, mailbox, awaited: .outcomeUnknown) { mailbox.acknowledgement != nil }
    let answer = mailbox.acknowledgement ?? 0
    // Below 0x80 the broker has the message (MQTT 5 section 3.4.2.1).
    guard answer < 0x80 else {
      throw fault(.messageRefused, "the topic \"\(displayable(plan.topic))\" is refused: \(reason(answer))")
    }
    mosquitto_disconnect(handle)
    mosquitto_loop_write(handle, 1)
  }

  private func setCallbacks(_ handle: OpaquePointer) {
    mosquitto_connect_callback_set(handle) { _, box, code in Mailbox.at(box)?.connection = code }
    mosquitto_publish_v5_callback_set(handle) { _, box, _, reason, _ in Mailbox.at(box)?.acknowledgement = reason }
    mosquitto_disconnect_callback_set(handle) { _, box, _ in Mailbox.at(box)?.isLost = true }
  }

  private func logIn(_ handle: OpaquePointer) throws(MQTTPublishFault) {
    guard let username = plan.connection.username else { return }
    var password: String?
    if let file = plan.connection.passwordFile {
      guard let read = PasswordFile.firstLine(of: file) else {
        throw fault(.local, "the password file \(file) cannot be read; check path and rights")
      }
      password = read
    }
    mosquitto_username_pw_set(handle, username, password)
  }

  /// Moves bytes until the condition holds.
  private func drive(
    _ handle: OpaquePointer, _ mailbox: Mailbox, awaited code: MQTTPublishFault.Code, until isDone: () -> Bool
  ) throws(MQTTPublishFault) {
    while !isDone() {
      let left = deadline - clock.now().monotonicMicroseconds
      guard left > 0 else { throw fault(code, "no answer in time") }
      let socket = mosquitto_socket(handle)
      guard socket >= 0, !mailbox.isLost else { throw fault(code, "the connection ended before the answer") }
      var events = Int16(POLLIN)
      if mosquitto_want_write(handle) { events |= Int16(POLLOUT) }
      var entry = pollfd(fd: socket, events: events, revents: 0)
      poll(&entry, 1, Int32(min(left / 1_000 + 1, 500)))
      if entry.revents & Int16(POLLOUT) != 0 { try check(mosquitto_loop_write(handle, 1), code, isDone) }
      if entry.revents & ~Int16(POLLOUT) != 0 { try check(mosquitto_loop_read(handle, 1), code, isDone) }
      try check(mosquitto_loop_misc(handle), code, isDone)
    }
  }

  private func check(
    _ result: Int32, _ code: MQTTPublishFault.Code, _ isDone: () -> Bool
  ) throws(MQTTPublishFault) {
    // What was answered counts, although the connection ended behind it.
    guard result != Int32(MOSQ_ERR_SUCCESS.rawValue), !isDone() else { return }
    throw fault(code, "the connection ended: \(words(result))")
  }

  private func checkConnection(_ code: Int32, _ version: Int32) throws(MQTTPublishFault) {
    guard code != 0 else { return }
    // 1 in MQTT 3.1.1, 0x84 in MQTT 5.
    if version == Int32(MQTT_PROTOCOL_V5), code == 1 || code == 0x84 { throw fault(.clientRefused, Self.otherVersion) }
    let why = version == Int32(MQTT_PROTOCOL_V5) ? reason(code) : String(cString: mosquitto_connack_string(code))
    throw fault(.clientRefused, "it refuses us: \(why); check user, password and access list")
  }

  private func reason(_ code: Int32) -> String { String(cString: mosquitto_reason_string(code)) }

  private func words(_ code: Int32) -> String {
    let systemFault = errno
    return code == Int32(MOSQ_ERR_ERRNO.rawValue)
      ? String(cString: strerror(systemFault)) : String(cString: mosquitto_strerror(code))
  }

  private func fault(_ code: MQTTPublishFault.Code, _ problem: String) -> MQTTPublishFault {
    MQTTPublishFault(code, "broker \(plan.connection.host):\(plan.connection.port): \(problem)")
  }
}
