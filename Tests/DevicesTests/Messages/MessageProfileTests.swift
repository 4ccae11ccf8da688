import Devices
import Foundation
import Testing

/// A message profile is read with what an installation says for its arguments.
@Suite struct MessageProfileTests {
  static let head = """
    name: probe
    vendor: Maker
    model: M1
    transport: mqtt
    status: documented

    """

  static let text =
    head + """
      sources: [{id: manual, title: Manual 1.0}]
      notes: [Switch it on first.]
      arguments:
        - {name: topic, meaning: the topic of the device}
        - {name: base, meaning: where it hangs, takes: levels, standard: plant/hall}
        - {name: zone, meaning: the zone of its clock, takes: zone, standard: UTC}
        - {name: tag, meaning: the tag, takes: text, standard: a}
      messages:
        - topic: "{base}/{topic}/SENSOR"
          when: {path: kind, is: "{tag}"}
          time: {path: Time, as: local, zone: "{zone}"}
          points:
            - {name: temperature, json: 'values[id="{tag}"].v', words: {"{tag}": 1}, unit: "°C"}
            - {name: braces, json: "{ } {X} {", text: true}
      availability:
        - {topic: "{base}/{topic}/LWT", online: "on-{topic}", offline: "off"}

      """

  private static func load(_ arguments: [String: String]?) throws(DocumentIssues) -> MessageProfile {
    try MessageProfile.load(text: text, file: "probe.yaml", called: "probe", arguments: arguments)
  }

  @Test func argumentsStandForTheirPlaces() throws {
    let profile = try Self.load(["topic": "oven", "tag": "Line 1/b.c"])
    let mapping = try #require(profile.mappings.first)
    #expect(mapping.topic.text == "plant/hall/oven/SENSOR")
    #expect(mapping.conditions == [MessageCondition(path: try JSONPath("kind"), texts: ["Line 1/b.c"])])
    #expect(mapping.time?.form == .local(zone: "UTC"))
    #expect(
      profile.point("temperature")
        == MessagePoint(
          name: "temperature", path: try JSONPath("values[id=\"Line 1/b.c\"].v"),
          form: .number(words: ["Line 1/b.c": 1]), unit: "°C"))
    #expect(profile.point("braces")?.path?.text == "{ } {X} {")
    #expect(
      profile.availability == [
        AvailabilityTopic(topic: try TopicFilter("plant/hall/oven/LWT"), online: ["on-oven"], offline: ["off"])
      ])
    #expect(profile.points.count == 2 && profile.vendor == "Maker" && profile.status == .documented)
    #expect(profile.arguments.map(\.kind) == [.level, .levels, .zone, .text])
    #expect(try Self.load(["topic": "x", "base": "a", "zone": "Asia/Tokyo"]).mappings[0].topic.text == "a/x/SENSOR")
  }

  @Test func withoutArgumentsThePlaceholdersStay() throws {
    let profile = try Self.load(nil)
    #expect(profile.mappings[0].topic.text == "{base}/{topic}/SENSOR")
    #expect(profile.mappings[0].time?.form == .local(zone: "{zone}"))
    #expect(profile.point("temperature")?.path?.text == "values[id=\"{tag}\"].v")
  }

  static let faults: [(String, String, String)] = [
    ("{}", "the argument \"topic\" is missing: the topic of the device", "with: {topic: ...}"),
    ("{topic: a/b}", "\"a/b\" holds /", "one level of the topic"),
    ("{topic: a+}", "\"a+\" holds +", "one level of the topic"),
    ("{topic: \"#\"}", "\"#\" holds #", "one level of the topic"),
    ("{topic: \"\"}", "cannot stand for \"topic\"", "1 to 500 bytes"),
    ("{topic: \"{base}\"}", "holds {", "one level"),
    ("{topic: a, base: \"x/#\"}", "\"x/#\" holds #", "without any of"),
    ("{topic: a, base: /x}", "begins or ends with", "between them only"),
    ("{topic: a, zone: Mars/Olympus}", "is no time zone", "Europe/Berlin"),
    ("{topic: a, tag: 'a\"b'}", "holds \"", "without any of"),
    ("{topic: a, topics: b}", "no argument \"topics\"", "Write one of: topic, base, zone, tag"),
    ("[a]", "block of names and values", "with: {topic: ..., base: ..."),
    ("{topic: [a]}", "should be a text", "Write a text"),
  ]

  @Test(arguments: faults) func argumentsAreChecked(with: String, problem: String, remedy: String) throws {
    let declared = try Self.load(nil).arguments
    let (root, collector) = try DocumentNode.parse("mqtt:\n  with: \(with)\n", file: "lotwire.yaml")
    let device = try #require(root["mqtt"])
    #expect(MessageProfile.Argument.values(of: declared, with: device["with"], at: device) == nil)
    #expect(collector.issues.count == 1, "\(collector.issues)")
    let issue = try #require(collector.issues.first)
    #expect(issue.file == "lotwire.yaml" && issue.line == 2, "\(issue)")
    #expect(issue.problem.contains(problem) && issue.remedy.contains(remedy), "\(issue)")
  }

  @Test func argumentsThatDoNotFitAreSaidOnceWhereTheyAreDeclared() throws {
    do throws(DocumentIssues) {
      _ = try Self.load(["topic": "a+", "zone": "Mars/Olympus", "line": "1"])
      Issue.record("arguments that do not fit were taken")
    } catch {
      #expect(error.issues.count == 3, "\(error)")
      #expect(error.issues.allSatisfy { $0.file == "probe.yaml" && $0.line == 9 }, "\(error)")
    }
  }

  @Test func standardsFillWhatIsLeftOut() throws {
    let declared = try Self.load(nil).arguments
    let (root, _) = try DocumentNode.parse("with: {topic: oven, base: a/b}", file: "lotwire.yaml")
    #expect(
      MessageProfile.Argument.values(of: declared, with: root["with"], at: root)
        == ["topic": "oven", "base": "a/b", "zone": "UTC", "tag": "a"])
    #expect(MessageProfile.Argument.values(of: [], with: nil, at: root) == [:])
  }

  /// A profile, the line of its only fault behind the head, and what must be said.
  static let refusals: [(String, Int, String, String)] = [
    ("messages: [{topic: \"{x}\", points: [{name: p}]}]", 1, "there is no argument \"x\"", "Declare it"),
    (
      "arguments: [{name: a, meaning: m}]\nmessages: [{topic: \"{a}/{b}\", points: [{name: p}]}]", 2,
      "there is no argument \"b\"", "Write one of: {a}"
    ),
    (
      "arguments: [{name: a, meaning: m}]\nmessages: [{topic: t, points: [{name: p}]}]", 1, "is used nowhere",
      "Write {a}"
    ),
    (
      "arguments: [{name: a, meaning: m, takes: text}]\nmessages: [{topic: \"{a}\", points: [{name: p}]}]", 2,
      "cannot stand in a topic", "takes: level"
    ),
    (
      "arguments: [{name: A, meaning: m}]\nmessages: [{topic: t, points: [{name: p}]}]", 1,
      "\"A\" cannot be the name", "small letters"
    ),
    (
      "arguments: [{name: a, meaning: m, standard: x/y}]\nmessages: [{topic: \"{a}\", points: [{name: p}]}]", 1,
      "holds /", "one level"
    ),
    (
      "arguments:\n  - {name: a, meaning: m}\n  - {name: a, meaning: n}\nmessages: [{topic: \"{a}\", points: "
        + "[{name: p}]}]", 3, "stands twice", "name of its own"
    ),
    (
      "arguments: [{name: a, meaning: m, takes: topic}]\nmessages: [{topic: t, points: [{name: p}]}]", 1,
      "\"topic\" is not one of", "level, levels, zone, text"
    ),
    ("writes: []\nmessages: [{topic: t, points: [{name: p}]}]", 1, "\"writes\" is not known", "messages"),
    ("", 0, "\"messages\" is missing", "topic and points"),
  ]

  @Test(arguments: refusals) func aFaultyProfile(rest: String, line: Int, problem: String, remedy: String) throws {
    do throws(DocumentIssues) {
      _ = try MessageProfile.load(text: Self.head + rest, file: "probe.yaml")
      Issue.record("a faulty profile was taken")
    } catch {
      #expect(error.issues.count == 1, "\(error)")
      #expect(line == 0 || error.issues[0].line == line + 5, "\(error)")
      #expect(error.issues[0].problem.contains(problem) && error.issues[0].remedy.contains(remedy), "\(error)")
    }
  }

  @Test func theTransportIsReadFirst() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("messages-\(UUID().uuidString)")
    // A leftover in the temporary folder harms nobody.
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("probe.yaml")
    let entry = ProfileLibrary.Entry(path: file.path)

    try Self.text.write(to: file, atomically: true, encoding: .utf8)
    #expect(try ProfileLibrary.transport(of: entry) == .mqtt)
    #expect(try ProfileLibrary.loadMessages(entry, arguments: ["topic": "x"]).profile.name == "probe")
    #expect(problem { _ = try ProfileLibrary.load(entry) }.contains("for devices that are reached over mqtt"))

    try """
    \(Self.head.replacingOccurrences(of: "mqtt", with: "modbus"))
    points: [{name: a, table: holding, address: 0, type: int16}]
    """.write(to: file, atomically: true, encoding: .utf8)
    #expect(try ProfileLibrary.transport(of: entry) == .modbus)
    #expect(problem { _ = try ProfileLibrary.loadMessages(entry) }.contains("reached over modbus"))

    try "transport: opcua".write(to: file, atomically: true, encoding: .utf8)
    #expect(problem { _ = try ProfileLibrary.transport(of: entry) }.contains("\"opcua\" is not one"))
    try "name: a".write(to: file, atomically: true, encoding: .utf8)
    #expect(problem { _ = try ProfileLibrary.transport(of: entry) }.contains("\"transport\" is missing"))
  }

  /// What the only fault says.
  private func problem(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "no fault"
    } catch {
      let issues = (error as? DocumentIssues)?.issues ?? []
      return issues.count == 1 ? issues[0].problem : "\(issues.count) faults"
    }
  }
}
