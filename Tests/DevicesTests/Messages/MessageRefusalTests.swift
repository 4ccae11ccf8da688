import Devices
import Testing

/// Every way in which a mapping can be wrong is said in its place, with what to write instead.
@Suite struct MessageRefusalTests {
  /// A text, the line of its only fault, what must be said of it and the likely intention.
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var problem: String
    var remedy: String

    init(_ text: String, _ line: Int, _ problem: String, _ remedy: String) {
      (self.text, self.line, self.problem, self.remedy) = (text, line, problem, remedy)
    }

    var testDescription: String { problem }
  }

  static func issues(_ text: String) throws -> [DocumentIssue] {
    let (root, collector) = try DocumentNode.parse(text, file: "lotwire.yaml")
    _ = MessageDeclarations.read(root)
    return collector.issues
  }

  private func expectOneFault(_ test: Case) throws {
    let issues = try Self.issues(test.text)
    #expect(issues.count == 1, "\(issues)")
    guard let issue = issues.first else { return }
    #expect(issue.line == test.line && issue.column > 0, "\(issue)")
    #expect(issue.problem.contains(test.problem), "\(issue)")
    #expect(issue.remedy.contains(test.remedy), "\(issue)")
  }

  /// A point in line 3.
  static func point(_ rest: String) -> String { "messages:\n- topic: a\n  points: [{name: p, \(rest)}]\n" }

  /// A key in line 2, before a point with a path.
  static func mapping(_ rest: String) -> String {
    "messages:\n- \(rest)\n  topic: a\n  points: [{name: p, json: v}]\n"
  }

  static let mappings: [Case] = [
    Case("availability: []", 1, "the key \"messages\" is missing", "each with topic and points"),
    Case("messages: []", 1, "there are no messages", "each with topic and points"),
    Case("messages: {topic: a}", 1, "should be a list", "each with topic and points"),
    Case("messages:\n- {points: [{name: p}]}", 2, "the key \"topic\" is missing", "topic: room/1/temperature"),
    Case("messages:\n- {topic: a}", 2, "the key \"points\" is missing", "name: temperature"),
    Case("messages:\n- {topic: a, points: []}", 2, "there are no points", "name: temperature"),
    Case(
      "messages:\n- {topic: a/#/b, points: [{name: p}]}", 2, "only stand alone as the last level", "Write the topic"),
    Case("messages:\n- {topic: $share/g/a, points: [{name: p}]}", 2, "a recorder must see all", "Write the topic"),
    Case(mapping("shapes: delta"), 2, "\"shapes\" is not known", "Write \"shape\" if you mean that"),
    Case(mapping("shape: partial"), 2, "\"partial\" is not one", "whole, delta"),
    Case(mapping("each: values[x]"), 2, "hold no number", "values[0].c"),
    Case(mapping("when: [{path: a, is: []}]"), 2, "there are 0 texts", "1 to 200"),
    Case(mapping("when: [{path: a, equals: b}]"), 2, "\"equals\" is not known", "path, is"),
    Case(mapping("when: [{is: b}]"), 2, "\"path\" is missing", "{path: method"),
    Case(mapping("when: []"), 2, "there are 0 conditions", "1 to 20"),
    Case(mapping("time: \"\""), 2, "it is empty", "Write a path"),
    Case(mapping("time: {path: a, as: unix}"), 2, "\"unix\" is not one", "unix_seconds, unix_milliseconds"),
    Case(mapping("time: {path: a, as: local}"), 2, "\"zone\" is missing", "zone: Europe/Berlin"),
    Case(mapping("time: {path: a, zone: Europe/Berlin}"), 2, "belongs to \"as: local\"", "write as: local"),
    Case(mapping("time: {path: a, as: local, zone: Europe/Berlim}"), 2, "no time zone of the IANA", "Asia/Shanghai"),
    Case(mapping("time: {path: a, as: local, zone: CET}"), 2, "\"CET\" is no time zone", "Europe/Berlin"),
    Case(mapping("id: []"), 2, "there are 0 paths", "1 to 8"),
    Case(mapping("id: a..b"), 2, "a name is empty", "Write a path"),
    Case(
      "messages:\n- topic: a\n  time: ts\n  points: [{name: p}, {name: q, text: true}]", 3,
      "one plain value has no time",
      "json: temperature"),
    Case(
      "messages:\n- topic: a\n  points: [{name: p}]\n  id: [src, seq]", 4, "one plain value has no id",
      "or leave id out"),
    Case(
      "messages:\n- {topic: a, points: [{name: p}]}\n- {topic: b, points: [{name: q}, {name: p}]}", 3,
      "the point \"p\" is already in line 2", "name of its own"),
  ]

  @Test(arguments: mappings) func aMapping(_ test: Case) throws { try expectOneFault(test) }

  /// Where something is read as JSON, time and id are found there.
  @Test(arguments: [
    "each: l\n  points: [{name: p}]", "when: {path: m}\n  points: [{name: p}]",
    "points: [{name: p}, {name: q, json: v}]", "points: [{name: p, quality: {path: q, good: [ok]}}]",
    "points: [{name: p, units: {path: u, C: {}}}]",
  ])
  func timeAndIDBesideJSON(_ rest: String) throws {
    #expect(try Self.issues("messages:\n- topic: a\n  time: ts\n  id: n\n  \(rest)\n").isEmpty)
  }

  static let points: [Case] = [
    Case("messages:\n- topic: a\n  points: [{json: v}]", 3, "\"name\" is missing", "temperature"),
    Case("messages:\n- topic: a\n  points: [{name: \"\"}]", 3, "name", "1 to 64 bytes"),
    Case(point("path: v"), 3, "\"path\" is not known", "json"),
    Case(point("unti: K"), 3, "\"unti\" is not known", "Write \"unit\""),
    Case(point("json: \"a[\""), 3, "hold no number", "Write a path"),
    Case(point("scale: 0"), 3, "makes every value 0", "multiplied by"),
    Case(point("scale: ten"), 3, "\"ten\" is not a number", "Write a number"),
    Case(point("range: {min: 2, max: 1}"), 3, "min 2 is above max 1", "lower bound"),
    Case(point("range: {}"), 3, "has no bound", "{min: 0, max: 100}"),
    Case(point("range: {low: 1, min: 0}"), 3, "\"low\" is not known", "min, max"),
    Case(point("sentinels: []"), 3, "there are 0 numbers", "1 to 1000"),
    Case(point("every_seconds: 0"), 3, "outside 0.01 to 604800.0 s", "such as 60"),
    Case(point("text: true, scale: 2"), 3, "a text has no scale", "leave text out"),
    Case(point("text: true, range: {min: 1}"), 3, "a text has no range", "leave text out"),
    Case(point("text: maybe"), 3, "neither true nor false", "true"),
    Case(point("words: {}"), 3, "1 to 1000 words", "{open: 1, closed: 0}"),
    Case(point("words: {open: yes}"), 3, "\"yes\" is not a number", "{open: 1, closed: 0}"),
    Case(point("words: {a: 1}, slice: {encoding: hex, bit: 0, bits: 1}"), 3, "has no words", "leave slice out"),
    Case(point("units: {C: {}}"), 3, "\"path\" is missing", "TempUnit"),
    Case(point("units: {path: u}"), 3, "0 units beside path", "TempUnit"),
    Case(point("units: {path: u, C: {factor: 1}}"), 3, "\"factor\" is not known", "scale, offset"),
    Case(point("units: {path: u, C: {scale: 0}}"), 3, "makes every value 0", "factor"),
    Case(point("quality: {path: q}"), 3, "\"good\" is missing", "good: [GOOD]"),
    Case(point("quality: {good: [a]}"), 3, "\"path\" is missing", "path: quality"),
    Case(point("slice: {bit: 0, bits: 1}"), 3, "\"encoding\" is missing", "encoding: hex"),
    Case(point("slice: {encoding: hexa, bit: 0, bits: 1}"), 3, "\"hexa\" is not one", "hex, base64, raw"),
    Case(point("slice: {encoding: hex}"), 3, "neither bits nor bytes", "bit 0 is the lowest of the last byte"),
    Case(point("slice: {encoding: hex, bit: 0, bytes: 2}"), 3, "both bits and bytes", "byte 0 is the first"),
    Case(point("slice: {encoding: hex, bit: 0}"), 3, "\"bits\" is missing", "bits: 14"),
    Case(point("slice: {encoding: hex, bit: 0, bits: 65}"), 3, "65 is outside 1 to 64", "how many bits"),
    Case(point("slice: {encoding: hex, byte: 0, bytes: 9}"), 3, "9 is outside 1 to 8", "how many bytes"),
    Case(point("slice: {encoding: hex, byte: -1, bytes: 1}"), 3, "outside 0 to 65535", "first byte"),
    Case(point("slice: {encoding: hex, byte: 0, bytes: 3, type: float}"), 3, "not 24", "unsigned or signed"),
    Case(point("slice: {encoding: hex, bit: 0, bits: 8, order: little}"), 3, "no byte order", "byte and bytes"),
    Case(point("json: v, slice: {encoding: raw, byte: 0, bytes: 1}"), 3, "stand at no path", "Leave json out"),
  ]

  @Test(arguments: points) func aPoint(_ test: Case) throws { try expectOneFault(test) }

  static let others: [Case] = [
    Case(
      "messages:\n- topic: a\n  shape: delta\n  points: [{name: p}]", 4, "tells what changed", "json: temperature"),
    Case(point("unit: K") + "availability:\n- {topic: a/LWT}", 5, "\"offline\" is missing", "offline: [Offline]"),
    Case(point("unit: K") + "availability:\n- {offline: x}", 5, "\"topic\" is missing", "tele/x/LWT"),
    Case(
      point("unit: K") + "availability:\n- {topic: a, online: [A], offline: [a]}", 5, "both online and offline",
      "Letter case"),
    Case(point("unit: K") + "availability:\n- {topic: a, offline: x, retain: 1}", 5, "\"retain\" is not", "online"),
  ]

  @Test(arguments: others) func whatDoesNotGoTogether(_ test: Case) throws { try expectOneFault(test) }

  @Test func allFaultsAreSaidAtOnce() throws {
    let text =
      "messages:\n- topic: a/#/b\n  shape: x\n  time: {as: local}\n  points:\n  - {name: p, scale: 0, foo: 1}\n"
      + "  - {json: \"a[\"}\n"
    #expect(try Self.issues(text).count == 8)
  }

  @Test func theBoundsHold() throws {
    let many = (0...200).map { "- {topic: a, points: [{name: p\($0)}]}\n" }.joined()
    #expect(try Self.issues("messages:\n" + many).map(\.remedy) == ["Write at most 200"])
    let points = (0...2_000).map { "{name: p\($0)}" }.joined(separator: ", ")
    #expect(try Self.issues("messages: [{topic: a, points: [\(points)]}]").map(\.remedy) == ["Write at most 2000"])
    let topics = (0...50).map { "- {topic: a\($0), offline: x}\n" }.joined()
    #expect(
      try Self.issues("messages: [{topic: a, points: [{name: p}]}]\navailability:\n" + topics).map(\.remedy)
        == ["Write at most 50"])
    let long = String(repeating: "x", count: 201)
    #expect(try Self.issues(Self.point("words: {\(long): 1}")).map(\.line) == [3])
    #expect(try Self.issues(Self.point("quality: {path: q, good: \(long)}")).map(\.line) == [3])
  }
}
