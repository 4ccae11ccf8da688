import Devices
import Shopfloor
import Testing

@testable import MQTT

/// What holds for any messages and mappings.
@Suite struct RoundPropertyTests {
  static let payloads = [
    "21.5", "on", "x", "", "{}", "[]", "null", #"{"v":1,"w":"2,5","t":1795233598,"u":"C","q":"ok","n":1}"#,
    #"{"v":null,"w":"text","q":"bad","u":"F"}"#, #"{"list":[{"v":1,"n":7},{"v":2,"n":7},{"w":3,"t":1795233590}]}"#,
    #"{"list":[],"v":true,"v":false}"#, #"{"v":{"w":[1,2,3]},"w":1e400,"t":"2026-11-21T03:00:00"}"#,
    #"{"u":"F","v":212}"#, "offline", "online", #"{"v":NaN,"w":"0x0102","data":"AQI="}"#, "\u{FEFF}7", "01 02 03",
  ].map { Array($0.utf8) }

  static func mappings(_ generator: inout SeededGenerator) throws -> [MessageMapping] {
    let paths = ["v", "w", "v.w[1]", "data", #"list[n="7"].v"#, "list[1].v"]
    func point(_ number: Int) throws -> MessagePoint {
      let slice = ByteSlice(
        encoding: ByteSlice.Encoding.allCases.randomElement(using: &generator) ?? .raw,
        place: .bits(
          offset: Int.random(in: 0...12, using: &generator), length: Int.random(in: 1...16, using: &generator)),
        number: .signed)
      let forms: [MessagePoint.Form] = [.number(words: [:]), .number(words: ["x": 4]), .text, .slice(slice)]
      return try MessagePoint(
        "p\(number)", Int.random(in: 0...4, using: &generator) == 0 ? nil : paths.randomElement(using: &generator),
        form: forms.randomElement(using: &generator) ?? .text,
        units: Int.random(in: 0...3, using: &generator) == 0
          ? UnitSource(path: try JSONPath("u"), conversions: ["C": .init(), "F": .init(scale: 0.5, offset: -16)]) : nil,
        quality: Int.random(in: 0...3, using: &generator) == 0
          ? SourceQuality(path: try JSONPath("q"), good: ["ok"]) : nil)
    }
    return try (0..<Int.random(in: 1...3, using: &generator)).map { number in
      try MessageMapping(
        ["t/#", "t/1", "t/+"].randomElement(using: &generator) ?? "#",
        shape: Bool.random(using: &generator) ? .whole : .delta,
        conditions: Int.random(in: 0...3, using: &generator) == 0 ? [("n", ["1", "7"])] : [],
        each: Int.random(in: 0...2, using: &generator) == 0 ? "list" : nil,
        time: Bool.random(using: &generator) ? ("t", .automatic) : nil,
        key: Int.random(in: 0...2, using: &generator) == 0 ? ["n"] : [], [point(number * 2), point(number * 2 + 1)])
    }
  }

  static func plan(_ generator: inout SeededGenerator) throws -> MQTTDevicePlan {
    let topic = AvailabilityTopic(topic: try TopicFilter("t/2"), path: nil, online: ["online"], offline: ["offline"])
    return DecodingBench.plan(try mappings(&generator), availability: Bool.random(using: &generator) ? [topic] : [])
  }

  static func messages(_ count: Int, _ generator: inout SeededGenerator) -> [IncomingMessage] {
    (0..<count).map { number in
      var payload = payloads.randomElement(using: &generator) ?? []
      if Int.random(in: 0...3, using: &generator) == 0 {
        payload.insert(
          UInt8.random(in: 0...255, using: &generator), at: Int.random(in: 0...payload.count, using: &generator))
      }
      var message = DecodingBench.message(
        payload, topic: "t/\(Int.random(in: 1...3, using: &generator))",
        retained: Int.random(in: 0...5, using: &generator) == 0, at: Int64(number) * 1_000)
      if Int.random(in: 0...20, using: &generator) == 0 { message.payload = .tooLarge(bytes: 300_000) }
      return message
    }
  }

  @Test func anyRoundIsSound() throws {
    var generator = SeededGenerator(seed: 91)
    var seen: Set<Quality> = []
    for _ in 0..<400 {
      let plan = try Self.plan(&generator)
      let messages = Self.messages(30, &generator)
      var decoder = RoundDecoder(devices: [plan], thinning: .generous)
      let round = decoder.decode(messages)
      var again = RoundDecoder(devices: [plan], thinning: .generous)
      #expect(again.decode(messages) == round)
      let retained = Set(messages.filter(\.isRetained).map(\.receivedAt.utc))
      for batch in round.batches {
        #expect(!batch.readings.isEmpty && batch.readings.count <= maximumReadingsPerBatch)
        for reading in batch.readings {
          seen.insert(reading.quality)
          #expect(reading.value.isFinite && (reading.quality.hasValue || reading.value == 0))
          #expect(!retained.contains(batch.receivedAt) || !reading.quality.isGood)
          #expect(abs(reading.time.microseconds(since: batch.receivedAt)) <= DeviceTime.maximumAgeMicroseconds)
        }
        for text in batch.texts {
          let own = batch.readings.first { $0.parameter == text.parameter && $0.time == text.time }
          #expect(own?.quality == .good && text.words.count == (text.text.utf8.count + 1) / 2)
        }
      }
      let concerned = messages.filter { message in
        plan.mappings.contains { $0.topic.matches(message.topic) }
          || plan.availability.contains { $0.topic.matches(message.topic) }
      }
      #expect(round.unmapped == messages.count - concerned.count)
      #expect(round.tallies[plan.device, default: .init()].messages == concerned.count)
    }
    #expect(
      seen.isSuperset(of: [
        .good, .uncertainRetained, .uncertainDeviceTime, .badPayload, .badPayloadTooLarge, .badNotANumber, .badSentinel,
        .badUnit, .badSourceQuality, .badDeviceOffline, .badEncoding,
      ]))
  }

  /// A round is only what came together by chance.
  @Test func roundsMayBeCutAnywhere() throws {
    var generator = SeededGenerator(seed: 92)
    for _ in 0..<400 {
      let plan = try Self.plan(&generator)
      let messages = Self.messages(40, &generator)
      var whole = RoundDecoder(devices: [plan], thinning: .generous)
      let expected = whole.decode(messages)
      var cut = RoundDecoder(devices: [plan], thinning: .generous)
      var batches: [ReadingBatch] = []
      var (rest, malformed) = (messages[...], 0)
      while !rest.isEmpty {
        let count = Int.random(in: 1...10, using: &generator)
        let round = cut.decode(Array(rest.prefix(count)))
        batches += round.batches
        malformed += round.tallies[plan.device]?.malformed ?? 0
        rest = rest.dropFirst(count)
      }
      #expect(batches == expected.batches && expected.notes.isEmpty)
      #expect(malformed == expected.tallies[plan.device]?.malformed ?? 0)
    }
  }

  /// A round that did not reach the disk: the decoder as it was before gives the same again.
  @Test func aRoundMayBeTakenBack() throws {
    var generator = SeededGenerator(seed: 93)
    for _ in 0..<200 {
      var decoder = RoundDecoder(
        devices: [try Self.plan(&generator)], thinning: ThinningRule(maximumMessagesPerSecond: 5))
      for _ in 0..<3 {
        let messages = Self.messages(20, &generator)
        let before = decoder
        let first = decoder.decode(messages)
        decoder = before
        #expect(decoder.decode(messages) == first)
      }
    }
  }
}
