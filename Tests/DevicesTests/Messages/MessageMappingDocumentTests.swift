import Devices
import Testing

/// The grammar of `messages:` and `availability:`, key by key.
@Suite struct MessageMappingDocumentTests {
  static func read(_ text: String) throws -> MessageDeclarations {
    let (root, collector) = try DocumentNode.parse(text, file: "lotwire.yaml")
    let declarations = MessageDeclarations.read(root)
    try collector.throwIfAny()
    return declarations
  }

  /// The only mapping of a text that begins behind `- topic: a/b`.
  static func mapping(_ rest: String) throws -> MessageMapping {
    try #require(try read("messages:\n  - topic: a/b\n" + rest).mappings.first)
  }

  static func point(_ rest: String) throws -> MessagePoint {
    try #require(try mapping("    points: [{name: p\(rest)}]").points.first)
  }

  @Test func aPlainTopicNeedsTwoKeys() throws {
    let read = try Self.read("messages: [{topic: room/1/temperature, points: [{name: temperature}]}]")
    #expect(
      read
        == MessageDeclarations(
          mappings: [
            MessageMapping(
              topic: try TopicFilter("room/1/temperature"), points: [MessagePoint(name: "temperature")])
          ], availability: []))
  }

  @Test func everyKeyOfAMapping() throws {
    let mapping = try Self.mapping(
      """
          shape: delta
          when: [{path: method, is: [NotifyStatus, 7, true]}, {path: src, is: one}, {path: params}]
          each: values
          time: {path: ts, as: unix_seconds}
          id: [devEui, fCnt]
          points: [{name: p, json: v}]
      """)
    #expect(mapping.shape == .delta)
    #expect(
      mapping.conditions == [
        MessageCondition(path: try JSONPath("method"), texts: ["NotifyStatus", "7", "true"]),
        MessageCondition(path: try JSONPath("src"), texts: ["one"]),
        MessageCondition(path: try JSONPath("params"), texts: []),
      ])
    #expect(mapping.each == (try JSONPath("values")))
    #expect(mapping.time == MessageTime(path: try JSONPath("ts"), form: .unixSeconds))
    #expect(mapping.key == [try JSONPath("devEui"), try JSONPath("fCnt")])
    #expect(
      try Self.mapping("    when: {path: a, is: b}\n    id: c\n    points: [{name: p, json: v}]").conditions
        == [MessageCondition(path: try JSONPath("a"), texts: ["b"])])
  }

  static let times: [(String, MessageTime.Form)] = [
    ("Time", .automatic), ("{path: Time}", .automatic), ("{path: Time, as: automatic}", .automatic),
    ("{path: Time, as: unix_seconds}", .unixSeconds), ("{path: Time, as: unix_milliseconds}", .unixMilliseconds),
    ("{path: Time, as: unix_microseconds}", .unixMicroseconds),
    ("{path: Time, as: unix_nanoseconds}", .unixNanoseconds),
    ("{path: Time, as: local, zone: Europe/Berlin}", .local(zone: "Europe/Berlin")),
    ("{path: Time, as: local, zone: Asia/Shanghai}", .local(zone: "Asia/Shanghai")),
    ("{path: Time, as: local, zone: UTC}", .local(zone: "UTC")),
    ("{path: Time, as: local, zone: Etc/GMT+2}", .local(zone: "Etc/GMT+2")),
  ]

  @Test(arguments: times) func whereTheTimeStands(text: String, form: MessageTime.Form) throws {
    let mapping = try Self.mapping("    time: \(text)\n    points: [{name: p, json: v}]")
    #expect(mapping.time == MessageTime(path: try JSONPath("Time"), form: form))
  }

  @Test func everyKeyOfAPoint() throws {
    let point = try Self.point(
      ", json: '[\"temperature:0\"].tC', unit: \"°C\", units: {path: TempUnit, C: {}, F: {scale: 0.5, offset: -9}}, "
        + "words: {on: 1, \"off\": 0.5}, scale: 0.1, offset: -2, range: {min: -40, max: 85}, sentinels: [-999, 32767], "
        + "quality: {path: q, good: [GOOD, 192]}, every_seconds: 300, note: how it is")
    #expect(
      point
        == MessagePoint(
          name: "p", path: try JSONPath("[\"temperature:0\"].tC"), form: .number(words: ["on": 1, "off": 0.5]),
          scale: 0.1, offset: -2, sentinels: [-999, 32_767], range: -40...85, unit: "°C",
          units: UnitSource(
            path: try JSONPath("TempUnit"), conversions: ["C": .init(), "F": .init(scale: 0.5, offset: -9)]),
          quality: SourceQuality(path: try JSONPath("q"), good: ["GOOD", "192"]), everyMicroseconds: 300_000_000,
          note: "how it is"))
  }

  @Test func aRangeMayHaveOneEnd() throws {
    #expect(try Self.point(", range: {min: 0}").range == 0...Double.infinity)
    #expect(try Self.point(", range: {max: 0}").range == -Double.infinity...0)
    #expect(try Self.point(", range: {min: 3, max: 3}").range == 3...3)
  }

  static let forms: [(String, MessagePoint.Form)] = [
    ("", .number(words: [:])), (", text: false", .number(words: [:])), (", text: true", .text),
    (
      ", json: pdin, slice: {encoding: hex, bit: 2, bits: 14, type: signed}",
      .slice(ByteSlice(encoding: .hexadecimal, place: .bits(offset: 2, length: 14), number: .signed))
    ),
    (
      ", json: data, slice: {encoding: base64, byte: 2, bytes: 2, order: little}",
      .slice(
        ByteSlice(encoding: .base64, place: .bytes(at: 2, count: 2), number: .unsigned, isLittleEndian: true))
    ),
    (
      ", slice: {encoding: raw, byte: 0, bytes: 4, type: float, order: big}",
      .slice(ByteSlice(encoding: .raw, place: .bytes(at: 0, count: 4), number: .float))
    ),
    (
      ", slice: {encoding: hex, bit: 0, bits: 1}",
      .slice(ByteSlice(encoding: .hexadecimal, place: .bits(offset: 0, length: 1), number: .unsigned))
    ),
  ]

  @Test(arguments: forms) func whatAValueIs(text: String, form: MessagePoint.Form) throws {
    #expect(try Self.point(text).form == form)
  }

  @Test func availabilityIsATopicWithWords() throws {
    let read = try Self.read(
      """
      messages: [{topic: a, points: [{name: p}]}]
      availability:
        - {topic: tele/x/LWT, online: [Online], offline: Offline}
        - {topic: z/+/availability, json: state, offline: [offline, "false"]}
      """)
    #expect(
      read.availability == [
        AvailabilityTopic(topic: try TopicFilter("tele/x/LWT"), online: ["Online"], offline: ["Offline"]),
        AvailabilityTopic(
          topic: try TopicFilter("z/+/availability"), path: try JSONPath("state"), online: [],
          offline: ["offline", "false"]),
      ])
  }

  @Test func bracesAreBracesInAConfiguration() throws {
    #expect(try Self.read("messages: [{topic: \"a/{b}\", points: [{name: p}]}]").mappings[0].topic.text == "a/{b}")
  }
}
