import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// Messages whose metrics cannot be read: they have their place in the count, and nobody else is in doubt.
@Suite struct SparkplugHostUnreadableTests {
  private static let stranger = SparkplugAddress(group: "plant", edgeNode: "cell", device: "stranger")

  /// More metrics than are read.
  private static func bytes(_ sequence: UInt64?, at time: UInt64) -> [UInt8] {
    SparkplugCodec.encode(
      SparkplugPayload(
        timestamp: time,
        metrics: Array(repeating: SparkplugMetric(alias: 1), count: SparkplugCodec.maximumMetrics + 1),
        sequence: sequence))
  }

  private func deliver(
    _ kind: SparkplugTopic.Kind, _ address: SparkplugAddress, _ sequence: UInt64?, to room: inout HostRoom
  ) {
    room.pass(milliseconds: 1)
    room.tell(
      .message(
        topic: SparkplugTopic.message(kind, address).text, payload: Self.bytes(sequence, at: room.milliseconds),
        isRetained: false))
  }

  @Test func aStrangerThatCannotBeReadTakesNobodyWithIt() {
    var room = HostRoom.born()
    for number in 1..<5 as Range<UInt64> {
      deliver(number == 1 ? .deviceBirth : .deviceData, Self.stranger, 2 * number, to: &room)
      room.device(.deviceData, 2 * number + 1, [HostRoom.temperature(Double(number))])
    }
    room.wait(seconds: 30)
    #expect(room.values == [1, 2, 3, 4])
    #expect(room.lost.isEmpty && room.rebirths.isEmpty)
    #expect(room.session.counters.violations[.unreadable] == 4)
  }

  @Test func dataThatCannotBeReadLeaveNoValueInForceUntilItIsTold() {
    var room = HostRoom.born()
    deliver(.deviceData, HostRoom.oven, 2, to: &room)
    #expect(room.readings.map(\.quality) == Array(repeating: .badPayload, count: 3))
    #expect(room.rebirths.count == 1)
    room.forget()
    room.device(.deviceData, 3, [HostRoom.temperature(5)])
    room.node(.nodeData, 4, [SparkplugMetric(alias: 1, value: .int(10))])
    #expect(room.readings.map(\.quality) == [.good, .good], "the aliases are those of the birth")
    room.wait(seconds: 5)
    #expect(room.lost.isEmpty)
  }

  @Test func afterABirthThatCannotBeReadNamesHoldAndAliasesDoNot() {
    var room = HostRoom.born()
    deliver(.deviceBirth, HostRoom.oven, 2, to: &room)
    room.forget()
    room.device(.deviceData, 3, [HostRoom.temperature(5)])
    room.device(.deviceData, 4, [SparkplugMetric(name: "Temperature", datatype: 10, value: .double(6))])
    room.node(.nodeData, 5, [SparkplugMetric(alias: 1, value: .int(10))])
    #expect(room.values == [6, 1])
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 7))
    #expect(room.lost.count == 1, "what was left out is told")
  }

  @Test func theBirthOfANodeThatCannotBeReadBeginsTheCount() {
    var room = HostRoom.born()
    deliver(.nodeBirth, HostRoom.node, 0, to: &room)
    room.device(.deviceBirth, 1, HostRoom.ovenBirth(first: 50))
    room.device(.deviceData, 2, [HostRoom.temperature(5, alias: 50)])
    room.wait(seconds: 5)
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5, 5])
    #expect(room.readings(of: HostRoom.nodeParameter).map(\.quality) == [.badPayload])
    #expect(room.lost.isEmpty)
  }

  @Test func aDeathOfADeviceIsOneWhateverStandsInIt() {
    var room = HostRoom.born()
    deliver(.deviceDeath, HostRoom.oven, 2, to: &room)
    #expect(room.readings.map(\.quality) == Array(repeating: .badDeviceOffline, count: 3))
  }

  @Test func theDeathOfANodeThatDoesNotSayWhichIsNotBelieved() {
    var room = HostRoom.born()
    deliver(.nodeDeath, HostRoom.node, nil, to: &room)
    room.wait(seconds: 60)
    #expect(room.batches.isEmpty && !room.rebirths.isEmpty)
    #expect(room.session.isSuspected)
  }

  /// Over a real connection a payload may be as large as the codec reads.
  @Test func birthsOfMoreThanOtherMessagesMayHaveAreRead() throws {
    let folder = try TemporaryFolder("sparkplug-large")
    let broker = try MosquittoBroker(folder: folder.url)
    let inbox = HeldInbox()
    var plan = HostRoom.plan
    plan.connection = MQTTConnection(host: "127.0.0.1", port: broker.port, clientID: "lotwire-sparkplug")
    let host = SparkplugHost(
      plan: plan, inbox: inbox, backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 400_000))
    try host.start()
    defer { host.stop() }
    try eventually("the host is connected") { host.status().allSatisfy { $0.detail.contains("connected to") } }
    let now = UInt64(Date().timeIntervalSince1970 * 1_000)
    let filler = (0..<900).map {
      SparkplugMetric(
        name: "Filler/\($0)", alias: UInt64(1_000 + $0), datatype: 12,
        value: .string(String(repeating: "x", count: 900)))
    }
    let birth = SparkplugPayload(timestamp: now, metrics: HostRoom.nodeBirth(bdSeq: 0) + filler, sequence: 0)
    let bytes = SparkplugCodec.encode(birth)
    #expect(bytes.count > 3 * maximumPayloadBytes && bytes.count <= SparkplugCodec.maximumPayloadBytes)
    let file = folder.file("birth")
    try Data(bytes).write(to: file)
    let sender = try ChildProcess(
      name: "mosquitto_pub", path: "/usr/bin/mosquitto_pub",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-t", SparkplugTopic.message(.nodeBirth, HostRoom.node).text, "-f",
        file.path,
      ], log: folder.file("pub.log"))
    try eventually("the birth") {
      inbox.durable.flatMap(\.readings).contains { $0.parameter == HostRoom.nodeParameter }
    }
    #expect(inbox.durable.flatMap(\.readings).map(\.quality) == [.good])
    _ = sender
  }
}
