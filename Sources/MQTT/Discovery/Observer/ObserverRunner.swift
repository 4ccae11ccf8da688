import Devices
import Glibc
import Shopfloor

/// Runs the connection of an observer on its owner thread.
struct ObserverRunner: Sendable {
  let connection: MQTTConnection
  let filters: [TopicFilter]
  let clock: any WallClock
  let wake: WakeSignal
  let stopRequest: StopRequest
  /// Changes what the observer shows.
  let update: @Sendable ((inout MQTTObserver.Content) -> Void) -> Void

  /// Longest sleep, in milliseconds; the library wants its keep-alive looked at about once a second.
  static let pollMilliseconds: Int32 = 500

  func run() {
    var attempt = 0
    var wasOnline = false
    while !stopRequest.isRaised {
      let ending = converse(attempt: attempt, &wasOnline)
      guard let reason = ending else { return }
      guard wasOnline else {
        attempt += 1
        // A name may have several addresses, of which only one answers.
        if attempt < BrokerAddresses.resolve(connection.host).count { continue }
        return update { $0.condition = .failed(reason: reason) }
      }
      update { $0.condition = .interrupted(reason: reason) }
      pause()
      attempt += 1
    }
  }

  /// - Returns: why the connection ended; nil where a stop was asked for.
  private func converse(attempt: Int, _ wasOnline: inout Bool) -> String? {
    guard let client = MosquittoClient(connection, cleanSession: true, clock: clock) else {
      return "libmosquitto gave no client"
    }
    let deadline = clock.now().monotonicMicroseconds + MQTTObserver.answerMicroseconds
    var isAnswered = false
    client.connect(attempt: attempt)
    while !stopRequest.isRaised {
      for happening in client.takeHappenings() {
        switch happening {
        case .accepted: client.subscribe(filters.map { (filter: $0, qualityOfService: 0) })
        case .refused(let code): return BrokerWords.refusal(code: code)
        case .lost(let reason): return reason
        case .subscriptionsAnswered(let answers):
          isAnswered = true
          wasOnline = true
          let refused = answers.filter(\.isRefused).map {
            "\(displayable($0.filter.text)): \(BrokerWords.refusedTopic(code: $0.code))"
          }
          update { $0.condition = .online(refused: refused) }
        case .unsubscribed, .published: break
        }
      }
      if !isAnswered, clock.now().monotonicMicroseconds >= deadline {
        return "the broker did not answer within \(MQTTObserver.answerMicroseconds / 1_000_000) s"
      }
      if isAnswered { publish(with: client) }
      client.serve(milliseconds: Self.pollMilliseconds, wake: wake)
      handOver(client)
    }
    client.disconnect()
    return nil
  }

  private func handOver(_ client: MosquittoClient) {
    guard client.waitingMessages > 0 else { return }
    let round = client.takeMessages()
    update { $0.add(round) }
  }

  private func publish(with client: MosquittoClient) {
    var outgoing: [MQTTObserver.Outgoing] = []
    update { content in
      outgoing = content.outgoing
      content.outgoing = []
    }
    for message in outgoing {
      _ = client.publish(topic: message.topic, payload: message.payload, qualityOfService: 0, isRetained: false)
    }
  }

  private func pause() {
    let until = clock.now().monotonicMicroseconds + MQTTObserver.pauseMicroseconds
    while !stopRequest.isRaised {
      let left = until - clock.now().monotonicMicroseconds
      guard left > 0 else { return }
      var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, Int32(left / 1_000 + 1)) == 1 { wake.clear() }
    }
  }
}
