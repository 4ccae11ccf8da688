import Devices
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
  /// Longest sleep between two looks at the clock, in milliseconds.
  private static let longestSleepMilliseconds: Int64 = 500

  init(plan: MQTTPublisherPlan, clock: any WallClock) {
    self.plan = plan
    self.clock = clock
    deadline = clock.now().monotonicMicroseconds + plan.timeoutMicroseconds
  }

  func run(_ payload: [UInt8]) throws(MQTTPublishFault) {
    do throws(MQTTPlanFault) {
      try MosquittoLibrary.start()
    } catch {
      throw MQTTPublishFault(.local, error.description)
    }
    if let file = plan.connection.passwordFile, PasswordFile.firstLine(of: file) == nil {
      throw fault(.local, "the password file \(file) cannot be read; check path and rights")
    }
    let addresses = BrokerAddresses.resolve(plan.connection.host).count
    guard addresses > 0 else {
      throw fault(.unreachable, "the name is not known; check the name and the name server")
    }
    var last = fault(.unreachable, "no address was tried")
    for attempt in 0..<addresses {
      do throws(MQTTPublishFault) {
        return try publish(payload, attempt)
      } catch {
        // Only where nothing was sent may the next address be tried.
        guard error.code == .unreachable else { throw error }
        last = error
      }
    }
    throw last
  }

  private func publish(_ payload: [UInt8], _ attempt: Int) throws(MQTTPublishFault) {
    if try connected(.version5, attempt, payload) { return }
    _ = try connected(.version311, attempt, payload)
  }

  /// - Returns: false where the broker does not speak this version of the protocol.
  private func connected(
    _ version: MQTTConnection.Version, _ attempt: Int, _ payload: [UInt8]
  ) throws(MQTTPublishFault) -> Bool {
    var connection = plan.connection
    connection.version = version
    guard let client = MosquittoClient(connection, cleanSession: true, clock: clock) else {
      throw fault(.local, "libmosquitto gave no client for \"\(displayable(connection.clientID))\"")
    }
    client.connect(attempt: attempt)
    let answer = try awaited(client, .unreachable) { happening in
      switch happening {
      case .accepted: 0
      case .refused(let code): code
      default: nil
      }
    }
    // 1 in MQTT 3.1.1, 0x84 in MQTT 5.
    if version == .version5, answer == 1 || answer == 0x84 { return false }
    guard answer == 0 else { throw fault(.clientRefused, BrokerWords.refusal(code: answer)) }
    try send(payload, client)
    client.disconnect()
    return true
  }

  private func send(_ payload: [UInt8], _ client: MosquittoClient) throws(MQTTPublishFault) {
    guard let sent = client.publish(topic: plan.topic, payload: payload, qualityOfService: 1, isRetained: false) else {
      throw fault(.messageRefused, "the message cannot be published; check topic and size")
    }
    let answer = try awaited(client, .outcomeUnknown) { happening in
      if case .published(let packetID, let code) = happening, packetID == sent { code } else { nil }
    }
    // Below 0x80 the broker has the message (MQTT 5 section 3.4.2.1).
    guard answer < SubscriptionAnswer.refusal else {
      throw fault(
        .messageRefused,
        "the topic \"\(displayable(plan.topic))\" is refused: \(BrokerWords.refusedTopic(code: answer))"
      )
    }
  }

  /// Moves bytes until the happening has come that is awaited.
  private func awaited(
    _ client: MosquittoClient, _ code: MQTTPublishFault.Code,
    _ answer: (MosquittoClient.Happening) -> Int32?
  ) throws(MQTTPublishFault) -> Int32 {
    while true {
      for happening in client.takeHappenings() {
        if let found = answer(happening) { return found }
        if case .lost(let reason) = happening { throw fault(code, reason) }
      }
      let left = deadline - clock.now().monotonicMicroseconds
      guard left > 0 else { throw fault(code, "no answer in time") }
      client.serve(milliseconds: Int32(min(left / 1_000 + 1, Self.longestSleepMilliseconds)), wake: nil)
    }
  }

  private func fault(_ code: MQTTPublishFault.Code, _ problem: String) -> MQTTPublishFault {
    MQTTPublishFault(code, "broker \(plan.connection.host):\(plan.connection.port): \(problem)")
  }
}
