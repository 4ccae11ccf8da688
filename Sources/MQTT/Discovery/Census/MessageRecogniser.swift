import Devices
import Shopfloor

/// Says what a message is, as somebody does who knows the usual conventions. Pure; for people who wire a line: what is
/// recorded is decided by mappings alone.
enum MessageRecogniser {
  static func recognise(topic: String, payload: [UInt8]?) -> RecognisedMessage {
    let levels = topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if levels[0] == "spBv1.0" {
      return RecognisedMessage(.sparkplug, note: "see lotwire mqtt watch --sparkplug")
    }
    guard let payload else {
      return RecognisedMessage(.tooLarge, note: "more than \(maximumPayloadBytes) bytes; it is not read")
    }
    guard !payload.isEmpty else { return RecognisedMessage(.empty) }
    let first = payload.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      do throws(JSONScanner.Fault) {
        return json(try JSONScanner.value(of: payload), levels)
      } catch {
        return RecognisedMessage(.unreadable, note: words(error))
      }
    }
    return plain(payload, levels)
  }

  private static func words(_ fault: JSONScanner.Fault) -> String {
    switch fault {
    case .malformed(let offset): "it begins like JSON and is none at byte \(offset + 1)"
    case .tooLarge(let bytes): "JSON of \(bytes) bytes is not read"
    case .tooDeep(let offset): "JSON nested deeper than \(JSONScanner.maximumDepth) levels at byte \(offset + 1)"
    }
  }

  // MARK: Without JSON

  /// Words by which devices say that they are there, with their opposite.
  static let availabilityWords: [(online: String, offline: String)] = [
    ("online", "offline"), ("Online", "Offline"), ("ONLINE", "OFFLINE"), ("connected", "disconnected"),
    ("alive", "dead"),
  ]

  private static func plain(_ payload: [UInt8], _ levels: [String]) -> RecognisedMessage {
    guard let text = String(validating: payload, as: UTF8.self), !payload.contains(0) else {
      return RecognisedMessage(.unreadable, note: "\(payload.count) bytes that are no text")
    }
    let sample = displayable(text, maximumCharacters: RecognisedValue.maximumSampleCharacters)
    if availabilityWords.contains(where: { $0.online == text || $0.offline == text }) {
      return RecognisedMessage(
        .availability, values: [RecognisedValue(path: nil, sample: sample, isNumber: false)])
    }
    switch NumberText(payload) {
    case .value:
      // Shelly writes whether it is there as true or false (`<id>/online`).
      if levels.count == 2, levels[1] == "online", text == "true" || text == "false" {
        return RecognisedMessage(
          .availability, values: [RecognisedValue(path: nil, sample: sample, isNumber: false)])
      }
      return RecognisedMessage(.plainNumber, values: [RecognisedValue(path: nil, sample: sample)])
    case .notANumber:
      return RecognisedMessage(
        .plainNumber, values: [RecognisedValue(path: nil, sample: sample)], note: "no number at the moment")
    case .unreadable:
      return RecognisedMessage(.plainText, values: [RecognisedValue(path: nil, sample: sample, isNumber: false)])
    }
  }

  // MARK: JSON

  private static func json(_ json: JSONValue, _ levels: [String]) -> RecognisedMessage {
    if let known = homeAssistant(json, levels) ?? chirpStack(json) ?? theThingsStack(json) ?? shelly(json, levels)
      ?? ifm(json) ?? tasmota(json, levels) ?? zigbee2MQTT(json, levels)
    {
      return known
    }
    return valueAndTime(json) ?? plainJSON(json)
  }

  private static func plainJSON(_ json: JSONValue) -> RecognisedMessage {
    let time = timeMember(of: json)
    let paths = NumberPaths(json, leaving: Set([time].compactMap { $0 }))
    return RecognisedMessage(.json, values: paths.values, furtherValues: paths.further, timePath: time)
  }

  /// `{"value": 21.5, "timestamp": …}` as a unified namespace is often written.
  private static func valueAndTime(_ json: JSONValue) -> RecognisedMessage? {
    guard case .object(let members) = json, let time = timeMember(of: json) else { return nil }
    let isValue = members.contains { ["value", "v", "val"].contains($0.name.lowercased()) && isNumber($0.value) }
    guard isValue else { return nil }
    let paths = NumberPaths(json, leaving: [time])
    return RecognisedMessage(.valueAndTime, values: paths.values, furtherValues: paths.further, timePath: time)
  }

  private static func isNumber(_ value: JSONValue) -> Bool {
    if case .value = NumberText(value) { return true }
    return false
  }

  /// A member of the message itself that holds a believable time.
  private static func timeMember(of json: JSONValue) -> String? {
    guard case .object(let members) = json else { return nil }
    let names = [
      "timestamp", "time", "ts", "t", "datetime", "date_time", "last_seen", "sourcetimestamp", "source_time",
    ]
    return members.first { member in
      guard names.contains(member.name.lowercased()) else { return false }
      switch member.value {
      case .number(let text): return (Double(text) ?? 0) >= 1e9
      case .string(let text): return text.utf8.count >= 19 && text.utf8.starts(with: "20".utf8)
      default: return false
      }
    }.flatMap { NumberPaths.step(named: $0.name) }
  }
}
