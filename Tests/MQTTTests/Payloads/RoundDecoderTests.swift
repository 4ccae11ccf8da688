import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct RoundDecoderTests {
  static let received = Timestamp(iso8601: "2026-11-21T04:00:00Z") ?? Timestamp(microseconds: 0)

  static func message(_ payload: String, topic: String = "room/air", retained: Bool = false) -> IncomingMessage {
    IncomingMessage(
      topic: topic, payload: .bytes(Array(payload.utf8)), isRetained: retained,
      receivedAt: ClockReading(utc: received, monotonicMicroseconds: 5))
  }

  static func json(
    _ path: String = "t", time: String? = "time", id: String? = nil, range: ClosedRange<Double>? = nil
  ) throws -> TestValue {
    try TestValue("room/+", path: path, time: time, id: id, range: range)
  }

  static func decode(_ message: IncomingMessage, _ values: TestValue...) -> [ReadingBatch] {
    var decoder = RoundDecoder(devices: [MQTTDevicePlan(device: "air", values: values)], thinning: .standard)
    return decoder.decode([message]).batches
  }

  struct Expectation: Sendable, CustomTestStringConvertible {
    var payload: String
    var quality: Quality
    var value = 0.0
    /// nil: the receipt time.
    var time: String?
    var testDescription: String { payload }
  }

  static let expectations = [
    Expectation(
      payload: #"{"t":21.5,"time":"2026-11-21T03:59:59.25Z"}"#, quality: .good, value: 21.5,
      time: "2026-11-21T03:59:59.25Z"),
    Expectation(
      payload: #"{"t":21.5,"time":"2026-11-21T11:59:59+08:00"}"#, quality: .good, value: 21.5,
      time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":"21,5","time":1795233599}"#, quality: .good, value: 21.5, time: "2026-11-21T03:59:59Z"),
    Expectation(
      payload: #"{"t":true,"time":1795233599250}"#, quality: .good, value: 1, time: "2026-11-21T03:59:59.25Z"),
    Expectation(payload: #"{"t":1,"time":"1795233599.5"}"#, quality: .good, value: 1, time: "2026-11-21T03:59:59.5Z"),
    // 60 s ahead is still a clock that is a little fast; a microsecond more is not.
    Expectation(
      payload: #"{"t":1,"time":"2026-11-21T04:01:00Z"}"#, quality: .good, value: 1, time: "2026-11-21T04:01:00Z"),
    Expectation(payload: #"{"t":1,"time":"2026-11-21T04:01:00.000001Z"}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(
      payload: #"{"t":1,"time":"2026-10-22T04:00:00Z"}"#, quality: .good, value: 1, time: "2026-10-22T04:00:00Z"),
    Expectation(payload: #"{"t":1,"time":"2026-10-22T03:59:59Z"}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1,"time":"2026-11-21T03:59:59"}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1,"time":"2026-11-21"}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1,"time":0}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1,"time":1e300}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1,"time":null}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":1}"#, quality: .uncertainDeviceTime, value: 1),
    Expectation(payload: #"{"t":NaN,"time":1795233599}"#, quality: .badNotANumber, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":"inf","time":1795233599}"#, quality: .badNotANumber, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":null,"time":1795233599}"#, quality: .badSentinel, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"u":1,"time":1795233599}"#, quality: .badPayload, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":{},"time":1795233599}"#, quality: .badPayload, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":"warm","time":1795233599}"#, quality: .badPayload, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":101,"time":1795233599}"#, quality: .badOutOfRange, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: #"{"t":100,"time":1795233599}"#, quality: .good, value: 100, time: "2026-11-21T03:59:59Z"),
    Expectation(payload: "garbage \u{1}", quality: .badPayload),
    Expectation(payload: "", quality: .badPayload),
  ]

  @Test(arguments: expectations)
  func readsJSON(_ expected: Expectation) throws {
    let batches = Self.decode(Self.message(expected.payload), try Self.json(range: -40...100))
    let time = try expected.time.map { try #require(Timestamp(iso8601: $0)) } ?? Self.received
    #expect(
      batches.map(\.readings) == [
        [Reading(parameter: ParameterIndex(1), time: time, quality: expected.quality, value: expected.value)]
      ])
    #expect(batches.first?.receivedAt == Self.received && batches.first?.monotonicMicroseconds == 5)
  }

  @Test func scalesThenChecksTheRange() throws {
    var value = try TestValue("room/air", scale: 0.1, offset: -40, range: 0...10, parameters: [4, 9])
    let readings = Self.decode(Self.message("450"), value).flatMap(\.readings)
    #expect(readings.map(\.value) == [5, 5] && readings.map(\.parameter.rawValue) == [4, 9])
    value.mapping.points[0].scale = 1e308
    #expect(Self.decode(Self.message("450"), value).first?.readings.first?.quality == .badNotANumber)
  }

  @Test func retainedIsNeverFresh() throws {
    let good = #"{"t":21.5,"time":"2026-11-21T03:59:59Z"}"#
    #expect(
      Self.decode(Self.message(good, retained: true), try Self.json())[0].readings[0].quality == .uncertainRetained)
    #expect(Self.decode(Self.message("{}", retained: true), try Self.json())[0].readings[0].quality == .badPayload)
  }

  @Test func tooLargeIsRecordedAndNotRead() throws {
    var message = Self.message("")
    message.payload = .tooLarge(bytes: 1_000_000)
    let batches = Self.decode(message, try Self.json(id: "id"))
    #expect(batches.map { $0.readings.map(\.quality) } == [[.badPayloadTooLarge]])
    #expect(batches[0].messageKey == nil)
  }

  @Test func oneMessageFeedsSeveralMappingsAndDevices() throws {
    let payload = #"{"id":"m-1","t":21.5,"rh":45,"time":"2026-11-21T03:59:59Z"}"#
    var decoder = RoundDecoder(
      devices: [
        MQTTDevicePlan(
          device: "air",
          values: [try Self.json("t"), try TestValue("room/+", path: "rh", time: "time", id: "id", parameters: [2])]),
        MQTTDevicePlan(device: "door", values: [try Self.json("t", id: "id")]),
        MQTTDevicePlan(device: "other", values: [try TestValue("x")]),
      ], thinning: .standard)
    let batches = decoder.decode([Self.message(payload)]).batches
    #expect(batches.map(\.device) == ["air", "door"])
    #expect(batches[0].readings.map(\.value) == [21.5, 45])
    #expect(batches[0].messageKey != nil && batches[1].messageKey != nil)
    #expect(batches[0].messageKey != batches[1].messageKey)
  }

  @Test func unmappedTopicsGiveNothing() throws {
    var decoder = RoundDecoder(
      devices: [MQTTDevicePlan(device: "air", values: [try Self.json(), try TestValue("deep/#")])],
      thinning: .standard)
    let deep = "deep" + String(repeating: "/x", count: TopicRoutes.maximumLevels)
    let round = decoder.decode(
      ["else/where", deep, String(deep.dropLast(2)), "x"].map { Self.message("1", topic: $0) })
    #expect(round.batches.count == 1 && round.unmapped == 3 && round.lastUnmappedTopic == "x")
    #expect(round.tallies == ["air": .init(messages: 1, malformed: 0)])
  }

  // MARK: The key

  static func key(_ payload: String, id: String? = "id", topic: String = "room/air", retained: Bool = false) throws
    -> UInt64?
  {
    decode(message(payload, topic: topic, retained: retained), try json(id: id))[0].messageKey
  }

  @Test func anIDNamesAMessageTogetherWithItsTime() throws {
    let timed = #"{"t":1,"id":"c-1","time":"2026-11-21T03:59:59Z"}"#
    let first = try Self.key(timed)
    #expect(first != nil)
    #expect(try Self.key(timed) == first)
    #expect(try Self.key(#"{"t":2,"id":"c-1","time":1795233599}"#) == first)
    #expect(try Self.key(#"{"t":1,"id":"c-1","time":"2026-11-21T03:59:58Z"}"#) != first)
    #expect(try Self.key(#"{"t":1,"id":"c-2","time":"2026-11-21T03:59:59Z"}"#) != first)
    #expect(try Self.key(timed, topic: "room/2") != first)
    #expect(try Self.key(timed, retained: true) != first)
  }

  /// A counter begins again with every power failure of the device; only a repetition has the same bytes too.
  @Test func withoutATimeAnIDNamesAMessageTogetherWithItsContent() throws {
    let first = try Self.key(#"{"t":1,"id":"c-1"}"#)
    #expect(first != nil)
    #expect(try Self.key(#"{"t":1,"id":"c-1"}"#) == first)
    #expect(try Self.key(#"{"t":2,"id":"c-1"}"#) != first)
    #expect(try Self.key(#"{"t":1,"id":"c-2"}"#) != first)
    #expect(try Self.key(#"{"t":1,"id":"c-1","time":0}"#) != Self.key(#"{"t":2,"id":"c-1","time":0}"#))
    #expect(try Self.key(#"{"t":1,"id":18446744073709551615}"#) != Self.key(#"{"t":1,"id":18446744073709551614}"#))
  }

  /// Messages of different kinds on one topic are counted apart, each from 0.
  @Test func mappingsWithOtherConditionsOrListsHaveOtherKeys() throws {
    func key(_ conditions: [(String, [String])], each: String? = nil) throws -> UInt64? {
      var bench = DecodingBench([
        try MessageMapping(
          conditions: conditions, each: each, time: ("time", .automatic), key: ["n"], [try MessagePoint("a", "v")])
      ])
      let own = #""n":5,"v":1,"time":1795233599"#
      return bench.take("{\(own),\"k\":\"x\",\"p\":[{\(own)}],\"q\":[{\(own)}]}").batches[0].messageKey
    }
    let keys = [
      try key([]), try key([("k", ["x"])]), try key([("k", ["x", "y"])]), try key([("k", [])]), try key([("n", [])]),
      try key([], each: "p"), try key([], each: "q"),
    ]
    #expect(!keys.contains(nil) && Set(keys).count == keys.count)
    #expect(try key([("k", ["x"])]) == keys[1])
  }

  @Test func timeAndPayloadAreTheSecondChoice() throws {
    let first = try Self.key(#"{"t":1,"time":"2026-11-21T03:59:59Z"}"#)
    #expect(first != nil)
    #expect(try Self.key(#"{"t":1,"time":"2026-11-21T03:59:59Z"}"#, id: nil) == first)
    #expect(try Self.key(#"{"t":2,"time":"2026-11-21T03:59:59Z"}"#) != first)
    #expect(try Self.key(#"{"t":1,"time":"2026-11-21T03:59:58Z"}"#) != first)
  }

  /// A clock that stands still at 1970 would make every message of the same value a repetition.
  @Test func withoutACredibleTimeThereIsNoKey() throws {
    #expect(try Self.key(#"{"t":1}"#) == nil)
    #expect(try Self.key(#"{"t":1,"time":0}"#) == nil)
    #expect(try Self.key(#"{"t":1,"id":null}"#) == nil)
    #expect(try Self.key("garbage") == nil)
  }

  /// The key is in ledgers: these numbers may never change. Computed by another program from the description of the key.
  @Test func keysStayWhatTheyWere() throws {
    let time = Timestamp(microseconds: 1_795_233_599_000_000)
    func text(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
    #expect(
      MessageKey.explicit([text("c-1")], .time(time), device: "air", retained: false, topic: "room/air")
        == 3_356_280_756_293_951_589)
    let kind = ["when 1", "type", "a", "each", "list"].map { Array($0.utf8) }
    #expect(
      MessageKey.explicit(
        [text("c"), text("1")], kind: kind, .content(text("{}")), device: "air", retained: false, topic: "room/air")
        == 9_909_600_698_025_856_055)
    #expect(
      MessageKey.timed(time, payload: [0x31], device: "air", retained: false, topic: "room/air")
        == 2_904_041_573_306_715_220)
  }

  // MARK: Fuzzing

  /// Any bytes: exactly one reading for each mapped parameter, no value without being readable, and the same again.
  @Test func anyBytesGiveOneReadingAParameter() throws {
    var generator = SeededGenerator(seed: 20_261_121)
    let seeds = Self.expectations.map { Array($0.payload.utf8) }
    let plan = MQTTDevicePlan(
      device: "air", values: [try Self.json("t", id: "id", range: -40...100), try TestValue("#", parameters: [2])])
    for _ in 0..<6_000 {
      var bytes = seeds[Int.random(in: seeds.indices, using: &generator)]
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        if place < bytes.count, Bool.random(using: &generator) { bytes.remove(at: place) }
        bytes.insert(UInt8.random(in: 0...255, using: &generator), at: min(place, bytes.count))
      }
      var message = Self.message("", retained: Bool.random(using: &generator))
      message.payload = .bytes(bytes)
      var decoder = RoundDecoder(devices: [plan], thinning: .standard)
      let batches = decoder.decode([message]).batches
      #expect(batches == decoder.decode([message]).batches)
      #expect(batches.map { $0.readings.map(\.parameter.rawValue) } == [[1, 2]])
      for reading in batches.flatMap(\.readings) {
        #expect(reading.value.isFinite && (reading.quality.hasValue || reading.value == 0))
        #expect(!message.isRetained || !reading.quality.isGood)
        #expect(abs(reading.time.microseconds(since: Self.received)) <= DeviceTime.maximumAgeMicroseconds)
        #expect(reading.parameter.rawValue == 2 || !reading.quality.hasValue || (-40...100).contains(reading.value))
      }
    }
  }
}
