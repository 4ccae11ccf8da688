import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite("Sparkplug birth tree") struct BirthTreeTests {
  private static func message(_ topic: String, _ payload: SparkplugPayload, at: Int64 = 0) -> ObservedMessage {
    ObservedMessage(
      topic: topic, payload: SparkplugCodec.encode(payload), isRetained: false,
      receivedAt: ClockReading(utc: Timestamp(microseconds: at), monotonicMicroseconds: at))
  }

  private static let nodeBirth = message(
    "spBv1.0/plant/NBIRTH/cell-4",
    SparkplugPayload(
      timestamp: 1_000,
      metrics: [
        SparkplugMetric(name: "bdSeq", datatype: SparkplugDataType.uint64.rawValue, value: .long(3)),
        SparkplugMetric(
          name: "Node Control/Rebirth", datatype: SparkplugDataType.boolean.rawValue, value: .boolean(false)),
      ], sequence: 0))
  private static let deviceBirth = message(
    "spBv1.0/plant/DBIRTH/cell-4/oven",
    SparkplugPayload(
      timestamp: 1_000,
      metrics: [
        SparkplugMetric(
          name: "temperature", alias: 7, datatype: SparkplugDataType.double.rawValue, value: .double(180.5),
          properties: ["engUnit": .string("°C")]),
        SparkplugMetric(name: "recipe", alias: 8, datatype: SparkplugDataType.string.rawValue, value: .string("R1")),
        SparkplugMetric(name: "offset", alias: 9, datatype: SparkplugDataType.int16.rawValue, value: .int(0xFFFF_FFFE)),
        SparkplugMetric(name: "empty", alias: 10, datatype: SparkplugDataType.float.rawValue, isNull: true),
      ], sequence: 1), at: 10)

  private static func data(_ sequence: UInt64, alias: UInt64 = 7, _ value: Double, historical: Bool = false)
    -> ObservedMessage
  {
    message(
      "spBv1.0/plant/DDATA/cell-4/oven",
      SparkplugPayload(
        timestamp: 2_000,
        metrics: [SparkplugMetric(alias: alias, isHistorical: historical, value: .double(value))], sequence: sequence),
      at: 20)
  }

  @Test("births name the metrics, data under their aliases bring values")
  func values() throws {
    var tree = BirthTree()
    tree.note([Self.nodeBirth, Self.deviceBirth, Self.data(2, 181), Self.data(3, 99, historical: true)])
    #expect(tree.inOrder.map(\.address.description) == ["plant/cell-4", "plant/cell-4/oven"])
    let oven = try #require(tree.inOrder.last)
    #expect(oven.isOnline == true && oven.births == 1 && oven.messages == 3)
    #expect(oven.inOrder.map(\.name) == ["empty", "offset", "recipe", "temperature"])
    #expect(oven.inOrder.map(\.value) == [nil, "-2", "R1", "181.0"])
    let temperature = try #require(oven.metrics["temperature"])
    #expect(temperature.unit == "°C" && temperature.type == .double && temperature.alias == 7)
    #expect(temperature.timestamp == 2_000 && temperature.receivedAt == 20)
    #expect(tree.unborn.isEmpty && tree.places[oven.address.node]?.sequenceGaps == 0)
  }

  @Test("a death of the node takes its devices with it; gaps and unknown aliases are counted")
  func deathAndGaps() throws {
    var tree = BirthTree()
    tree.note([Self.nodeBirth, Self.deviceBirth, Self.data(4, 181), Self.data(5, alias: 99, 1)])
    let address = SparkplugAddress(group: "plant", edgeNode: "cell-4", device: "oven")
    #expect(tree.places[address.node]?.sequenceGaps == 1)
    #expect(tree.places[address]?.unknownAliases == 1)
    tree.note([Self.message("spBv1.0/plant/NDEATH/cell-4", SparkplugPayload(timestamp: 3_000))])
    #expect(tree.inOrder.map(\.isOnline) == [false, false])
    tree.note([Self.nodeBirth])
    #expect(tree.inOrder.map(\.isOnline) == [true, false])
  }

  @Test("a node of which only data came is asked for its births by a command that hosts use")
  func rebirth() throws {
    var tree = BirthTree()
    tree.note([Self.data(9, 1)])
    #expect(tree.unborn.map(\.description) == ["plant/cell-4"])
    let request = BirthTree.rebirthRequest(to: tree.unborn[0], atMilliseconds: 5)
    #expect(request.topic == "spBv1.0/plant/NCMD/cell-4")
    let metric = try #require(try SparkplugCodec.decode(request.payload).metrics.first)
    #expect(metric.name == "Node Control/Rebirth" && metric.value == .boolean(true))
    // Our own command, seen again, is nothing that the node said.
    tree.note([
      ObservedMessage(
        topic: request.topic, payload: request.payload, isRetained: false,
        receivedAt: ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0))
    ])
    #expect(tree.places.count == 1)
  }

  @Test("hosts, damaged payloads and strange topics are shown, and nothing traps")
  func strange() {
    var tree = BirthTree()
    tree.note([
      TopicCensusTests.message("spBv1.0/STATE/scada", #"{"online":true,"timestamp":1}"#),
      TopicCensusTests.message("spBv1.0/plant/NBIRTH/x", "no protobuf"),
      TopicCensusTests.message("spBv1.0/plant/WHAT/x", ""), TopicCensusTests.message("other/topic", "1"),
    ])
    #expect(tree.hosts == ["scada": true])
    #expect(tree.unreadable == 2 && tree.lastFault?.contains("WHAT") == true)
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      tree.note([
        ObservedMessage(
          topic: "spBv1.0/plant/NBIRTH/y", payload: bytes, isRetained: false,
          receivedAt: ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: 0))
      ])
    }
    #expect(tree.places.count <= 1)
  }

  @Test("places and metrics are bounded, and what goes over is counted")
  func bounds() {
    var tree = BirthTree()
    tree.note(
      (0..<(BirthTree.maximumPlaces + 5)).map {
        Self.message("spBv1.0/g/NDATA/n\($0)", SparkplugPayload(sequence: 0))
      })
    #expect(tree.places.count == BirthTree.maximumPlaces && tree.overflow == 5)
    var wide = BirthTree()
    wide.note([
      Self.message(
        "spBv1.0/g/NBIRTH/n",
        SparkplugPayload(
          metrics: (0..<(BirthTree.maximumMetrics + 2)).map {
            SparkplugMetric(name: "m\($0)", datatype: SparkplugDataType.int32.rawValue, value: .int(1))
          }, sequence: 0))
    ])
    #expect(wide.inOrder[0].metrics.count == BirthTree.maximumMetrics && wide.overflow == 2)
  }
}
