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

  /// Although nobody wants the value beside it.
  @Test func theTimeIsReadForThePayloadAlone() throws {
    let mapping = try MessageMapping(time: ("ts", .automatic), [try MessagePoint("a", nil, form: .text)])
    var bench = DecodingBench([mapping])
    #expect(bench.take(Self.timed).readings.map(\.quality) == [.good])
    #expect(Self.seconds(bench.take(Self.timed), 0) == [-60])
    #expect(bench.take("21,5").readings.map(\.quality) == [.uncertainDeviceTime])
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

  // MARK: The rule

  /// How many of a hundred messages at once are kept whole, where the rule is one a second.
  static func kept(_ bench: inout DecodingBench, _ payload: String) -> Int {
    let messages = (0..<100).map { _ in
      DecodingBench.message(Array(payload.utf8), topic: "timed", at: bench.elapsed)
    }
    return bench.decoder.decode(messages).batches.count
  }

  static func thinnedBench() throws -> DecodingBench {
    DecodingBench(
      [try MessageMapping("timed", time: ("ts", .automatic), [try MessagePoint("c", "v")])],
      thinning: ThinningRule(maximumMessagesPerSecond: 1))
  }

  /// A sensor whose clock stands still would else never be held to the rule.
  @Test func anOldTimeIsAnExcuseForAMinuteOnly() throws {
    var bench = try Self.thinnedBench()
    bench.decoder.beginBacklog(isReconnect: true)
    #expect(Self.kept(&bench, Self.timed) == 100 && Self.kept(&bench, #"{"v":1}"#) == 100)
    bench.elapsed = 10_000_000
    _ = bench.decoder.tick(at: DecodingBench.message([], at: bench.elapsed).receivedAt)
    bench.decoder.endBacklog(at: Self.ended)
    #expect(Self.kept(&bench, Self.timed) == 100)
    bench.elapsed += BrokerBacklog.stragglerMicroseconds - 1
    #expect(Self.kept(&bench, Self.timed) == 100)
    bench.elapsed += 1
    #expect(Self.kept(&bench, Self.timed) < 5)
    // The next one is a backlog again.
    bench.decoder.beginBacklog()
    #expect(Self.kept(&bench, Self.timed) == 100)
  }

  @Test func whatIsOfNowOrSaysNothingHasNoExcuse() throws {
    for payload in [#"{"v":1}"#, #"{"v":1,"ts":1795233611}"#] {
      var bench = try Self.thinnedBench()
      bench.decoder.beginBacklog()
      bench.elapsed = 12_000_000
      #expect(Self.kept(&bench, payload) == 100)
      bench.decoder.endBacklog(at: Self.ended)
      #expect(Self.kept(&bench, payload) < 5)
    }
  }
}
