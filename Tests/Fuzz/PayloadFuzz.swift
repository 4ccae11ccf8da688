import Devices
import Foundation
import Shopfloor

@testable import MQTT

struct PayloadFuzz {
  private var generator: SplitMix

  init(seed: UInt64) { generator = SplitMix(state: seed) }

  private static let corpus = [
    #"{"a":{"b":[1,-2.5e3,{"id":"x","n":1}]},"list":[{"id":"x","a":"0x01FF","b":true},{"id":"y","n":1,"a":"2,5"}]}"#,
    #"{"a":1795233598,"b":"2026-11-21T03:59:58Z","x.y":"x","é":null,"list":[1,"x",[],{}]}"#,
    #"{"a":"AQIDBAUGBwg=","b":"01 02 03 04","x.y":18446744073709551615,"list":[[1,2],[3,4]],"a":2}"#,
    #"{"a":{"b":{"a":{"b":"\u00e9\ud83d\ude00\n"}}},"list":{"a":NaN,"b":-Infinity}}"#,
    #"{"a":"2026-10-25T02:30:00","b":"x","list":[{"a":1,"b":2},{"a":3,"b":4},{"a":1795233598,"b":"x"}]}"#,
    "21,5", "ON", "offline", "nan", "", "null", "[]", "\u{FEFF}{\"a\":1}", "0102FF", "x",
  ].map { Array($0.utf8) }

  private mutating func payload() -> [UInt8] {
    var bytes = Self.corpus[Int.random(in: Self.corpus.indices, using: &generator)]
    let odd = Array("{}[]\":,\\u0eE+-.19 \u{0}\u{1F}tfnNI".utf8) + [0xC3, 0xFF, 0xEF, 0xBB]
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      let place = Int.random(in: 0...bytes.count, using: &generator)
      switch Int.random(in: 0...6, using: &generator) {
      case 0 where place < bytes.count: bytes.remove(at: place)
      case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 2: bytes.insert(odd[Int.random(in: odd.indices, using: &generator)], at: place)
      case 3: bytes.removeSubrange(place...)
      case 4:
        let other = Self.corpus[Int.random(in: Self.corpus.indices, using: &generator)]
        bytes.insert(contentsOf: other, at: place)
      case 5 where Int.random(in: 0...9, using: &generator) == 0:
        let many = Int.random(in: 1...2_000, using: &generator)
        bytes.insert(
          contentsOf: Array(repeating: odd[Int.random(in: 0...3, using: &generator)], count: many), at: place)
      default: break
      }
    }
    return bytes
  }

  // MARK: JSON

  mutating func texts(_ tally: inout PayloadTally) throws {
    for _ in 0..<400 {
      let bytes = payload()
      // Most damaged texts are refused.
      guard let document = try? JSONScanner.document(of: bytes) else {
        tally.textsRefused += 1
        continue
      }
      tally.textsRead += 1
      try check(document, bytes)
    }
  }

  private mutating func check(_ document: JSONDocument, _ bytes: [UInt8]) throws {
    guard !document.tokens.isEmpty, Int(document.tokens[0].next) == document.tokens.count else {
      throw FuzzFinding("the first value is not the whole text: \(bytes)")
    }
    for (index, token) in document.tokens.enumerated() {
      guard token.start <= token.end, Int(token.end) <= bytes.count, Int(token.next) > index,
        Int(token.next) <= document.tokens.count
      else { throw FuzzFinding("value \(index) lies outside: \(bytes)") }
    }
    // Foundation knows no bare NaN, and refuses numbers that no float holds.
    let isOdd = document.tokens.indices.contains { place in
      let item = JSONItem(document: document, index: place)
      return item.kind == .notANumber
        || item.kind == .number && item.written.contains { $0 | 0x20 == UInt8(ascii: "e") }
    }
    if !isOdd {
      do {
        _ = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      } catch {
        throw FuzzFinding("what Foundation refuses was read: \(bytes)")
      }
    }
    let index = Int.random(in: document.tokens.indices, using: &generator)
    let item = JSONItem(document: document, index: index)
    let quote: [UInt8] = item.kind == .string ? [UInt8(ascii: "\"")] : []
    guard let alone = try? JSONScanner.value(of: quote + Array(item.written) + quote), alone == JSONValue(item) else {
      // Caught here: what was read once must be read again.
      throw FuzzFinding("value \(index) alone is another one: \(bytes)")
    }
  }

  // MARK: Messages

  private mutating func incoming(_ count: Int) -> [IncomingMessage] {
    let start = Int64(1_795_233_600_000_000)
    let topics = ["t/1", "t/2", "t/2/x", "u/1", "$SYS/x", "", "t//", String(repeating: "/", count: 70)]
    return (0..<count).map { number in
      let isOdd = Int.random(in: 0...60, using: &generator) == 0
      let now = isOdd ? [Int64.min, -1, 0, Int64.max][number % 4] : Int64(number) * 700
      return IncomingMessage(
        topic: topics[Int.random(in: 0..<(number % 4 == 0 ? topics.count : 2), using: &generator)],
        payload: Int.random(in: 0...40, using: &generator) == 0 ? .tooLarge(bytes: 300_000) : .bytes(payload()),
        isRetained: Int.random(in: 0...8, using: &generator) == 0,
        receivedAt: ClockReading(utc: Timestamp(microseconds: start &+ now), monotonicMicroseconds: now))
    }
  }

  mutating func messages(_ tally: inout PayloadTally) throws {
    var random = RandomMappings(SplitMix(state: generator.next()))
    let (mappings, availability) = random.plan(&tally)
    var parameters: [String: [ParameterIndex]] = [:]
    for point in mappings.flatMap(\.points) where Int.random(in: 0...9, using: &generator) > 0 {
      parameters[point.name] = [ParameterIndex(UInt32(parameters.count)), .init(UInt32.max - UInt32(parameters.count))]
    }
    let plan = MQTTDevicePlan(
      device: "fuzz", mappings: mappings, availability: availability, parameters: parameters)
    let most = ThinningRule(maximumMessagesPerSecond: ThinningRule.mostMessagesPerSecond)
    var whole = RoundDecoder(devices: [plan], thinning: most)
    var cut = RoundDecoder(devices: [plan], thinning: most)
    var thin = RoundDecoder(devices: [plan], thinning: ThinningRule(maximumMessagesPerSecond: 2))
    for _ in 0..<4 {
      let messages = incoming(60)
      let expected = whole.decode(messages)
      let place = Int.random(in: 0...messages.count, using: &generator)
      let (first, second) = (cut.decode(Array(messages[..<place])), cut.decode(Array(messages[place...])))
      guard first.batches + second.batches == expected.batches else {
        throw FuzzFinding("cut at \(place), the messages say something else: \(mappings)")
      }
      let before = thin
      let thinned = thin.decode(messages)
      thin = before
      guard thin.decode(messages) == thinned else { throw FuzzFinding("taken back, they say something else") }
      try check(expected, messages, mappings, &tally)
      try compare(thinned, expected, mappings, &tally)
    }
  }

  private func check(
    _ round: DecodedRound, _ messages: [IncomingMessage], _ mappings: [MessageMapping], _ tally: inout PayloadTally
  ) throws {
    for batch in round.batches {
      guard (1...maximumReadingsPerBatch).contains(batch.readings.count) else {
        throw FuzzFinding("a batch of \(batch.readings.count) readings: \(mappings)")
      }
      if batch.messageKey != nil { tally.keyedBatches += 1 }
      for reading in batch.readings {
        guard reading.value.isFinite, reading.quality.hasValue || reading.value == 0 else {
          throw FuzzFinding("\(reading) has a value that is none: \(mappings)")
        }
        if reading.quality.isGood { tally.goodReadings += 1 } else { tally.badReadings += 1 }
      }
      for text in batch.texts {
        tally.textReadings += 1
        guard text.text.utf8.count <= TextReading.maximumBytes,
          batch.readings.contains(where: {
            $0.parameter == text.parameter && $0.time == text.time && $0.quality.isGood
          })
        else { throw FuzzFinding("\(text) has no good reading beside it: \(mappings)") }
      }
    }
    let told = round.tallies.values.reduce(0) { $0 + $1.messages }
    guard round.unmapped + told == messages.count else { throw FuzzFinding("\(messages.count) messages, \(round)") }
  }

  /// Thinning takes away and changes nothing.
  private func compare(
    _ thinned: DecodedRound, _ whole: DecodedRound, _ mappings: [MessageMapping], _ tally: inout PayloadTally
  ) throws {
    var rest: [Reading: Int] = [:]
    for reading in whole.batches.flatMap(\.readings) { rest[reading, default: 0] += 1 }
    for reading in thinned.batches.flatMap(\.readings) {
      guard let count = rest[reading], count > 0 else { throw FuzzFinding("\(reading) was never said: \(mappings)") }
      rest[reading] = count - 1
    }
    tally.thinned += rest.values.reduce(0, +)
  }
}
