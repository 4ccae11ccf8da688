import CMosquitto
import Devices

/// One connection of a link and what is under way on it. Used by the link's thread.
final class ConnectedSparkplug {
  /// What the broker said to the last subscription.
  struct Subscriptions {
    var granted: [String]
    var refused: [String]
  }

  let client: MosquittoClient
  var isAccepted = false
  private(set) var refusedFilters: [String] = []
  /// Whether CONNECT has left: from then on the broker may know our will.
  private(set) var hasSentConnect = false

  /// Publishes with QoS 1 that are not acknowledged: topics by packet id.
  private var unacknowledged: [Int32: String] = [:]
  private var publishedSinceWritten = false

  init(_ client: MosquittoClient) { self.client = client }

  // MARK: Out

  /// - Returns: false where the library did not take it.
  func publish(_ topic: String, _ payload: [UInt8], _ qualityOfService: Int32, _ isRetained: Bool) -> Bool {
    guard
      let packet = client.publish(
        topic: topic, payload: payload, qualityOfService: qualityOfService, isRetained: isRetained)
    else { return false }
    if qualityOfService > 0 { unacknowledged[packet] = topic }
    publishedSinceWritten = true
    return true
  }

  /// The topic of the publish that the broker has acknowledged.
  func acknowledged(_ packet: Int32) -> String? { unacknowledged.removeValue(forKey: packet) }

  /// True once after something was published and all of it has left.
  func hasJustWritten() -> Bool {
    guard publishedSinceWritten, !client.wantsToWrite else { return false }
    publishedSinceWritten = false
    return true
  }

  /// Sends what is queued, as far as the socket takes it. CONNECT is queued first of all.
  func write() {
    if client.wantsToWrite { client.write() }
    if client.socket >= 0, !client.wantsToWrite { hasSentConnect = true }
  }

  /// Writes until nothing is queued and nothing is unacknowledged, or until the time has come.
  func flush(until deadline: Int64, clock: any WallClock) {
    while client.wantsToWrite || !unacknowledged.isEmpty {
      let left = deadline - clock.now().monotonicMicroseconds
      guard left > 0, client.socket >= 0 else { return }
      client.serve(milliseconds: Int32(min(left / 1_000 + 1, 100)), wake: nil)
      _ = client.takeMessages()
      for happening in client.takeHappenings() {
        switch happening {
        case .published(let packet, _): unacknowledged[packet] = nil
        case .lost: return
        default: break
        }
      }
    }
  }

  /// - Parameter withWill: the broker is to publish the will nevertheless; only MQTT 5 can say so.
  func sayGoodBye(withWill: Bool) {
    guard withWill, client.connection.version == .version5 else { return client.disconnect() }
    client.disconnectWithWill()
  }

  // MARK: Subscriptions

  /// - Returns: what there is to say where no filter is one that could be sent; else the broker answers.
  func subscribe(_ filters: [(filter: String, qualityOfService: Int32)]) -> Subscriptions? {
    var sent: [(filter: TopicFilter, qualityOfService: Int32)] = []
    refusedFilters = []
    for (text, qualityOfService) in filters {
      do throws(TopicFilterFault) {
        sent.append((try TopicFilter(text), qualityOfService))
      } catch {
        refusedFilters.append(text)
      }
    }
    guard !sent.isEmpty else { return Subscriptions(granted: [], refused: refusedFilters) }
    client.subscribe(sent)
    return nil
  }

  func answered(_ answers: [SubscriptionAnswer]) -> Subscriptions {
    refusedFilters += answers.filter(\.isRefused).map(\.filter.text)
    return Subscriptions(
      granted: answers.filter { !$0.isRefused }.map(\.filter.text), refused: refusedFilters)
  }
}

extension MosquittoClient {
  /// Disconnect with Will Message (MQTT 5 section 3.14.2.1).
  private static let withWillReason: Int32 = 4

  fileprivate func disconnectWithWill() {
    guard mosquitto_disconnect_v5(handle, Self.withWillReason, nil) == Int32(MOSQ_ERR_SUCCESS.rawValue) else { return }
    mosquitto_loop_write(handle, 1)
  }
}
