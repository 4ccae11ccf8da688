import Devices
import Shopfloor
import Testing

@testable import MQTT

/// What has waited at the broker may be of any age.
@Suite struct BacklogTests {
  static func bench() throws -> DecodingBench {
    DecodingBench(
      [
        try MessageMapping("plain", [try MessagePoint("a", nil)]),
        try MessageMapping("json", [try MessagePoint("b", "v")]),
        try MessageMapping(
          "timed", time: ("ts", .automatic), [try MessagePoint("c", "v"), try MessagePoint("d", nil, form: .text)]),
        try MessageMapping("list", each: "l", time: ("ts", .automatic), [try MessagePoint("e", "v")]),
      ],
      availability: [AvailabilityTopic(topic: try TopicFilter("lwt"), path: nil, online: ["on"], offline: ["off"])])
  }

  static let ended = DecodingBench.start.advanced(byMicroseconds: 10_000_000)
  /// 1795233600 is now.
  static let timed = #"{"ts":1795233540,"v":1}"#

  @Test func afterAReconnectNothingIsBelievedThatSaysNoTime() throws {
    var bench = try Self.bench()
    bench.decoder.beginBacklog(isReconnect: true)
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5 device_time"])
    #expect(bench.take(#"{"v":5}"#, topic: "json").shown == ["1=5.0 device_time"])
    #expect(bench.take("21.5", topic: "plain", retained: true).shown == ["0=21.5 retained"])
    #expect(bench.take(Self.timed, topic: "timed").shown.last == "2=1.0")
    #expect(bench.take(#"{"v":1}"#, topic: "timed").shown.last == "2=1.0 device_time")
    #expect(
      bench.take(#"{"l":[{"v":1},{"ts":1795233540,"v":2}]}"#, topic: "list").shown == ["4=1.0 device_time", "4=2.0"])
    let late = bench.take("21.5", topic: "plain")
    #expect(late.readings.map(\.time) == [DecodingBench.start] && late.batches[0].receivedAt == DecodingBench.start)
    bench.decoder.endBacklog(at: Self.ended)
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5"])
  }

  @Test func aNewDecoderIsLive() throws {
    var bench = try Self.bench()
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5"])
  }

  /// While a commit was slow the messages waited for seconds, and that is seen.
  @Test func afterASlowCommitValuesAreGood() throws {
    var bench = try Self.bench()
    bench.decoder.beginBacklog()
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5"])
    bench.decoder.beginBacklog(isReconnect: true)
    bench.decoder.beginBacklog()
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5 device_time"])
    bench.decoder.endBacklog(at: Self.ended)
    bench.decoder.beginBacklog()
    #expect(bench.take("21.5", topic: "plain").shown == ["0=21.5"])
  }

  @Test func theWholePayloadHasTheTimeThatIsInIt() throws {
    var bench = try Self.bench()
    let readings = bench.take(Self.timed, topic: "timed").readings
    #expect(readings.map(\.quality) == [.good, .good])
    #expect(readings.map { $0.time.microseconds(since: DecodingBench.start) } == [-60_000_000, -60_000_000])
    #expect(
      bench.take(#"{"v":1}"#, topic: "timed").readings.map(\.quality) == [.uncertainDeviceTime, .uncertainDeviceTime])
    #expect(bench.take("{", topic: "timed").readings.map(\.quality) == [.uncertainDeviceTime, .badPayload])
  }

  // MARK: Bad readings

  static func seconds(_ round: DecodedRound, _ parameter: UInt32) -> [Int64] {
    round.readings.filter { $0.parameter.rawValue == parameter }
      .map { $0.time.microseconds(since: DecodingBench.start) / 1_000_000 }
  }

  @Test func badReadingsOfABacklogAreNotLaterThanWhatFollows() throws {
    var bench = try Self.bench()
    bench.decoder.beginBacklog(isReconnect: true)
    #expect(Self.seconds(bench.take(#"{"l":5}"#, topic: "list"), 4) == [0])
    _ = bench.take(Self.timed, topic: "timed")
    // The latest, not the last.
    _ = bench.take(#"{"ts":1795233500,"v":1}"#, topic: "timed")
    #expect(Self.seconds(bench.take("{", topic: "list"), 4) == [-60])
    #expect(Self.seconds(bench.take(#"{"ts":1,"v":"x"}"#, topic: "timed"), 2) == [-60])
    #expect(Self.seconds(bench.take(#"{"ts":1795233520,"v":"x"}"#, topic: "timed"), 2) == [-80])
    let away = bench.take("off", topic: "lwt")
    #expect(away.readings.allSatisfy { $0.quality == .badDeviceOffline })
    // Those whose messages never say a time keep that of receipt, as their values do.
    #expect((0...4).map { Self.seconds(away, $0) } == [[0], [0], [-60], [-60], [-60]])
    #expect(Self.seconds(bench.take("garbage", topic: "plain"), 0) == [0])
    bench.decoder.endBacklog(at: Self.ended)
    #expect(Self.seconds(bench.take("{", topic: "list"), 4) == [0])
  }

  @Test func aDeviceThatIsAheadIsNoTimeToCome() throws {
    var bench = try Self.bench()
    bench.decoder.beginBacklog(isReconnect: true)
    _ = bench.take(#"{"ts":1795233650,"v":1}"#, topic: "timed")
    #expect(Self.seconds(bench.take("{", topic: "list"), 4) == [0])
    // What it said more than 30 days ago is no time of now either.
    bench.elapsed = 31 * 86_400 * 1_000_000
    #expect(
      bench.take("{", topic: "list").readings.map(\.time) == [
        DecodingBench.start.advanced(byMicroseconds: bench.elapsed)
      ])
  }

  @Test func otherDevicesTimesAreTheirOwn() throws {
    let devices = try (["one", "two"] as [DeviceName]).map { device in
      MQTTDevicePlan(
        device: device,
        mappings: [try MessageMapping(device.text, time: ("ts", .automatic), [try MessagePoint("a", "v")])],
        availability: [], parameters: ["a": [ParameterIndex(0)]])
    }
    var decoder = RoundDecoder(devices: devices, thinning: .generous)
    decoder.beginBacklog(isReconnect: true)
    let round = decoder.decode([
      DecodingBench.message(Array(Self.timed.utf8), topic: "one"), DecodingBench.message([0x7B], topic: "two"),
      DecodingBench.message([0x7B], topic: "one"),
    ])
    #expect(Self.seconds(round, 0) == [-60, 0, -60])
  }
}
