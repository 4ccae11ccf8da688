import Devices
import Testing

/// What the writer writes, the reader reads back equal.
@Suite struct MappingWriterTests {
  private static func readBack(_ text: String, indentation: Int) throws -> MessageDeclarations {
    // What is indented stands below a key, as it does in lotwire.yaml.
    let (root, collector) = try DocumentNode.parse(
      indentation > 0 ? "mqtt:\n" + text : text, file: "proposal.yaml")
    let declarations = MessageDeclarations.read(indentation > 0 ? try #require(root["mqtt"]) : root)
    try collector.throwIfAny()
    return declarations
  }

  @Test func aProposalReadsAsAPersonWouldWriteIt() throws {
    let mapping = MessageMapping(
      topic: try TopicFilter("tele/press/SENSOR"),
      time: MessageTime(path: try JSONPath("Time"), form: .local(zone: "Europe/Berlin")),
      points: [
        MessagePoint(name: "temperature", path: try JSONPath("[\"DS18B20-1\"].Temperature"), unit: "°C"),
        MessagePoint(name: "power", path: try JSONPath("ENERGY.Power"), range: 0...4_000, unit: "W"),
      ])
    let availability = AvailabilityTopic(
      topic: try TopicFilter("tele/press/LWT"), online: ["Online"], offline: ["Offline"])
    #expect(
      MappingWriter.yaml(mappings: [mapping], availability: [availability], indentation: 2) == """
          messages:
            - topic: tele/press/SENSOR
              time: {path: Time, as: local, zone: Europe/Berlin}
              points:
                - {name: temperature, json: '["DS18B20-1"].Temperature', unit: "°C"}
                - {name: power, json: ENERGY.Power, unit: W, range: {min: 0, max: 4000}}
          availability:
            - {topic: tele/press/LWT, online: [Online], offline: [Offline]}

        """)
  }

  @Test(arguments: Array(1...40) as [UInt64]) func everythingIsReadBackEqual(seed: UInt64) throws {
    var make = RandomMappings(seed: seed)
    for _ in 0..<10 {
      let mappings = try make.mappings()
      let availability = try make.availability()
      let indentation = Int.random(in: 0...6, using: &make.random)
      let text = MappingWriter.yaml(mappings: mappings, availability: availability, indentation: indentation)
      let read = try Self.readBack(text, indentation: indentation)
      let isEqual = read.mappings == mappings && read.availability == availability
      #expect(isEqual, "seed \(seed)\n\(text)")
    }
  }
}

/// Mappings of any content that the reader takes.
private struct RandomMappings {
  var random: SeededGenerator
  private var pointCount = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// What has upset writers of YAML: signs, words and characters that mean something or cannot be seen.
  private static let nasty = [
    "a", "Z9", "true", "Off", "null", "~", "1.0", "-", "- a", ": ", "#", " #x", "'", "\\", "{b}", "[", "]", ",", "&a",
    "*a", "!t", "|", ">", "%", "@", "`", "°C", "温度", "\u{7}", "\u{85}", "\u{2028}", "😀", "\t", "\n", " ",
    "e\u{301}", "0x1F", "?", "=", "<<", "1e3", "\u{7F}", "\u{FFFE}",
  ]

  private mutating func text(_ forbidden: String = "") -> String {
    let count = Int.random(in: 1...4, using: &random)
    var text = ""
    for _ in 0..<count {
      let part = Self.nasty[Int.random(in: 0..<Self.nasty.count, using: &random)]
      if !part.contains(where: { forbidden.contains($0) }) { text += part }
    }
    return text.isEmpty ? "x" : text
  }

  /// Names and units are shown to people and hold nothing invisible.
  private mutating func visible() -> String {
    let parts = ["a", "Zone 1", "°C", "温度", "'", "%", ": b", "#", "true", "\\", "\"", "m³/h"]
    let count = Int.random(in: 1...3, using: &random)
    return (0..<count).map { _ in parts[Int.random(in: 0..<parts.count, using: &random)] }.joined()
  }

  private mutating func flip() -> Bool { Bool.random(using: &random) }

  private mutating func number() -> Double {
    [
      0.1, -40, 1e300, -1e-300, 1.0 / 3, 65_535, Double(Int64.random(in: -9_999...9_999, using: &random)) / 64, 1e15,
    ][Int.random(in: 0..<8, using: &random)]
  }

  private mutating func factor() -> Double {
    let value = number()
    return value == 0 ? 1 : value
  }

  private mutating func path() throws -> JSONPath {
    var path = ""
    for index in 0..<Int.random(in: 1...4, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: path += "[\(Int.random(in: 0...70_000, using: &random))]"
      case 1: path += "[\"\(text("\""))\"]"
      case 2: path += "[id=\"\(text("\""))\"]"
      default: path += (index == 0 ? "" : ".") + text(".[]\"")
      }
    }
    return try JSONPath(path)
  }

  private mutating func topic() throws -> TopicFilter {
    var levels = (0..<Int.random(in: 1...4, using: &random)).map { _ in flip() ? text("/+#") : flip() ? "+" : "" }
    if flip() { levels.append("#") }
    return try TopicFilter(levels.joined(separator: "/") + (levels == [""] ? "/" : ""))
  }

  private mutating func texts(_ range: ClosedRange<Int>) -> [String] {
    (0..<Int.random(in: range, using: &random)).map { _ in text() }
  }

  mutating func mappings() throws -> [MessageMapping] {
    pointCount = 0
    return try (0..<Int.random(in: 1...4, using: &random)).map { _ in try mapping() }
  }

  mutating func availability() throws -> [AvailabilityTopic] {
    try (0..<Int.random(in: 0...3, using: &random)).map { _ in
      let online = texts(0...2)
      let offline = texts(1...3).filter { text in !online.contains { $0.lowercased() == text.lowercased() } }
      return AvailabilityTopic(
        topic: try topic(), path: flip() ? try path() : nil, online: online,
        offline: offline.isEmpty ? ["none of those"] : offline)
    }
  }

  private mutating func mapping() throws -> MessageMapping {
    let shape: MessageMapping.Shape = flip() ? .whole : .delta
    let each = flip() ? try path() : nil
    let forms: [MessageTime.Form] = [
      .automatic, .unixSeconds, .unixMilliseconds, .unixMicroseconds, .unixNanoseconds, .local(zone: "Europe/Berlin"),
      .local(zone: "UTC"),
    ]
    var mapping = MessageMapping(
      topic: try topic(), shape: shape,
      conditions: try (0..<Int.random(in: 0...3, using: &random)).map { _ in
        MessageCondition(path: try path(), texts: texts(0...3))
      },
      each: each,
      time: flip()
        ? MessageTime(path: try path(), form: forms[Int.random(in: 0..<forms.count, using: &random)]) : nil,
      key: try (0..<Int.random(in: 0...3, using: &random)).map { _ in try path() },
      points: try (0..<Int.random(in: 1...5, using: &random)).map { _ in
        try point(needsPath: shape == .delta && each == nil)
      })
    // The reader refuses a time and an id beside values that are no JSON.
    if mapping.conditions.isEmpty, each == nil,
      mapping.points.allSatisfy({ $0.path == nil && $0.units == nil && $0.quality == nil })
    {
      mapping.time = nil
      mapping.key = []
    }
    return mapping
  }

  private mutating func point(needsPath: Bool) throws -> MessagePoint {
    pointCount += 1
    var point = MessagePoint(name: "\(visible())\(pointCount)", path: needsPath || flip() ? try path() : nil)
    if flip() { point.unit = visible() }
    if flip() { point.note = visible() }
    if flip() { point.quality = SourceQuality(path: try path(), good: texts(1...3)) }
    if flip() { point.everyMicroseconds = Int64.random(in: 10_000...604_800_000_000, using: &random) }
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      point.form = .text
      return point
    case 1: point.form = .slice(slice(hasPath: point.path != nil))
    case 2: point.form = .number(words: Dictionary(texts(1...4).map { ($0, number()) }, uniquingKeysWith: { $1 }))
    default: break
    }
    if flip() { point.scale = factor() }
    if flip() { point.offset = number() }
    if flip() { point.sentinels = (0..<Int.random(in: 1...4, using: &random)).map { _ in number() } }
    if flip() {
      let ends = [flip() ? number() : -.infinity, number()].sorted()
      point.range = flip() ? ends[0]...ends[1] : ends[1]...Double.infinity
    }
    if flip() {
      let units = texts(1...3).filter { $0 != "path" }
      point.units = UnitSource(
        path: try path(),
        conversions: Dictionary(
          units.map { ($0, UnitSource.Conversion(scale: factor(), offset: number())) }, uniquingKeysWith: { $1 }))
    }
    return point
  }

  private mutating func slice(hasPath: Bool) -> ByteSlice {
    let encoding: ByteSlice.Encoding = hasPath ? (flip() ? .hexadecimal : .base64) : .raw
    guard flip() else {
      let length = Int.random(in: 1...64, using: &random)
      return ByteSlice(
        encoding: encoding, place: .bits(offset: Int.random(in: 0...65_535, using: &random), length: length),
        number: length == 32 ? .float : flip() ? .signed : .unsigned)
    }
    let count = Int.random(in: 1...8, using: &random)
    return ByteSlice(
      encoding: encoding, place: .bytes(at: Int.random(in: 0...65_535, using: &random), count: count),
      number: [2, 4, 8].contains(count) && flip() ? .float : .signed, isLittleEndian: flip())
  }
}
