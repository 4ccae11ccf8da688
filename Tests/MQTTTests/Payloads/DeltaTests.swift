import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Messages that tell only what changed.
@Suite struct DeltaTests {
  static let celsius = ["C": UnitSource.Conversion(), "K": .init(offset: -273)]

  static func bench(time: (String, MessageTime.Form)? = nil, key: [String] = []) throws -> DecodingBench {
    DecodingBench([
      try MessageMapping(
        "t/#", shape: .delta, time: time, key: key,
        [
          try MessagePoint(
            "a", "s.t", units: UnitSource(path: try JSONPath("s.unit"), conversions: celsius),
            quality: SourceQuality(path: try JSONPath("ok"), good: ["true"])),
          try MessagePoint("b", "s.list[1]"),
        ])
    ])
  }

  @Test func onlyWhatIsInTheMessageHasReadings() throws {
    var bench = try Self.bench()
    #expect(
      bench.take(#"{"ok":true,"s":{"t":20,"unit":"C","list":[1,2]}}"#, topic: "t/1").shown == ["0=20.0", "1=2.0"])
    #expect(bench.take(#"{"s":{"t":21}}"#, topic: "t/1").shown == ["0=21.0"])
    #expect(bench.take(#"{"s":{"unit":"K"}}"#, topic: "t/1").shown == [])
    #expect(bench.take(#"{"s":{"t":300}}"#, topic: "t/1").shown == ["0=27.0"])
    #expect(bench.take(#"{"ok":false}"#, topic: "t/1").shown == [])
    #expect(bench.take(#"{"s":{"t":300}}"#, topic: "t/1").shown == ["0:source_quality"])
    #expect(bench.take(#"{"s":{"list":[4]}}"#, topic: "t/1").shown == [])
    #expect(bench.take(#"{"s":{"list":[4,5]}}"#, topic: "t/1").shown == ["1=5.0"])
    #expect(bench.take("{}", topic: "t/1").shown == [])
    // A name that stands twice says nothing, and that is told.
    #expect(bench.take(#"{"ok":true,"s":{"t":1,"t":2}}"#, topic: "t/1").shown == ["0:payload"])
    for payload in ["5", "[]", "null", "{", ""] {
      #expect(bench.take(payload, topic: "t/1").shown == ["0:payload", "1:payload"], "\(payload)")
    }
  }

  /// One topic's units are not those of another one.
  @Test func topicsAreApart() throws {
    var bench = try Self.bench()
    #expect(bench.take(#"{"ok":true,"s":{"t":300,"unit":"K"}}"#, topic: "t/1").shown == ["0=27.0"])
    #expect(bench.take(#"{"ok":true,"s":{"t":300}}"#, topic: "t/2").shown == ["0:unit"])
  }

  /// Shelly sends null as a value: it replaces and does not remove.
  @Test func nullReplaces() throws {
    var bench = try Self.bench()
    _ = bench.take(#"{"ok":true,"s":{"t":20,"unit":"C"}}"#, topic: "t/1")
    #expect(bench.take(#"{"s":{"unit":null}}"#, topic: "t/1").shown == [])
    #expect(bench.take(#"{"s":{"t":20}}"#, topic: "t/1").shown == ["0:unit"])
    #expect(bench.take(#"{"s":{"t":20,"unit":"C"}}"#, topic: "t/1").shown == ["0=20.0"])
    #expect(bench.take(#"{"s":null}"#, topic: "t/1").shown == [])
    #expect(bench.take(#"{"s":{"t":20}}"#, topic: "t/1").shown == ["0:unit"])
  }

  /// The time of the message before is not when this one was sent.
  @Test(arguments: [false, true]) func timesNeverComeFromBefore(retained: Bool) throws {
    var bench = try Self.bench(time: ("ts", .automatic))
    _ = bench.take(#"{"ok":true,"ts":1795233590,"s":{"unit":"C"}}"#, topic: "t/1", retained: retained)
    bench.elapsed = 40 * 60_000_000
    let round = bench.take(#"{"s":{"t":20}}"#, topic: "t/1")
    #expect(round.shown == ["0=20.0 device_time"])
    #expect(round.readings.map(\.time) == [DecodingBench.start.advanced(byMicroseconds: bench.elapsed)])
    #expect(round.batches[0].messageKey == nil)
    let timed = bench.take(#"{"ts":1795233591,"s":{"t":20}}"#, topic: "t/1")
    #expect(timed.shown == ["0=20.0"] && timed.batches[0].messageKey != nil)
    #expect(timed.readings.map(\.time) == [try #require(Timestamp(iso8601: "2026-11-21T03:59:51Z"))])
  }

  @Test func aKeyStandsInThisMessage() throws {
    var bench = try Self.bench(key: ["src", "n"])
    let first = bench.take(#"{"src":"x","n":1,"ok":true,"s":{"unit":"C","t":1}}"#, topic: "t/1")
    #expect(first.batches[0].messageKey != nil)
    for payload in [#"{"n":2,"s":{"t":1}}"#, #"{"src":"x","s":{"t":1}}"#, #"{"s":{"t":1}}"#] {
      #expect(bench.take(payload, topic: "t/1").batches.map(\.messageKey) == [nil], "\(payload)")
    }
    let second = bench.take(#"{"src":"x","n":2,"s":{"t":1}}"#, topic: "t/1").batches[0].messageKey
    #expect(second != nil && second != first.batches[0].messageKey)
    #expect(bench.take(#"{"src":"x","n":2,"s":{"t":1}}"#, topic: "t/1").batches[0].messageKey == second)
  }

  @Test func whatIsNotMeantIsNotMerged() throws {
    var bench = DecodingBench([
      try MessageMapping(
        shape: .delta, conditions: [("method", ["status"])],
        [try MessagePoint("a", "v", units: UnitSource(path: try JSONPath("u"), conversions: Self.celsius))])
    ])
    #expect(bench.take(#"{"method":"status","u":"C","v":1}"#).shown == ["0=1.0"])
    #expect(bench.take(#"{"method":"event","u":"K","v":1}"#).shown == [])
    #expect(bench.take(#"{"v":1}"#).shown == ["0=1.0"])
  }

  @Test func theMergedObjectIsBounded() throws {
    var bench = try Self.bench()
    _ = bench.take(#"{"ok":true,"s":{"unit":"C"}}"#, topic: "t/1")
    let filling = String(repeating: "x", count: JSONOverlay.maximumBytes * 2 / 3)
    // Nobody asks for it later, so it costs nothing.
    for name in ["p", "q"] { _ = bench.take("{\"\(name)\":\"\(filling)\"}", topic: "t/1") }
    _ = bench.take("{\"s\":{\"unit\":\"\(filling)\"}}", topic: "t/1")
    #expect(bench.take(#"{"s":{"t":1}}"#, topic: "t/1").shown == ["0:unit"])
    _ = bench.take("{\"ok\":\"\(filling)\"}", topic: "t/1")
    #expect(bench.take(#"{"ok":true,"s":{"t":1}}"#, topic: "t/1").shown == ["0:unit"])
    #expect(bench.decoder.losses.forgottenOverlays == 1)
  }

  @Test func allMergedObjectsTogetherAreBounded() throws {
    var bench = try Self.bench()
    let filling = String(repeating: "x", count: JSONOverlay.maximumBytes * 3 / 4)
    _ = bench.take(#"{"ok":true,"s":{"unit":"C"}}"#, topic: "t/first")
    for number in 0..<100 { _ = bench.take("{\"ok\":\"\(filling)\",\"s\":{\"unit\":\"C\"}}", topic: "t/\(number)") }
    #expect(bench.decoder.losses.forgottenOverlays > 10)
    #expect(bench.take(#"{"s":{"t":1}}"#, topic: "t/first").shown == ["0:source_quality"])
    #expect(bench.take(#"{"ok":true,"s":{"t":1}}"#, topic: "t/99").shown == ["0=1.0"])
    #expect(bench.take(#"{"ok":true,"s":{"t":1}}"#, topic: "t/first").shown == ["0:unit"])
  }

  // MARK: Against a slow, obvious merge

  indirect enum Tree: Equatable {
    case object([String: Tree])
    case value(String)

    static func merged(_ old: Tree?, _ new: JSONValue) -> Tree {
      guard case .object(let members) = new else { return .value("\(new)") }
      var result: [String: Tree] = [:]
      if case .object(let former)? = old { result = former }
      for member in members { result[member.name] = merged(result[member.name], member.value) }
      return .object(result)
    }

    func at(_ names: [String]) -> Tree? {
      guard let first = names.first else { return self }
      guard case .object(let members) = self else { return nil }
      return members[first]?.at(Array(names.dropFirst()))
    }
  }

  @Test func lookupsInTheMergedObjectAreThoseOfAPlainMerge() throws {
    var generator = SeededGenerator(seed: 61)
    func value(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 2 ? 4 : 8), using: &generator) {
      case 0: return "\(Int.random(in: 0..<5, using: &generator))"
      case 1: return "null"
      case 2: return "\"\("xyz".randomElement(using: &generator) ?? "x")\""
      case 3: return "[1,{\"a\":2}]"
      default: return object(depth + 1)
      }
    }
    func object(_ depth: Int) -> String {
      let names = ["a", "b", "c"].filter { _ in Bool.random(using: &generator) }
      return "{" + names.map { "\"\($0)\":\(value(depth))" }.joined(separator: ",") + "}"
    }
    var found = 0
    let paths = try ["a", "b", "a.b", "c.a", "a.b.c", "b.b.b"].map { ($0, CompiledPath(try JSONPath($0))) }
    for _ in 0..<300 {
      var overlay = JSONOverlay(RememberedNames(paths.map(\.1)))
      var tree: Tree?
      for _ in 0..<8 {
        let text = object(0)
        let document = try JSONScanner.document(of: Array(text.utf8))
        let merged = Tree.merged(tree, JSONValue(document.root))
        var subject = JSONSubject(item: document.root, overlay: overlay)
        for (path, compiled) in paths {
          switch (subject.lookup(compiled).item, merged.at(path.split(separator: ".").map(String.init))) {
          case (nil, nil): break
          case (let item?, .object?): #expect(item.kind == .object, "\(text) \(path)")
          case (let item?, .value(let written)?):
            #expect("\(JSONValue(item))" == written, "\(text) \(path)")
            found += 1
          default: Issue.record("\(text) \(path)")
          }
        }
        let isRemembered = overlay.merge(document.root)
        #expect(isRemembered)
        tree = merged
      }
    }
    #expect(found > 1_000)
  }
}
