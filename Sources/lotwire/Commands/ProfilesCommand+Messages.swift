import Devices

/// A message profile for people.
struct MessageProfileText {
  let profile: MessageProfile

  init(_ profile: MessageProfile) { self.profile = profile }

  var text: String {
    var blocks = [head]
    if !profile.arguments.isEmpty { blocks.append("ARGUMENTS (with: {name: value} in lotwire.yaml)\n" + arguments) }
    blocks += profile.mappings.map(Self.message)
    if !profile.availability.isEmpty { blocks.append("AVAILABILITY\n" + availability) }
    let notes = profile.points.compactMap { point in point.note.map { "  \(point.name): \($0)" } }
    if !notes.isEmpty { blocks.append("NOTES ON POINTS\n" + notes.joined(separator: "\n")) }
    return blocks.joined(separator: "\n\n")
  }

  private var head: String {
    var lines = [
      "\(profile.vendor) \(profile.model)",
      "profile \(profile.name), \(profile.status.rawValue): \(profile.status.meaning)", "sends messages over MQTT",
    ]
    lines += profile.sources.map { "source \($0.id): \($0.title)" }
    lines += profile.notes.map { "note: \($0)" }
    return lines.joined(separator: "\n")
  }

  private var arguments: String {
    let rows = profile.arguments.map { [$0.name, $0.kind.rawValue, $0.standard ?? "-", $0.meaning] }
    return TextTable.text([["NAME", "TAKES", "STANDARD", "MEANING"]] + rows, indent: "  ")
  }

  private var availability: String {
    let rows = profile.availability.map {
      [
        $0.topic.text, $0.path?.text ?? "whole payload", $0.online.joined(separator: ", "),
        $0.offline.joined(separator: ", "),
      ]
    }
    return TextTable.text([["TOPIC", "AT", "ONLINE", "OFFLINE"]] + rows, indent: "  ")
  }

  // MARK: Messages

  private static func message(_ mapping: MessageMapping) -> String {
    var lines = ["MESSAGE \(mapping.topic.text)"]
    if mapping.shape == .delta { lines.append("  tells what changed: a value that is not in it has no reading") }
    lines += mapping.conditions.map { condition in
      "  only where \(condition.path.text) is "
        + (condition.texts.isEmpty ? "there" : condition.texts.joined(separator: " or "))
    }
    if let each = mapping.each { lines.append("  every element of \(each.text) like a message") }
    lines.append("  time: " + (mapping.time.map(time) ?? "that of receipt"))
    lines.append(
      "  repetitions known by: "
        + (mapping.key.isEmpty
          ? mapping.time == nil ? "nothing" : "time and content" : mapping.key.map(\.text).joined(separator: ", ")))
    var rows = [["NAME", "AT", "READ AS", "SCALE", "UNIT", "RANGE", "NO VALUE", "GOOD IF", "EVERY"]]
    rows += mapping.points.map(row)
    return (lines + [TextTable.text(rows, indent: "  ")]).joined(separator: "\n")
  }

  private static func row(_ point: MessagePoint) -> [String] {
    [
      point.name, point.path?.text ?? "whole payload", form(point.form), scale(point), unit(point), range(point.range),
      point.sentinels.isEmpty ? "-" : point.sentinels.map(ProfileText.number).joined(separator: ", "),
      point.quality.map { "\($0.path.text): \($0.good.joined(separator: ", "))" } ?? "-",
      point.everyMicroseconds == 0 ? "-" : "\(ProfileText.seconds(point.everyMicroseconds)) s",
    ]
  }

  private static func time(_ time: MessageTime) -> String {
    switch time.form {
    case .automatic: "\(time.path.text), ISO 8601 with a zone or Unix time"
    case .unixSeconds: "\(time.path.text), Unix seconds"
    case .unixMilliseconds: "\(time.path.text), Unix milliseconds"
    case .unixMicroseconds: "\(time.path.text), Unix microseconds"
    case .unixNanoseconds: "\(time.path.text), Unix nanoseconds"
    case .local(let zone): "\(time.path.text), local in \(zone)"
    }
  }

  static func form(_ form: MessagePoint.Form) -> String {
    switch form {
    case .number(let words) where words.isEmpty: "number"
    case .number(let words):
      words.sorted { $0.key < $1.key }.map { "\($0.key) = \(ProfileText.number($0.value))" }.joined(separator: ", ")
    case .text: "text"
    case .slice(let slice): self.slice(slice)
    }
  }

  private static func slice(_ slice: ByteSlice) -> String {
    let place =
      switch slice.place {
      case .bits(let offset, 1): "bit \(offset)"
      case .bits(let offset, let length): "bits \(offset)-\(offset + length - 1)"
      case .bytes(let first, 1): "byte \(first)"
      case .bytes(let first, let count): "bytes \(first)-\(first + count - 1)"
      }
    let order = slice.isLittleEndian ? ", lowest byte first" : ""
    return "\(place) of \(slice.encoding.rawValue), \(slice.number.rawValue)\(order)"
  }

  private static func scale(_ point: MessagePoint) -> String {
    var parts: [String] = []
    if point.scale != 1 { parts.append("× \(ProfileText.number(point.scale))") }
    if point.offset != 0 { parts.append((point.offset < 0 ? "- " : "+ ") + ProfileText.number(abs(point.offset))) }
    return parts.isEmpty ? "-" : parts.joined(separator: " ")
  }

  private static func unit(_ point: MessagePoint) -> String {
    let unit = point.unit.isEmpty ? "-" : point.unit
    guard let units = point.units else { return unit }
    return "\(unit) from \(units.path.text): \(units.conversions.keys.sorted().joined(separator: ", "))"
  }

  private static func range(_ range: ClosedRange<Double>?) -> String {
    ProfileText.range(
      range.flatMap { $0.lowerBound.isFinite ? $0.lowerBound : nil },
      range.flatMap { $0.upperBound.isFinite ? $0.upperBound : nil })
  }
}
