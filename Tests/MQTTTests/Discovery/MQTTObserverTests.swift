import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

@Suite("Looking on at a broker") struct MQTTObserverTests {
  private func observer(
    _ room: BrokerRoom, _ filters: [String], port: Int? = nil, version: MQTTConnection.Version = .version311
  )
    throws -> MQTTObserver
  {
    try MQTTObserver(
      MQTTConnection(
        host: "127.0.0.1", port: port ?? room.broker.port, version: version, clientID: BrokerRoom.clientID),
      filters: try filters.map { try TopicFilter($0) })
  }

  private func online(_ observer: MQTTObserver) throws {
    try observer.start()
    try eventually("online") { Self.isOnline(observer) }
  }

  private static func isOnline(_ observer: MQTTObserver) -> Bool {
    if case .online = observer.take().condition { return true }
    return false
  }

  @Test(
    "it sees kept and fresh messages, and disturbs no session of the line", arguments: MQTTConnection.Version.allCases)
  func looksOn(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let source = try room.online(inbox)
    defer { source.stop() }
    try room.publish(["kept"], topic: "kept/topic", retained: true)
    let observer = try observer(room, ["#"], version: version)
    defer { observer.stop() }
    try observer.start()
    var seen: [ObservedMessage] = []
    try eventually("the kept message") {
      seen += observer.take().messages
      return seen.contains { $0.topic == "kept/topic" }
    }
    try room.publish((0..<50).map { "\($0)" }, topic: "room/plain")
    try eventually("all messages") {
      seen += observer.take().messages
      return seen.count { $0.topic == "room/plain" } == 50
    }
    #expect(
      seen.filter { $0.topic == "room/plain" }.map { String(decoding: $0.payload ?? [], as: UTF8.self) }
        == (0..<50).map(String.init))
    #expect(seen.filter(\.isRetained).map(\.topic) == ["kept/topic"])
    #expect(source.status().allSatisfy { $0.state == .online && $0.counters.reconnects == 0 })
  }

  @Test("what it publishes arrives")
  func publishes() throws {
    let room = try BrokerRoom()
    let observer = try observer(room, ["answer/#"])
    defer { observer.stop() }
    try online(observer)
    #expect(observer.publish(topic: "answer/1", payload: Array("yes".utf8)))
    try eventually("the message") { observer.take().messages.contains { $0.topic == "answer/1" } }
  }

  @Test("no broker, refused user and refused topics are said in words")
  func faults() throws {
    let room = try BrokerRoom()
    let absent = try observer(room, ["#"], port: freeLoopbackPort())
    defer { absent.stop() }
    try absent.start()
    var reason = ""
    try eventually("a failure") {
      if case .failed(let words) = absent.take().condition { reason = words }
      return !reason.isEmpty
    }
    #expect(reason.contains("refused"), "\(reason)")

    let closed = try TemporaryFolder("mqtt-closed")
    try Data("reader:not a password\n".utf8).write(to: closed.file("passwords"))
    let broker = try MosquittoBroker(
      folder: closed.url, extraLines: ["allow_anonymous false", "password_file \(closed.file("passwords").path)"])
    defer { broker.stop() }
    let refused = try observer(room, ["#"], port: broker.port)
    defer { refused.stop() }
    try refused.start()
    reason = ""
    try eventually("a refusal") {
      if case .failed(let words) = refused.take().condition { reason = words }
      return !reason.isEmpty
    }
    #expect(reason.contains("does not allow this client"), "\(reason)")
  }

  @Test("after an interruption it looks on again")
  func interruption() throws {
    let room = try BrokerRoom()
    let observer = try observer(room, ["a"])
    defer { observer.stop() }
    try online(observer)
    room.broker.stop()
    try eventually("interrupted") {
      if case .interrupted = observer.take().condition { return true }
      return false
    }
    try room.broker.start()
    try eventually("online again") { Self.isOnline(observer) }
  }

  @Test("beyond the bound messages are counted, and memory does not grow")
  func bound() {
    var content = MQTTObserver.Content()
    let message = IncomingMessage(
      topic: "t", payload: .bytes([1]), isRetained: false,
      receivedAt: ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0))
    content.add(Array(repeating: message, count: MQTTObserver.maximumMessages + 3))
    #expect(content.messages.count == MQTTObserver.maximumMessages && content.overflow == 3)
    var large = MQTTObserver.Content()
    let big = IncomingMessage(
      topic: "t", payload: .bytes([UInt8](repeating: 0, count: maximumPayloadBytes)), isRetained: false,
      receivedAt: message.receivedAt)
    large.add(Array(repeating: big, count: 200))
    #expect(large.payloadBytes <= MQTTObserver.maximumPayloadBytes && large.overflow == 200 - large.messages.count)
  }
}
