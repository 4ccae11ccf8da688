import Devices
import Shopfloor
import Testing

@testable import MQTT

/// What the decoder keeps of a flooding topic.
@Suite struct ThinnedRoundTests {
  static func bench(_ rate: Int) throws -> DecodingBench {
    DecodingBench(
      [
        try MessageMapping("t/+", [try MessagePoint("a", "v"), try MessagePoint("b", "w")]),
        try MessageMapping("s/+", [try MessagePoint("c", nil, form: .text)]),
      ],
      availability: [
        AvailabilityTopic(topic: try TopicFilter("lwt"), path: nil, online: ["on"], offline: ["off"])
      ], thinning: ThinningRule(maximumMessagesPerSecond: rate))
  }

  static func messages(_ payloads: [String], topic: String = "t/1", every: Int64 = 10) -> [IncomingMessage] {
    payloads.enumerated().map { index, payload in
      DecodingBench.message(Array(payload.utf8), topic: topic, at: Int64(index) * every)
    }
  }

  @Test func lowestHighestAndLastAreKeptExactly() throws {
    var bench = try Self.bench(2)
    let values = [5, 6, 3, 9, 4, 9, 3, 7]
    let round = bench.decoder.decode(Self.messages(values.map { "{\"v\":\($0),\"w\":\(-$0)}" }))
    // Two within the rule, then the first lowest, the first highest and the last of the others.
    let kept = [5, 6, 3, 9, 7].flatMap { ["0=\($0).0", "1=-\($0).0"] }
    #expect(round.shown == kept)
    #expect(
      round.readings.map { $0.time.microseconds(since: DecodingBench.start) } == [0, 0, 10, 10, 20, 20, 30, 30, 70, 70])
    #expect(round.tallies["sensor"] == .init(messages: 8, malformed: 0))
    let notes = TopicThinnerTests.thinned(round.notes)
    #expect(notes.map(\.received) == [6] && notes.map(\.kept) == [3])
  }

  /// A door that slams: the last state holds until somebody opens it again, perhaps tomorrow.
  @Test func theLastValueOfABurstIsKept() throws {
    var bench = try Self.bench(1)
    let door = bench.decoder.decode(Self.messages([1, 0, 1, 0, 1, 0].map { "{\"v\":\($0),\"w\":0}" }))
    #expect(door.readings.last { $0.parameter == ParameterIndex(0) }?.value == 0)
    #expect(door.readings.last?.time == DecodingBench.start.advanced(byMicroseconds: 50))
    bench = try Self.bench(1)
    let sensor = bench.decoder.decode(Self.messages([5, 9, 1, 9].map { "{\"v\":\($0),\"w\":0}" }))
    #expect(sensor.readings.filter { $0.parameter == ParameterIndex(0) }.map(\.value) == [5, 9, 1, 9])
  }

  @Test func changesOfQualityAreKept() throws {
    var bench = try Self.bench(1)
    let payloads = ["1", "x", "x", "2", "x", "NaN", "NaN", "3", "4", "5"].map { "{\"v\":\($0),\"w\":0}" }
    let round = bench.decoder.decode(Self.messages(payloads.map { $0.replacing("x", with: "\"x\"") }))
    let first = round.readings.filter { $0.parameter == ParameterIndex(0) }
    #expect(
      first.map { $0.quality.hasValue ? "\($0.value)" : $0.quality.name }
        == ["1.0", "payload", "2.0", "payload", "not_a_number", "3.0", "5.0"])
  }

  @Test func theLastTextIsKept() throws {
    var bench = try Self.bench(1)
    let round = bench.decoder.decode(Self.messages(["A", "BB", "C", "BB", "D", "E"], topic: "s/1"))
    #expect(round.batches.flatMap(\.texts).map(\.text) == ["A", "BB", "C", "E"])
    for batch in round.batches {
      for text in batch.texts {
        #expect(batch.readings.contains { $0.parameter == text.parameter && $0.time == text.time && $0.quality.isGood })
      }
    }
  }

  /// What is lost is only what is known: the device was away already.
  @Test func statesAreKeptInEffect() throws {
    var bench = try Self.bench(1)
    let flapping = Self.messages((0..<20).map { $0 % 2 == 0 ? "off" : "on" }, topic: "lwt")
    let round = bench.decoder.decode(flapping)
    #expect(round.shown == ["0", "1", "2"].map { "\($0):device_offline" } && round.deviceStates == ["sensor": true])
    #expect(TopicThinnerTests.thinned(round.notes).map(\.received) == [19])
    let value = DecodingBench.message(Array(#"{"v":1,"w":2}"#.utf8), topic: "t/1", at: 300)
    let away = DecodingBench.message(Array("off".utf8), topic: "lwt", at: 310)
    let next = bench.decoder.decode([value, away])
    #expect(next.shown == ["0=1.0", "1=2.0", "0:device_offline", "1:device_offline"])
    #expect(next.deviceStates == ["sensor": false])
  }

  @Test func changesOfQualityAreBounded() throws {
    var bench = try Self.bench(1)
    let payloads = (0..<1_001).map { $0 % 2 == 0 ? #"{"v":5,"w":0}"# : #"{"v":"x","w":0}"# }
    let round = bench.decoder.decode(Self.messages(payloads))
    let first = round.readings.filter { $0.parameter == ParameterIndex(0) }
    // One within the rule, the first 20 changes, and the last one.
    #expect(first.count == 1 + RoundThinning.maximumQualityChanges + 1)
    #expect(first.last?.quality == .good && first.last?.time == DecodingBench.start.advanced(byMicroseconds: 10_000))
  }

  @Test func aCounterInTheTopicIsNoWayAroundTheRule() throws {
    var bench = try Self.bench(1)
    let messages = (0..<100).map { number in
      DecodingBench.message(Array("{\"v\":\(number % 90),\"w\":0}".utf8), topic: "t/\(number)", at: Int64(number))
    }
    let round = bench.decoder.decode(messages)
    // Ten within the rule, then the lowest, the highest and the last of all topics together.
    #expect(
      round.readings.filter { $0.parameter == ParameterIndex(0) }.map(\.value)
        == (0..<10).map(Double.init) + [89, 0, 9])
    let notes = TopicThinnerTests.thinned(round.notes)
    #expect(notes.map(\.topic) == ["#"] && notes[0].received == 90)
    // The first of the others is kept too, because of its second value.
    #expect(notes[0].kept == 4 && round.batches.count == 14)
  }

  @Test func otherTopicsAreWhole() throws {
    var bench = try Self.bench(5)
    let flood = Self.messages((0..<400).map { "{\"v\":\($0),\"w\":0}" })
    let quiet = Self.messages((0..<5).map { "{\"v\":\($0),\"w\":1}" }, topic: "t/2")
    let round = bench.decoder.decode(flood + quiet)
    #expect(round.readings.filter { $0.parameter == ParameterIndex(1) && $0.value == 1 }.count == 5)
    #expect(round.batches.count <= 5 + 2 + 5)
  }

  /// A slow, obvious reference: for every reading over the rule it looks at the whole round again.
  static func reference(_ pieces: [RoundPiece], _ before: [ParameterIndex: Quality]) -> [[Reading]] {
    struct Seen {
      var slot: Int
      var isOver: Bool
      var reading: Reading
      var isText: Bool
    }
    let all = pieces.map { piece in
      piece.batch.readings.enumerated().map { index, reading in
        Seen(
          slot: piece.admission?.slot ?? -1, isOver: piece.isOver, reading: reading,
          isText: piece.texts.contains { $0.reading == index })
      }
    }
    let flat = all.enumerated().flatMap { place, seen in seen.enumerated().map { (place, $0.offset, $0.element) } }
    func keeps(_ at: Int) -> Bool {
      let own = flat[at].2
      guard own.isOver else { return true }
      let former = flat[..<at].last { $0.2.reading.parameter == own.reading.parameter }?.2.reading.quality
      // The rounds are too short for the bound of changes.
      if (former ?? before[own.reading.parameter]) != own.reading.quality { return true }
      let kin = flat.indices.filter {
        let other = flat[$0].2
        return other.isOver && other.slot == own.slot && other.reading.parameter == own.reading.parameter
          && other.reading.quality == own.reading.quality && own.reading.quality.hasValue
      }
      if own.isText, kin.last(where: { flat[$0].2.isText }) == at { return true }
      if kin.last == at { return true }
      let values = kin.map { flat[$0].2.reading.value }
      return kin.first { flat[$0].2.reading.value == values.min() } == at
        || kin.first { flat[$0].2.reading.value == values.max() } == at
    }
    var kept = all.map { _ in [Reading]() }
    for at in flat.indices where keeps(at) { kept[flat[at].0].append(flat[at].2.reading) }
    return kept.filter { !$0.isEmpty }
  }

  @Test func keepsWhatTheReferenceKeeps() {
    var generator = SeededGenerator(seed: 71)
    for _ in 0..<400 {
      var thinning = RoundThinning()
      var before: [ParameterIndex: Quality] = [:]
      for _ in 0..<3 {
        let pieces = (0..<Int.random(in: 0...20, using: &generator)).map { _ in Self.piece(&generator) }
        let expected = Self.reference(pieces, before)
        #expect(thinning.thinned(pieces).map(\.batch.readings) == expected)
        for reading in pieces.flatMap(\.batch.readings) { before[reading.parameter] = reading.quality }
      }
    }
  }

  static func piece(_ generator: inout SeededGenerator) -> RoundPiece {
    let qualities: [Quality] = [.good, .good, .good, .uncertainRetained, .badPayload, .badNotANumber]
    let readings = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      Reading(
        parameter: ParameterIndex(UInt32.random(in: 0...2, using: &generator)),
        time: Timestamp(microseconds: Int64.random(in: 0...5, using: &generator)),
        quality: qualities.randomElement(using: &generator) ?? .good,
        value: Double(Int.random(in: -3...3, using: &generator)))
    }
    let texts = readings.indices.filter { readings[$0].quality.isGood && Int.random(in: 0...2, using: &generator) == 0 }
    let slot = Int.random(in: 0...2, using: &generator)
    return RoundPiece(
      batch: ReadingBatch(
        device: "sensor", receivedAt: DecodingBench.start, monotonicMicroseconds: 0, readings: readings),
      texts: texts.map { RoundPiece.Text(reading: $0, text: "x\($0)") }, message: 0,
      place: TopicThinner.Place(device: 0, topic: "t\(slot)"),
      admission: slot == 2
        ? nil : TopicThinner.Admission(isOver: Int.random(in: 0...2, using: &generator) > 0, slot: slot))
  }
}
