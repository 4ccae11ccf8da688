import FoundationEssentials

/// What a person reads of a message, taken from its JSON.
struct NotificationText: Hashable, Decodable {
  struct Both: Hashable, Decodable {
    var english: String
    var chinese: String

    enum CodingKeys: String, CodingKey {
      case english = "en"
      case chinese = "zh-CN"
    }
  }

  struct Subject: Hashable, Decodable {
    var id: String?
    var station: String
    var source: String?
    var characteristic: String?
  }

  var id: String
  var occasion: String
  var site: String
  var line: String
  var at: String
  var lots: [String]
  var alarm: Subject?
  var threshold: Subject?
  var text: Both

  /// Nil where the payload is no message of ours.
  init?(_ payload: [UInt8]) {
    // What cannot be read is not ours; the caller says so.
    guard let read = try? JSONDecoder().decode(Self.self, from: Data(payload)) else { return nil }
    self = read
  }

  /// "Suzhou, Line 1: alarm A-000001 raised (oven, cure.temperature)".
  var subjectLine: String {
    let what = alarm.flatMap(\.id).map { "alarm \($0) " } ?? ""
    let subject = alarm ?? threshold
    let place = [subject?.station, subject?.source ?? subject?.characteristic].compactMap { $0 }
    return "\(site), \(line): \(what)\(occasion.replacing("_", with: " "))"
      + (place.isEmpty ? "" : " (\(place.joined(separator: ", ")))")
  }

  var body: String {
    var lines = [text.english, "", text.chinese, "", "At / 时间: \(at)"]
    if !lots.isEmpty { lines.append("Lots / 批次: \(lots.joined(separator: ", "))") }
    lines.append("Message / 消息: \(id)")
    return lines.joined(separator: "\n")
  }
}
