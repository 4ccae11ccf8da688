import CMosquitto
import Devices

/// What the library's callbacks write and the owner of a ``MosquittoClient`` takes; both on the owner's thread.
final class MosquittoMailbox {
  /// Most reports of the library that are kept, in lines; only those of a connection that is being made.
  static let maximumReports = 20

  let clock: any WallClock
  /// Largest payload that is copied, in bytes.
  let payloadLimit: Int
  var messages: [IncomingMessage] = []
  var payloadBytes = 0
  var happenings: [MosquittoClient.Happening] = []
  /// What the library said of its own failures, such as those of TLS.
  var reports: [String] = []
  var isAccepted = false
  var answeredAt: ClockReading?
  /// Filters by the packet that asked for them, until the broker has answered.
  var asked: [Int32: [TopicFilter]] = [:]
  private var answers: [SubscriptionAnswer] = []

  init(clock: any WallClock, payloadLimit: Int = maximumPayloadBytes) {
    self.clock = clock
    self.payloadLimit = payloadLimit
  }

  /// The client owns the mailbox and outlives every call of the library, so the pointer that the callbacks get is good.
  static func at(_ pointer: UnsafeMutableRawPointer?) -> MosquittoMailbox? {
    pointer.map { Unmanaged<MosquittoMailbox>.fromOpaque($0).takeUnretainedValue() }
  }

  /// One answer for everything that was asked, although a subscription with two qualities of service is two packets.
  func note(answered packetID: Int32, codes: [Int32]) {
    guard let filters = asked.removeValue(forKey: packetID) else { return }
    for (index, filter) in filters.enumerated() {
      // A broker that answers fewer filters than it was asked for has not granted the others.
      answers.append(
        SubscriptionAnswer(filter: filter, code: index < codes.count ? codes[index] : SubscriptionAnswer.refusal))
    }
    guard asked.isEmpty else { return }
    answeredAt = clock.now()
    happenings.append(.subscriptionsAnswered(answers))
    answers = []
  }

  func note(_ message: mosquitto_message) {
    guard let topic = message.topic else { return }
    let count = Int(message.payloadlen)
    var payload = IncomingMessage.Payload.bytes([])
    if count > payloadLimit {
      payload = .tooLarge(bytes: count)
    } else if count > 0, let start = message.payload {
      payload = .bytes(Array(UnsafeRawBufferPointer(start: start, count: count)))
      payloadBytes += count
    }
    messages.append(
      IncomingMessage(
        topic: String(cString: topic), payload: payload, isRetained: message.retain, receivedAt: clock.now()))
  }

  /// The callbacks of version 5 of the protocol are called in version 3.1.1 too.
  func setCallbacks(_ handle: OpaquePointer) {
    mosquitto_connect_v5_callback_set(handle) { _, box, code, flags, properties in
      guard let mailbox = MosquittoMailbox.at(box) else { return }
      mailbox.isAccepted = code == 0
      guard code == 0 else { return mailbox.happenings.append(.refused(code: code)) }
      var seconds: UInt32 = 0
      let isLimited =
        mosquitto_property_read_int32(properties, MosquittoClient.sessionExpiryProperty, &seconds, false) != nil
      mailbox.happenings.append(
        .accepted(sessionPresent: flags & 1 == 1, sessionExpirySeconds: isLimited ? seconds : nil))
    }
    mosquitto_disconnect_v5_callback_set(handle) { _, box, code, _ in
      // Reason codes of a broker that says good-bye (MQTT 5 section 3.14.2.1); errors of the library are below them.
      guard let mailbox = MosquittoMailbox.at(box), code >= SubscriptionAnswer.refusal else { return }
      mailbox.happenings.append(.lost(reason: BrokerWords.goodBye(code: code)))
    }
    mosquitto_subscribe_callback_set(handle) { _, box, packetID, count, codes in
      guard let mailbox = MosquittoMailbox.at(box) else { return }
      mailbox.note(answered: packetID, codes: Array(UnsafeBufferPointer(start: codes, count: Int(count))))
    }
    mosquitto_unsubscribe_callback_set(handle) { _, box, _ in
      MosquittoMailbox.at(box)?.happenings.append(.unsubscribed)
    }
    mosquitto_publish_v5_callback_set(handle) { _, box, packetID, code, _ in
      MosquittoMailbox.at(box)?.happenings.append(.published(packetID: packetID, code: code))
    }
    mosquitto_message_callback_set(handle) { _, box, message in
      guard let mailbox = MosquittoMailbox.at(box), let message else { return }
      mailbox.note(message.pointee)
    }
  }

  func listenToReports(_ handle: OpaquePointer) {
    mosquitto_log_callback_set(handle) { _, box, level, text in
      guard level & Int32(MOSQ_LOG_ERR) != 0, let mailbox = MosquittoMailbox.at(box), let text,
        mailbox.reports.count < MosquittoMailbox.maximumReports
      else { return }
      mailbox.reports.append(String(cString: text))
    }
  }
}
