import Devices
import Shopfloor

/// What a broker kept for a session that was away, and how it handed it out.
public struct QueueProbe: Hashable, Sendable {
  public var sent: Int
  public var arrived: Int
  /// Messages that came before the first acknowledgement left; the broker's window, as far as it is below ``sent``.
  public var window: Int
  /// Whether the broker knew the session when it came back.
  public var sessionPresent: Bool
}

extension BrokerProbe {
  /// As many messages as show the bound of 1,000 that mosquitto has as delivered, and some more.
  public static let queueMessages = 1_100
  /// Messages that we publish before the broker has acknowledged them: more than 20 some clients and brokers do not stand.
  static let publishWindow = 20
  /// A broker that has sent nothing for so long has sent everything, in microseconds.
  static let quietMicroseconds: Int64 = 1_500_000

  /// Leaves a session of its own behind, publishes to it while it is away, comes back and counts. Takes the session away
  /// again, whatever happened; nothing stays at the broker.
  ///
  /// - Throws: where the broker does not let us do this.
  public func queue(messages: Int = queueMessages) throws(Fault) -> QueueProbe {
    let session = connection.underOwnClientID("doctor")
    let topic = "lotwire/doctor/" + session.clientID
    let filter: TopicFilter
    do throws(TopicFilterFault) {
      filter = try TopicFilter(topic)
    } catch {
      throw Fault("\(error)")
    }
    defer { forget(session) }
    try leaveSession(session, filter)
    try publish(messages, to: topic)
    return try comeBack(session, sent: messages)
  }

  func leaveSession(_ session: MQTTConnection, _ filter: TopicFilter) throws(Fault) {
    let client = try connect(session, cleanSession: false)
    defer { client.disconnect() }
    client.subscribe([(filter: filter, qualityOfService: 1)])
    let answers = try answer(to: client, "the subscription") { happening in
      if case .subscriptionsAnswered(let answers) = happening { return answers }
      return nil
    }
    if let refused = answers.first(where: \.isRefused) {
      throw Fault("\(filter.text): \(BrokerWords.refusedTopic(code: refused.code))")
    }
  }

  func publish(_ count: Int, to topic: String) throws(Fault) {
    let client = try connect(connection.underOwnClientID("doctor"), cleanSession: true)
    defer { client.disconnect() }
    var acknowledged = 0
    for number in 0..<count {
      let payload = Array("\(number)".utf8)
      guard client.publish(topic: topic, payload: payload, qualityOfService: 1, isRetained: false) != nil else {
        throw Fault("the broker ended the connection while we published")
      }
      while number + 1 - acknowledged >= (number + 1 == count ? 1 : Self.publishWindow) {
        let refusal = try answer(to: client, "a message") { happening -> Int32? in
          guard case .published(_, let code) = happening else { return nil }
          acknowledged += 1
          return code
        }
        guard refusal < SubscriptionAnswer.refusal else {
          throw Fault("the broker does not let us publish to \(topic) (\(BrokerWords.hexadecimal(refusal)))")
        }
      }
    }
  }

  func comeBack(_ session: MQTTConnection, sent: Int) throws(Fault) -> QueueProbe {
    let (client, present) = try open(session, cleanSession: false)
    defer { client.disconnect() }
    var probe = QueueProbe(sent: sent, arrived: 0, window: 0, sessionPresent: present)
    // Nothing is written meanwhile, so that no acknowledgement leaves.
    probe.window = try count(client, until: sent, isAcknowledging: false)
    probe.arrived = probe.window
    if probe.arrived < sent { probe.arrived += try count(client, until: sent - probe.arrived, isAcknowledging: true) }
    return probe
  }

  private func count(_ client: MosquittoClient, until enough: Int, isAcknowledging: Bool) throws(Fault) -> Int {
    var count = client.takeMessages().count
    var quietSince = clock.now().monotonicMicroseconds
    while count < enough {
      if isAcknowledging {
        client.serve(milliseconds: Self.pollMilliseconds, wake: nil)
      } else {
        client.wait(milliseconds: Self.pollMilliseconds, wake: nil)
        client.readUntilDry()
      }
      for happening in client.takeHappenings() {
        if case .lost(let reason) = happening { throw Fault(reason) }
      }
      let now = clock.now().monotonicMicroseconds
      let came = client.takeMessages().count
      count += came
      if came > 0 { quietSince = now }
      if now - quietSince >= Self.quietMicroseconds { break }
    }
    return count
  }

  /// A connection with a clean session takes the kept one away (MQTT 3.1.1 section 3.1.2.4, MQTT 5 section 3.1.2.4).
  private func forget(_ session: MQTTConnection) {
    do throws(Fault) {
      try connect(session, cleanSession: true).disconnect()
    } catch {
      // The broker went away meanwhile; a session that is left behind holds at most the messages of one probe.
    }
  }
}
