import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import MQTT

/// The link with a machine that echoes, against Debian's mosquitto.
@Suite struct SparkplugLinkTests {
  /// What the machine was told, for the test.
  final class Diary: Sendable {
    private let entries = Mutex<[SparkplugLinkEvent]>([])
    private let reports = Mutex<[SparkplugLinkReport]>([])

    func write(_ event: SparkplugLinkEvent) { entries.withLock { $0.append(event) } }
    func write(_ report: SparkplugLinkReport) { reports.withLock { $0.append(report) } }
    var events: [SparkplugLinkEvent] { entries.withLock { $0 } }
    var report: SparkplugLinkReport? { reports.withLock { $0.last } }
    var topics: [String] {
      events.compactMap { event in
        if case .message(let topic, _, _) = event { topic } else { nil }
      }
    }
  }

  /// Subscribes to everything of its own name, publishes what is handed in and says good-bye.
  struct Echo: SparkplugMachine {
    var diary: Diary
    var name: String
    var answers: [SparkplugLinkAction] = []
    var wills = 0

    mutating func will(at now: ClockReading) -> MosquittoClient.Will? {
      wills += 1
      return MosquittoClient.Will(
        topic: "echo/\(name)/dead", payload: Array("\(wills)".utf8), qualityOfService: 1, isRetained: true)
    }

    mutating func handle(_ event: SparkplugLinkEvent, at now: ClockReading) -> [SparkplugLinkAction] {
      diary.write(event)
      switch event {
      case .accepted:
        return [.subscribe([(filter: "echo/\(name)/#", qualityOfService: 1), (filter: "a/#/b", qualityOfService: 0)])]
      case .values(let values):
        return values.map {
          .publish(topic: "echo/\(name)/\($0.metric)", payload: [1], qualityOfService: 1, isRetained: false)
        }
      case .message(let topic, _, _) where topic == "echo/\(name)/leave":
        return [.disconnect(reason: "told to")]
      case .message(let topic, let payload, false):
        guard topic.hasSuffix("in") else { return [] }
        let reading = Reading(parameter: ParameterIndex(7), time: now.utc, value: Double(payload.count))
        return [
          .offer([
            ReadingBatch(
              device: "echo", receivedAt: now.utc, monotonicMicroseconds: now.monotonicMicroseconds,
              readings: [reading])
          ])
        ]
      case .stopping:
        return [
          .publish(
            topic: "echo/\(name)/bye", payload: Array("bye".utf8), qualityOfService: 1, isRetained: true)
        ]
      default: return []
      }
    }

    var deadlineMicroseconds: Int64? { nil }
  }

  private func link(
    _ room: BrokerRoom, _ name: String, _ diary: Diary, inbox: (any RecorderInbox)? = nil,
    values: ValueBox = ValueBox()
  ) throws -> SparkplugLink<Echo> {
    let connection = MQTTConnection(host: "127.0.0.1", port: room.broker.port, clientID: "echo-\(name)")
    return try SparkplugLink(
      Echo(diary: diary, name: name),
      wiring: .init(
        name: "echo \(name)", connection: connection, clock: SystemClock(),
        backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 200_000), inbox: inbox,
        values: { values.take() }, show: { _, report in diary.write(report) }))
  }

  @Test func publishesReceivesAndSaysGoodBye() throws {
    let room = try BrokerRoom()
    let diary = Diary()
    let box = ValueBox()
    let link = try link(room, "a", diary, values: box)
    try eventually("subscribed") { diary.events.contains(.subscribed(refused: ["a/#/b"])) }
    try eventually("degraded") { diary.report?.state == .degraded }
    box.put(SparkplugEdgeValue(device: nil, metric: "one", time: Timestamp(microseconds: 0), value: nil))
    link.raise()
    try eventually("its own message") { diary.topics == ["echo/a/one"] }
    try eventually("acknowledged") { diary.events.contains(.acknowledged(topic: "echo/a/one")) }
    #expect(diary.events.contains(.written))
    link.stop()
    #expect(diary.events.last == .stopping)
    #expect(diary.report?.state == .offline)
    let watcher = Diary()
    let second = try self.link(room, "a", watcher)
    defer { second.stop() }
    try eventually("the retained good-bye") { watcher.topics == ["echo/a/bye"] }
  }

  @Test func aCutLetsTheWillSpeakAndTheNextConnectHasAnother() throws {
    let room = try BrokerRoom()
    let proxy = FaultProxy(target: room.broker.port)
    defer { proxy.stop() }
    let diary = Diary()
    let link = try SparkplugLink(
      Echo(diary: diary, name: "b"),
      wiring: .init(
        name: "echo b", connection: MQTTConnection(host: "127.0.0.1", port: proxy.port, clientID: "echo-b"),
        clock: SystemClock(), backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 200_000),
        show: { _, report in diary.write(report) }))
    defer { link.stop() }
    try eventually("online") { diary.events.contains { if case .subscribed = $0 { true } else { false } } }
    proxy.set(.reset)
    try eventually("lost") { diary.events.contains { if case .lost = $0 { true } else { false } } }
    proxy.set(.none)
    try eventually("the will of the first connection") {
      diary.events.contains { event in
        if case .message("echo/b/dead", let payload, _) = event { payload == Array("1".utf8) } else { false }
      }
    }
  }

  @Test func aBrokerThatIsNotThereHasSeenNoWill() throws {
    let room = try BrokerRoom()
    room.broker.stop()
    let diary = Diary()
    let link = try link(room, "c", diary)
    defer { link.stop() }
    try eventually("not reached") { diary.events.contains { if case .notReached = $0 { true } else { false } } }
    try eventually("offline") { diary.report?.state == .offline }
    #expect(!diary.events.contains { if case .lost = $0 { true } else { false } })
    try room.broker.start()
    try eventually("accepted") { diary.events.contains(.accepted) }
  }

  /// The recorder's inbox stays full while the link is stopped: what was received is told as lost.
  @Test func whatFindsNoRoomBeforeTheGoodByeIsTold() throws {
    let room = try BrokerRoom()
    let inbox = NotingInbox(refusals: 0)
    let diary = Diary()
    let link = try link(room, "e", diary, inbox: inbox)
    try eventually("online") { diary.report?.state == .degraded }
    try eventually("noted") { !inbox.links.isEmpty }
    inbox.refusesReadings(true)
    try room.publish(["12345"], topic: "echo/e/in")
    try eventually("turned away") { inbox.refused > 0 }
    link.stop()
    #expect(inbox.readings.isEmpty)
    #expect(inbox.losses.map(\.devices) == [["echo"]] && inbox.losses.map(\.broker) == ["echo e"])
    #expect(inbox.losses.allSatisfy { $0.detail.hasPrefix("1 readings came") && $0.from <= $0.until })
  }

  @Test func readingsAndFactsReachTheRecorderAlsoThroughAFullInbox() throws {
    let room = try BrokerRoom()
    let inbox = NotingInbox(refusals: 3)
    let diary = Diary()
    let link = try link(room, "d", diary, inbox: inbox)
    try eventually("online") { diary.report?.state == .degraded }
    try room.publish(["12345", "1", "22"], topic: "echo/d/in")
    try eventually("three readings") { inbox.readings.count == 3 }
    #expect(inbox.readings.map(\.value) == [5, 1, 2])
    try room.publish(["x"], topic: "echo/d/leave")
    try eventually("two connections") { inbox.links.filter { $0.change == .connected }.count == 2 }
    link.stop()
    let links = inbox.links
    #expect(links.map(\.change) == [.connected, .disconnected, .connected, .disconnected])
    #expect(links[0].broker == "echo d" && links[0].topics == ["echo/d/#"] && links[0].refusedTopics == ["a/#/b"])
    #expect(links[1].detail == "told to" && links[1].lastHeardAt != nil)
    #expect(links.allSatisfy { $0.session == "echo-d@127.0.0.1:\(room.broker.port)" })
    #expect(inbox.refused > 0)
    // A good-bye of our own lets no will speak.
    #expect(!diary.topics.contains("echo/d/dead"))
  }
}
