import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Lists whose elements are read as if they were messages.
@Suite struct ElementTests {
  static func bench(key: [String] = [], time: (String, MessageTime.Form)? = ("t", .unixSeconds)) throws -> DecodingBench
  {
    DecodingBench([
      try MessageMapping(each: "list", time: time, key: key, [try MessagePoint("a", "v"), try MessagePoint("b", "w")])
    ])
  }

  @Test func eachElementHasItsOwnTime() throws {
    var bench = try Self.bench()
    let round = bench.take(#"{"list":[{"t":1795233590,"v":1,"w":2},{"t":1795233591,"v":3},{"v":4,"w":5}]}"#)
    #expect(round.shown == ["0=1.0", "1=2.0", "0=3.0", "1:payload", "0=4.0 device_time", "1=5.0 device_time"])
    #expect(
      round.readings.map { $0.time.microseconds(since: DecodingBench.start) / 1_000_000 } == [-10, -10, -9, -9, 0, 0])
    #expect(round.batches.count == 1 && round.batches[0].messageKey != nil)
    #expect(round.tallies["sensor"] == .init(messages: 1, malformed: 1))
  }

  @Test func elementsWithoutATimeHaveNoKey() throws {
    var bench = try Self.bench(time: nil)
    let round = bench.take(#"{"list":[{"v":1,"w":2}]}"#)
    #expect(round.batches.map(\.messageKey) == [nil] && round.readings.allSatisfy { $0.time == DecodingBench.start })
  }

  /// A history that is sent again with one element more brings that one.
  @Test func elementsWithAKeyAreKnownOneByOne() throws {
    var bench = try Self.bench(key: ["n"])
    let first = bench.take(#"{"list":[{"n":1,"v":1,"w":1},{"n":2,"v":2,"w":2}]}"#)
    let second = bench.take(#"{"list":[{"n":2,"v":2,"w":2},{"n":3,"v":3,"w":3}]}"#)
    #expect(first.batches.count == 2 && second.batches.count == 2)
    #expect(second.batches[0].messageKey == first.batches[1].messageKey)
    #expect(Set((first.batches + second.batches).map(\.messageKey)).count == 3)
    // A counter that began again.
    let other = bench.take(#"{"list":[{"n":1,"v":7,"w":1}]}"#)
    #expect(other.batches[0].messageKey != first.batches[0].messageKey)
  }

  @Test func keysDifferInsideOneMessage() throws {
    var bench = try Self.bench(key: ["n"])
    let elements = (0..<900).map { "{\"n\":\($0 % 3),\"v\":\($0),\"w\":0}" }.joined(separator: ",")
    let round = bench.take("{\"list\":[\(elements)]}")
    #expect(round.batches.count == 900 && Set(round.batches.map(\.messageKey)).count == 900)
    var again = try Self.bench(key: ["n"])
    #expect(again.take("{\"list\":[\(elements)]}") == round)
  }

  @Test(arguments: [
    (#"{"list":[]}"#, []), (#"{"list":{}}"#, ["0:payload", "1:payload"]),
    (#"{"other":1}"#, ["0:payload", "1:payload"]),
    ("[]", ["0:payload", "1:payload"]), (#"{"list":[5]}"#, ["0:payload", "1:payload"]),
    (#"{"list":[],"list":[]}"#, ["0:payload", "1:payload"]),
  ])
  func listsThatAreNone(_ payload: String, _ shown: [String]) throws {
    var bench = try Self.bench()
    #expect(bench.take(payload).shown == shown)
  }

  @Test func plainElementsAreValues() throws {
    var bench = DecodingBench([try MessageMapping(each: "[0]", [try MessagePoint("a", nil)])])
    #expect(bench.take(#"[[1,"2,5",null,[]]]"#).shown == ["0=1.0", "0=2.5", "0:no_value_sentinel", "0:payload"])
  }

  @Test func theNumberOfElementsIsBounded() throws {
    var bench = DecodingBench([try MessageMapping(each: "list", [try MessagePoint("a", nil)])])
    func list(_ count: Int) -> String { "{\"list\":[\((0..<count).map { "\($0)" }.joined(separator: ","))]}" }
    #expect(bench.take(list(RoundDecoder.maximumElements)).readings.count == 1_000)
    let over = bench.take(list(RoundDecoder.maximumElements + 1))
    #expect(over.readings.count == 1_001 && over.shown.last == "0:payload_too_large")
    #expect(over.readings.dropLast().allSatisfy { $0.quality.isGood })
    #expect(over.tallies["sensor"]?.malformed == 1)
  }

  @Test func theReadingsOfOneMessageAreBounded() throws {
    let points = try (0..<50).map { try MessagePoint("p\($0)", "v") }
    var bench = DecodingBench([try MessageMapping(each: "list", key: [], points)])
    let round = bench.take("{\"list\":[\(Array(repeating: "{\"v\":1}", count: 500).joined(separator: ","))]}")
    #expect(round.readings.filter(\.quality.isGood).count == RoundDecoder.maximumElementReadings)
    #expect(round.readings.filter { $0.quality == .badPayloadTooLarge }.count == 50)
    #expect(round.batches.allSatisfy { $0.readings.count <= maximumReadingsPerBatch } && round.batches.count == 2)
  }
}
