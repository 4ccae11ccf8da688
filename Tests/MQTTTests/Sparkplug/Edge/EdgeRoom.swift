import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import MQTT

/// A real broker, and ways to see what an edge node publishes there.
final class EdgeRoom {
  let room: BrokerRoom

  init() throws { room = try BrokerRoom() }

  /// An hour before the values of ``EdgeDriver``, so that these are later than the births.
  private struct EarlyClock: WallClock {
    private let system = SystemClock()
    private let behind: Int64

    init() { behind = SystemClock().now().utc.microseconds - EdgeDriver.start + 3_600_000_000 }

    func now() -> ClockReading {
      var reading = system.now()
      reading.utc = reading.utc.advanced(byMicroseconds: -behind)
      return reading
    }
  }

  func plan(
    port: Int? = nil, version: MQTTConnection.Version = .version311, primaryHost: String? = nil
  ) -> SparkplugEdgePlan {
    var plan = EdgeDriver.plan
    plan.connection = MQTTConnection(
      host: "127.0.0.1", port: port ?? room.broker.port, version: version, clientID: "edge-line1")
    plan.primaryHost = primaryHost
    return plan
  }

  func node(
    _ plan: SparkplugEdgePlan, firstBirthDeathSequence: UInt8 = 0, recorder: (any RecorderInbox)? = nil,
    onCommand: @escaping @Sendable (SparkplugEdgeCommand) -> Void = { _ in }
  ) -> SparkplugEdgeNode {
    SparkplugEdgeNode(
      plan: plan, clock: EarlyClock(), backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 300_000),
      firstBirthDeathSequence: firstBirthDeathSequence, recorder: recorder, onCommand: onCommand)
  }

  /// What the broker noted, in order, without the times.
  func brokerLines() throws -> [String] {
    try FileManager.default.contentsOfDirectory(at: room.folder.url, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix("mosquitto-") && $0.pathExtension == "log" }
      .flatMap { String(decoding: try Data(contentsOf: $0), as: UTF8.self).split(separator: "\n") }
      .map { line in String(line.drop { $0 != " " }.dropFirst()) }
  }

  /// A host that watches through a connection of its own.
  func watch(_ hostID: String = "scada") throws -> WatchingHost {
    try WatchingHost(port: room.broker.port, hostID: hostID)
  }
}

/// ``ReferenceHost`` on a real connection: it says that it is online, asks for rebirths and writes down all messages.
final class WatchingHost {
  struct Notes {
    var host = ReferenceHost()
    var messages: [EdgeDriver.Message] = []
    var isSubscribed = false
    /// Topics and payloads that are to be published.
    var outbox: [(topic: String, payload: [UInt8], retained: Bool)] = []
  }

  final class Book: Sendable {
    let notes = Mutex(Notes())
  }

  private struct Machine: SparkplugMachine {
    let hostID: String
    let book: Book
    private static let timestamp = 1_700_000_000_000

    private func state(_ online: Bool) -> [UInt8] {
      Array(#"{"online":\#(online),"timestamp":\#(Self.timestamp)}"#.utf8)
    }

    mutating func will(at now: ClockReading) -> MosquittoClient.Will? {
      MosquittoClient.Will(
        topic: "spBv1.0/STATE/\(hostID)", payload: state(false), qualityOfService: 1, isRetained: true)
    }

    mutating func handle(_ event: SparkplugLinkEvent, at now: ClockReading) -> [SparkplugLinkAction] {
      switch event {
      case .accepted: return [.subscribe([(filter: "spBv1.0/plant/#", qualityOfService: 1)])]
      case .subscribed:
        book.notes.withLock { $0.isSubscribed = true }
        return [publish("spBv1.0/STATE/\(hostID)", state(true), 1, true)]
      case .message(let topic, let payload, let isRetained):
        return receive(topic, payload, isRetained) + send()
      case .values: return send()
      case .stopping: return [publish("spBv1.0/STATE/\(hostID)", state(false), 1, true)]
      default: return []
      }
    }

    private func publish(
      _ topic: String, _ payload: [UInt8], _ quality: Int32, _ isRetained: Bool
    ) -> SparkplugLinkAction {
      .publish(topic: topic, payload: payload, qualityOfService: quality, isRetained: isRetained)
    }

    private func send() -> [SparkplugLinkAction] {
      book.notes.withLock { notes in
        defer { notes.outbox = [] }
        return notes.outbox.map { publish($0.topic, $0.payload, 0, $0.retained) }
      }
    }

    private func receive(_ topic: String, _ payload: [UInt8], _ isRetained: Bool) -> [SparkplugLinkAction] {
      guard let parsed = SparkplugTopic(topic), case .message(let kind, _) = parsed, kind != .nodeCommand,
        kind != .deviceCommand
      else { return [] }
      let decoded: SparkplugPayload
      do throws(SparkplugFault) {
        decoded = try SparkplugCodec.decode(payload)
      } catch {
        Issue.record("\(topic): \(error)")
        return []
      }
      return book.notes.withLock { notes in
        let message = EdgeDriver.Message(
          topic: parsed, payload: decoded, qualityOfService: 0, isRetained: isRetained)
        notes.messages.append(message)
        notes.host.receive(message)
        guard notes.host.takeRebirthRequest() else { return [] }
        return [publish("spBv1.0/plant/NCMD/line1", WatchingHost.rebirthRequest, 0, false)]
      }
    }

    var deadlineMicroseconds: Int64? { nil }
  }

  static let rebirthRequest = SparkplugCodec.encode(
    SparkplugPayload(
      timestamp: 1,
      metrics: [
        SparkplugMetric(
          name: "Node Control/Rebirth", datatype: SparkplugDataType.boolean.rawValue, value: .boolean(true))
      ]))

  private let book = Book()
  private let link: SparkplugLink<Machine>

  init(port: Int, hostID: String) throws {
    link = try SparkplugLink(
      Machine(hostID: hostID, book: book),
      wiring: .init(
        name: "host", connection: MQTTConnection(host: "127.0.0.1", port: port, clientID: "host-\(hostID)"),
        clock: SystemClock(), backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 300_000),
        values: { [book] in
          book.notes.withLock { $0.outbox.isEmpty } ? [] : [EdgeDriver.value("wake", at: 0, nil)]
        }, show: { _, _ in }))
    try eventually("the host is subscribed") { book.notes.withLock { $0.isSubscribed } }
  }

  func stop() { link.stop() }

  func send(_ topic: String, _ metrics: [SparkplugMetric], retained: Bool = false) {
    let payload = SparkplugCodec.encode(SparkplugPayload(timestamp: 1, metrics: metrics))
    book.notes.withLock { $0.outbox.append((topic, payload, retained)) }
    link.raise()
  }

  var messages: [EdgeDriver.Message] { book.notes.withLock { $0.messages } }
  var kinds: [SparkplugTopic.Kind?] { messages.map(\.kind) }
  var host: ReferenceHost { book.notes.withLock { $0.host } }

  /// The times of a metric of the seal station that were seen, ascending.
  func times(_ metric: String = "temperature") -> [UInt64] {
    (host.seen[.init(device: "seal", metric: metric)] ?? []).filter { $0.value != nil }.map(\.milliseconds).sorted()
  }

  func count(_ kind: SparkplugTopic.Kind) -> Int { kinds.filter { $0 == kind }.count }
}
