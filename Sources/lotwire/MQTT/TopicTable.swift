import Devices
import Foundation
import MQTT
import Shopfloor

/// The census as a person reads it in a terminal.
struct TopicTable {
  let census: TopicCensus
  let chosen: BrokerOptions.Chosen

  /// Longest shown topic and values, in characters.
  private static let topicCharacters = 60
  private static let valueCharacters = 160
  /// Most values of one topic that are shown.
  private static let maximumValues = 8

  /// - Parameter rows: of the terminal; nil: everything.
  func text(rows: Int?) -> String {
    let sightings = census.inOrder
    var heading =
      "\(chosen.connection.host):\(chosen.connection.port)   \(census.messages) messages on \(sightings.count) topics"
    if census.messagesElsewhere > 0 { heading += ", \(census.messagesElsewhere) more on further topics" }
    guard !sightings.isEmpty else { return heading + "\nNothing has come yet." }
    let width = min(Self.topicCharacters, sightings.map { shown($0.topic).count }.max() ?? 0)
    let lines = sightings.flatMap { self.lines($0, width) }
    let head = Self.padded("TOPIC", width) + "  MESSAGES     PER S      BYTES  KEPT  WHAT IT IS"
    guard let rows, lines.count + 3 > rows else { return ([heading, head] + lines).joined(separator: "\n") }
    let most = max(1, rows - 4)
    return ([heading, head] + lines.prefix(most) + ["… and \(lines.count - most) more lines"]).joined(separator: "\n")
  }

  private func shown(_ topic: String) -> String { displayable(topic, maximumCharacters: Self.topicCharacters) }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private func lines(_ sighting: TopicSighting, _ width: Int) -> [String] {
    let kept = sighting.retained == 0 ? "-" : sighting.retained == sighting.messages ? "all" : "some"
    let what = self.what(sighting)
    let first =
      Self.padded(shown(sighting.topic), width) + Self.right("\(sighting.messages)", 10)
      + Self.right(sighting.rate.map(Self.rate) ?? "-", 10) + Self.right("\(sighting.largestPayloadBytes)", 11)
      + "  " + Self.padded(kept, 4) + "  " + (what.first ?? "")
    return [first] + what.dropFirst().map { String(repeating: " ", count: width + 39) + $0 }
  }

  static func rate(_ value: Double) -> String {
    value >= 10 ? String(Int(value.rounded())) : String((value * 100).rounded() / 100)
  }

  /// What the configuration makes of it; else what it looks like.
  private func what(_ sighting: TopicSighting) -> [String] {
    if !sighting.mapped.isEmpty { return sighting.mapped.prefix(Self.maximumValues).map(Self.mapped) }
    let seen = sighting.recognised
    let values = seen.values.prefix(Self.maximumValues).map { value in
      (value.path.map { "\($0) " } ?? "") + value.sample + (value.unit.map { " \($0)" } ?? "")
    }
    var line = seen.family.rawValue
    if !values.isEmpty { line += ": " + values.joined(separator: ", ") }
    let further = seen.furtherValues + max(0, seen.values.count - Self.maximumValues)
    if further > 0 { line += " and \(further) more" }
    if let note = seen.note { line += values.isEmpty ? ": \(note)" : " (\(note))" }
    return [displayable(line, maximumCharacters: Self.valueCharacters)]
  }

  private static func mapped(_ value: WatchedValue) -> String {
    let number = value.text.map { "\"\($0)\"" } ?? value.value.map { StatusText.rounded($0) } ?? "—"
    let unit = value.unit.isEmpty || value.value == nil ? "" : " \(value.unit)"
    let sign = value.quality.isGood ? "●" : value.quality.hasValue ? "◐" : "✗"
    return displayable(
      "\(sign) \(value.device) \(value.point) \(number)\(unit)"
        + (value.quality.isGood ? "" : " (\(value.quality.name))"), maximumCharacters: valueCharacters)
  }
}

/// The census for programs.
struct TopicDocument: Encodable {
  struct Value: Encodable {
    var path: String?
    var sample: String
    var unit: String?
  }

  struct Mapped: Encodable {
    var device: String
    var point: String
    var value: Double?
    var text: String?
    var unit: String
    var quality: String
    var time: String
  }

  struct Topic: Encodable {
    var topic: String
    var messages: Int
    var retained: Int
    var perSecond: Double?
    var largestBytes: Int
    var family: String
    var values: [Value]
    var furtherValues: Int
    var time: String?
    var note: String?
    var mapped: [Mapped]

    enum CodingKeys: String, CodingKey {
      case topic, messages, retained, values, time, note, mapped
      case perSecond = "per_second"
      case largestBytes = "largest_bytes"
      case family = "is"
      case furtherValues = "further_values"
    }
  }

  var messages: Int
  var elsewhere: Int
  var topics: [Topic]

  init(_ census: TopicCensus) {
    messages = census.messages
    elsewhere = census.messagesElsewhere
    topics = census.inOrder.map { sighting in
      let seen = sighting.recognised
      return Topic(
        topic: sighting.topic, messages: sighting.messages, retained: sighting.retained, perSecond: sighting.rate,
        largestBytes: sighting.largestPayloadBytes, family: seen.family.rawValue,
        values: seen.values.map { Value(path: $0.path, sample: $0.sample, unit: $0.unit) },
        furtherValues: seen.furtherValues, time: seen.timePath, note: seen.note,
        mapped: sighting.mapped.map {
          Mapped(
            device: $0.device.text, point: $0.point, value: $0.value, text: $0.text, unit: $0.unit,
            quality: $0.quality.name, time: $0.time.description)
        })
    }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
