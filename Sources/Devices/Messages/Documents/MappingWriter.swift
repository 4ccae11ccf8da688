/// Writes mappings as the YAML text that ``MessageDeclarations/read(_:)`` reads back equal, as long as they keep to its
/// bounds and no text begins with a byte order mark (U+FEFF), which the YAML parser drops.
public struct MappingWriter {
  /// The keys `messages:` and, where there are any, `availability:`, each line indented by this many spaces and ended by
  /// a line feed.
  public static func yaml(
    mappings: [MessageMapping], availability: [AvailabilityTopic], indentation: Int
  ) -> String {
    var lines = ["messages:"]
    for mapping in mappings { lines += self.lines(mapping) }
    if !availability.isEmpty {
      lines.append("availability:")
      lines += availability.map { "  - " + flow(entries($0)) }
    }
    let margin = String(repeating: " ", count: max(0, indentation))
    return lines.map { margin + $0 + "\n" }.joined()
  }

  private typealias Entry = (key: String, value: String)

  /// Longest flow mapping that stands in one line, in characters.
  private static let longestLine = 110

  // MARK: Mappings

  private static func lines(_ mapping: MessageMapping) -> [String] {
    var entries: [Entry] = [("topic", YAMLText.scalar(mapping.topic.text))]
    if mapping.shape == .delta { entries.append(("shape", "delta")) }
    if !mapping.conditions.isEmpty {
      let conditions = mapping.conditions.map { condition in
        flow(
          [("path", YAMLText.scalar(condition.path.text))]
            + (condition.texts.isEmpty ? [] : [("is", list(condition.texts))]))
      }
      entries.append(("when", conditions.count == 1 ? conditions[0] : "[\(conditions.joined(separator: ", "))]"))
    }
    if let each = mapping.each { entries.append(("each", YAMLText.scalar(each.text))) }
    if let time = mapping.time { entries.append(("time", self.time(time))) }
    if mapping.key.count == 1 {
      entries.append(("id", YAMLText.scalar(mapping.key[0].text)))
    } else if !mapping.key.isEmpty {
      entries.append(("id", list(mapping.key.map(\.text))))
    }
    let head = entries.enumerated().map { ($0 == 0 ? "  - " : "    ") + "\($1.key): \($1.value)" }
    return head + ["    points:"] + mapping.points.flatMap { block(self.entries($0), margin: "      ") }
  }

  private static func time(_ time: MessageTime) -> String {
    let path = YAMLText.scalar(time.path.text)
    switch time.form {
    case .automatic: return path
    case .local(let zone): return flow([("path", path), ("as", "local"), ("zone", YAMLText.scalar(zone))])
    default:
      let word = MessageTime.forms.first { $0.form == time.form }?.word ?? "automatic"
      return flow([("path", path), ("as", word)])
    }
  }

  private static func entries(_ topic: AvailabilityTopic) -> [Entry] {
    var entries: [Entry] = [("topic", YAMLText.scalar(topic.topic.text))]
    if let path = topic.path { entries.append(("json", YAMLText.scalar(path.text))) }
    if !topic.online.isEmpty { entries.append(("online", list(topic.online))) }
    entries.append(("offline", list(topic.offline)))
    return entries
  }

  // MARK: Points

  private static func entries(_ point: MessagePoint) -> [Entry] {
    var entries: [Entry] = [("name", YAMLText.scalar(point.name))]
    if let path = point.path { entries.append(("json", YAMLText.scalar(path.text))) }
    if !point.unit.isEmpty { entries.append(("unit", YAMLText.scalar(point.unit))) }
    if let units = point.units { entries.append(("units", self.units(units))) }
    switch point.form {
    case .number(let words):
      if !words.isEmpty {
        let pairs = words.sorted { $0.key < $1.key }.map { (YAMLText.scalar($0.key), shortest($0.value)) }
        entries.append(("words", flow(pairs)))
      }
    case .text: entries.append(("text", "true"))
    case .slice(let slice): entries.append(("slice", self.slice(slice)))
    }
    if point.scale != 1 { entries.append(("scale", shortest(point.scale))) }
    if point.offset != 0 { entries.append(("offset", shortest(point.offset))) }
    if let range = point.range { entries.append(("range", self.range(range))) }
    if !point.sentinels.isEmpty {
      entries.append(("sentinels", "[\(point.sentinels.map { shortest($0) }.joined(separator: ", "))]"))
    }
    if let quality = point.quality {
      entries.append(
        ("quality", flow([("path", YAMLText.scalar(quality.path.text)), ("good", list(quality.good))])))
    }
    if point.everyMicroseconds > 0 {
      entries.append(("every_seconds", shortest(Double(point.everyMicroseconds) / 1_000_000)))
    }
    if let note = point.note { entries.append(("note", YAMLText.scalar(note))) }
    return entries
  }

  private static func units(_ units: UnitSource) -> String {
    let conversions = units.conversions.sorted { $0.key < $1.key }.map { unit, conversion -> Entry in
      var entries: [Entry] = []
      if conversion.scale != 1 { entries.append(("scale", shortest(conversion.scale))) }
      if conversion.offset != 0 { entries.append(("offset", shortest(conversion.offset))) }
      return (YAMLText.scalar(unit), flow(entries))
    }
    return flow([("path", YAMLText.scalar(units.path.text))] + conversions)
  }

  private static func slice(_ slice: ByteSlice) -> String {
    let encoding = ByteSlice.encodings.first { $0.encoding == slice.encoding }?.word ?? ""
    var entries: [Entry] = [("encoding", encoding)]
    switch slice.place {
    case .bits(let offset, let length): entries += [("bit", "\(offset)"), ("bits", "\(length)")]
    case .bytes(let first, let count): entries += [("byte", "\(first)"), ("bytes", "\(count)")]
    }
    if slice.number != .unsigned { entries.append(("type", slice.number.rawValue)) }
    if slice.isLittleEndian { entries.append(("order", "little")) }
    return flow(entries)
  }

  private static func range(_ range: ClosedRange<Double>) -> String {
    var entries: [Entry] = []
    if range.lowerBound.isFinite { entries.append(("min", shortest(range.lowerBound))) }
    if range.upperBound.isFinite { entries.append(("max", shortest(range.upperBound))) }
    return flow(entries)
  }

  // MARK: YAML

  private static func flow(_ entries: [Entry]) -> String {
    "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
  }

  private static func list(_ texts: [String]) -> String {
    "[" + texts.map { YAMLText.scalar($0) }.joined(separator: ", ") + "]"
  }

  /// One line in braces, or a line for each key where that would be long.
  private static func block(_ entries: [Entry], margin: String) -> [String] {
    let line = margin + "- " + flow(entries)
    if line.count <= longestLine { return [line] }
    return entries.enumerated().map { margin + ($0 == 0 ? "- " : "  ") + "\($1.key): \($1.value)" }
  }
}

/// Texts as YAML scalars (YAML 1.2 sections 7.3.1 to 7.3.3).
enum YAMLText {
  /// Words that YAML 1.1 readers take for something else than a text.
  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"]

  static func scalar(_ text: String) -> String {
    if isPlain(text) { return text }
    let scalars = text.unicodeScalars
    if scalars.contains("\""), !scalars.contains("'"), scalars.allSatisfy(isPrintable) { return "'\(text)'" }
    return "\"" + scalars.map(escaped).joined() + "\""
  }

  /// Letters, digits and some signs that mean nothing to YAML, a letter first.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, (first | 0x20) >= 0x61, (first | 0x20) <= 0x7A else { return false }
    return !words.contains(text.lowercased())
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41
          || "_-./+".utf8.contains(byte)
      }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case _ where isPrintable(scalar): return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return (scalar.value <= 0xFF ? "\\x" : "\\u")
        + String(repeating: "0", count: (scalar.value <= 0xFF ? 2 : 4) - digits.count) + digits
    }
  }
}
