import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Text points, and topics that say whether a device is there.
@Suite struct TextAndStateTests {
  // MARK: Texts

  static func textBench(_ path: String? = "recipe") throws -> DecodingBench {
    DecodingBench([try MessageMapping("t", [try MessagePoint("a", path, form: .text)])])
  }

  @Test func aTextIsToldWhenItChanges() throws {
    var bench = try Self.textBench()
    var told: [[String]] = []
    for text in ["A-1", "A-1", "B", "A-1"] {
      let round = bench.take("{\"recipe\":\"\(text)\"}")
      #expect(round.shown == ["0=\(Double(text.count))"])
      told.append(round.batches[0].texts.map(\.text))
    }
    #expect(told == [["A-1"], [], ["B"], ["A-1"]])
    let formerly = bench
    #expect(bench.take(#"{"recipe":"C"}"#).batches[0].texts.count == 1)
    // A round that did not reach the disk comes again to the decoder as it was before.
    bench = formerly
    #expect(bench.take(#"{"recipe":"C"}"#).batches[0].texts.count == 1)
    bench.decoder = try Self.textBench().decoder
    #expect(bench.take(#"{"recipe":"C"}"#).batches[0].texts.count == 1)
  }

  @Test func theWordsAreTheBytesOfTheText() throws {
    var bench = try Self.textBench()
    let text = try #require(bench.take(#"{"recipe":" 批A "}"#).batches[0].texts.first)
    #expect(text.text == "批A" && text.words == [0xE689, 0xB941] && text.time == DecodingBench.start)
    #expect(bench.take(#"{"recipe":"xyz"}"#).batches[0].texts.first?.words == [0x7879, 0x7A00])
  }

  @Test(
    arguments: [
      (#"{"recipe":7.50}"#, "7.50", "0=4.0"), (#"{"recipe":true}"#, "true", "0=4.0"), (#"{"recipe":""}"#, "", "0=0.0"),
      (#"{"recipe":null}"#, nil, "0:no_value_sentinel"), (#"{"recipe":[]}"#, nil, "0:payload"),
      ("{}", nil, "0:payload"),
      (#"{"recipe":"a\u0000b"}"#, nil, "0:encoding"), (#"{"recipe":"a\nb"}"#, nil, "0:encoding"),
      (#"{"recipe":"a\u202eb"}"#, nil, "0:encoding"), (#"{"recipe":"\u00e9\ud83d\ude00"}"#, "é😀", "0=2.0"),
    ] as [(String, String?, String)])
  func readsTexts(_ payload: String, _ text: String?, _ shown: String) throws {
    var bench = try Self.textBench()
    let round = bench.take(payload)
    #expect(round.shown == [shown] && round.batches[0].texts.map(\.text) == (text.map { [$0] } ?? []))
  }

  @Test func theLengthIsBounded() throws {
    var bench = try Self.textBench(nil)
    let longest = String(repeating: "x", count: TextReading.maximumBytes)
    #expect(bench.take(longest).batches[0].texts.map(\.text) == [longest])
    #expect(bench.take(longest + "x").shown == ["0:payload"])
    #expect(bench.take([0xFF, 0xFE]).shown == ["0:encoding"])
    #expect(bench.take([0xEF, 0xBB, 0xBF, 0x41, 0x0A]).batches[0].texts.map(\.text) == ["A"])
  }

  /// Texts that look alike and are written otherwise are two texts.
  @Test func textsAreComparedByteByByte() throws {
    var bench = try Self.textBench()
    #expect(bench.take(#"{"recipe":"\u00e9"}"#).batches[0].texts.count == 1)
    #expect(bench.take(#"{"recipe":"e\u0301"}"#).batches[0].texts.count == 1)
  }

  @Test func aRetainedTextIsNoNews() throws {
    var bench = try Self.textBench()
    let round = bench.take(#"{"recipe":"A"}"#, retained: true)
    #expect(round.shown == ["0=1.0 retained"] && round.batches[0].texts.isEmpty)
    #expect(bench.take(#"{"recipe":"A"}"#).batches[0].texts.map(\.text) == ["A"])
  }

  // MARK: Availability

  static func stateBench(path: String? = nil) throws -> DecodingBench {
    let topic = AvailabilityTopic(
      topic: try TopicFilter("lwt"), path: try path.map { try JSONPath($0) }, online: ["Online", "true"],
      offline: ["Offline", "false"])
    return DecodingBench(
      [try MessageMapping("t", [try MessagePoint("a", nil)]), try MessageMapping("u", [try MessagePoint("b", "x")])],
      availability: [topic])
  }

  @Test func awayIsToldOnceForEveryParameter() throws {
    var bench = try Self.stateBench()
    bench.elapsed = 7_000_000
    let first = bench.take("OFFLINE", topic: "lwt")
    #expect(first.shown == ["0:device_offline", "1:device_offline"] && first.deviceStates == ["sensor": false])
    #expect(first.batches.count == 1 && first.batches[0].messageKey == nil && first.unmapped == 0)
    #expect(first.readings.allSatisfy { $0.time == DecodingBench.start.advanced(byMicroseconds: 7_000_000) })
    #expect(bench.take("offline\n", topic: "lwt") == .nothing)
    let back = bench.take("online", topic: "lwt")
    #expect(back.batches.isEmpty && back.deviceStates == ["sensor": true])
    #expect(bench.take("online", topic: "lwt") == .nothing)
    #expect(bench.take("perhaps", topic: "lwt") == .nothing)
    #expect(bench.take("false", topic: "lwt").shown.count == 2)
  }

  @Test func aValueEndsTheAbsence() throws {
    var bench = try Self.stateBench()
    #expect(bench.take("offline", topic: "lwt").deviceStates == ["sensor": false])
    // What nobody can read, and what the broker had kept, are no signs of life.
    #expect(bench.take("nonsense").deviceStates.isEmpty)
    #expect(bench.take("21.5", retained: true).deviceStates.isEmpty)
    let value = bench.take("21.5")
    #expect(value.shown == ["0=21.5"] && value.deviceStates == ["sensor": true])
    #expect(bench.take("offline", topic: "lwt").shown == ["0:device_offline", "1:device_offline"])
  }

  /// The broker keeps the will: that it is retained makes it no less true.
  @Test func aRetainedStateCounts() throws {
    var bench = try Self.stateBench()
    #expect(bench.take("offline", topic: "lwt", retained: true).deviceStates == ["sensor": false])
  }

  @Test(
    arguments: [
      (#"{"state":"offline"}"#, false), (#"{"state":false}"#, false), (#"{"state":true}"#, true),
      (#"{"state":"ONLINE"}"#, true), (#"{"state":null}"#, nil), ("offline", nil), (#"{"state":"off"}"#, nil),
    ] as [(String, Bool?)])
  func readsStatesInJSON(_ payload: String, _ isOnline: Bool?) throws {
    var bench = try Self.stateBench(path: "state")
    #expect(bench.take(payload, topic: "lwt").deviceStates["sensor"] == isOnline)
  }
}

extension DecodedRound {
  /// One message, and nothing to tell.
  fileprivate static var nothing: DecodedRound {
    var round = DecodedRound()
    round.tallies = [DecodingBench.device: .init(messages: 1, malformed: 0)]
    return round
  }
}
