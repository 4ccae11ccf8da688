import Foundation

@testable import Labels

/// The folders of Tests/Cases/labels-*: each holds a `case.txt` with labels and what they say.
///
/// A line without indent is a label: `{GS}` and `{00}` are bytes; a label that begins with `(` is the bracket form and is
/// read as the element string that it stands for, one that begins with `^` has `^` for every FNC1. Indented lines say what
/// must be read. `# …` is a comment, `profile …`, `year …` and `site …` hold for what follows.
struct LabelCaseFile {
  struct Entry {
    var line: Int
    var label: String
    var profile: LabelProfile
    var year: Int
    var expected: [String] = []
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Cases")

  /// Names of the cases of an area, ascending.
  static func names(_ area: String) -> [String] {
    // An area that cannot be listed has no cases, and the tests refuse an empty area.
    let found = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(area).path)) ?? []
    return found.filter { !$0.hasPrefix(".") }.sorted()
  }

  static func entries(_ area: String, _ name: String) throws -> [Entry] {
    let file = root.appendingPathComponent(area).appendingPathComponent(name).appendingPathComponent("case.txt")
    var entries: [Entry] = []
    var profile = LabelProfile.receiving
    var year = 2026
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      if line.hasPrefix("  ") {
        guard !entries.isEmpty else { throw CaseFault(line: index + 1, problem: "an expectation without a label") }
        entries[entries.count - 1].expected.append(String(line.dropFirst(2)))
      } else if line.hasPrefix("profile ") {
        profile = try self.profile(line.dropFirst(8), index + 1)
      } else if line.hasPrefix("year "), let number = Int(line.dropFirst(5)) {
        year = number
      } else {
        entries.append(Entry(line: index + 1, label: String(line), profile: profile, year: year))
      }
    }
    for entry in entries where entry.expected.isEmpty {
      throw CaseFault(line: entry.line, problem: "a label without expectation")
    }
    return entries
  }

  private static func profile(_ name: Substring, _ line: Int) throws -> LabelProfile {
    switch name {
    case "strict": return .strict
    case "receiving": return .receiving
    case "completing":
      var profile = LabelProfile.strict
      profile.acceptsZeroSuppressed = true
      return profile
    default: throw CaseFault(line: line, problem: "\(name) is no profile")
    }
  }
}

struct CaseFault: Error, CustomStringConvertible {
  var line: Int
  var problem: String

  var description: String { "line \(line): \(problem)" }
}

extension LabelCaseFile.Entry {
  var raw: [UInt8] {
    if label.hasPrefix("^") {
      return Array("]C1".utf8) + label.dropFirst().utf8.map { $0 == UInt8(ascii: "^") ? groupSeparator : $0 }
    }
    if label.hasPrefix("(") { return Array("]C1".utf8) + Self.elementString(label) }
    var raw: [UInt8] = []
    var rest = label[...]
    while let first = rest.first {
      if first == "{", let end = rest.firstIndex(of: "}") {
        let name = rest[rest.index(after: rest.startIndex)..<end]
        if let byte = name == "GS" ? groupSeparator : UInt8(name, radix: 16) {
          raw.append(byte)
          rest = rest[rest.index(after: end)...]
          continue
        }
      }
      raw += first.utf8
      rest = rest.dropFirst()
    }
    return raw
  }

  /// "(01)…(10)…" as scanners send it. A bracket inside a value is written `\(`.
  static func elementString(_ brackets: String) -> [UInt8] {
    let predefined = Set(
      ["00", "01", "02", "03", "04", "20", "41"] + (11...19).map(String.init) + (31...36).map(String.init))
    var text = ""
    let escaped = brackets.replacingOccurrences(of: "\\(", with: "\u{1}")
    for element in escaped.split(separator: "(") {
      let halves = element.split(separator: ")", maxSplits: 1, omittingEmptySubsequences: false)
      text += halves[0] + (halves.count > 1 ? halves[1] : "")
      if !predefined.contains(String(halves[0].prefix(2))) { text += "\u{1D}" }
    }
    if text.hasSuffix("\u{1D}") { text.removeLast() }
    return Array(text.replacingOccurrences(of: "\u{1}", with: "(").utf8)
  }

  /// What the reading does not fulfil, as sentences.
  func unfulfilled() -> [String] {
    let reading = LabelReader(profile: profile).read(raw, referenceYear: year)
    let said = Self.statements(of: reading)
    return expected.filter { !said.contains($0) }.map { "line \(line): \(label): \"\($0)\" is not in \(said)" }
  }

  /// Everything that a case can ask for.
  static func statements(of reading: LabelReading) -> Set<String> {
    var said: Set<String> = ["scheme \(reading.scheme.rawValue)", "text \(reading.text)"]
    said.insert(reading.fault == nil ? "good" : "bad")
    if reading.keys.isEmpty { said.insert("no key") }
    if reading.lot == nil { said.insert("no lot") }
    if reading.flags.isEmpty { said.insert("no flag") }
    for (index, fault) in reading.faults.enumerated() {
      said.insert("\(index == 0 ? "fault" : "also") \(fault.name.rawValue)")
      said.insert("\(index == 0 ? "fault" : "also") \(fault.name.rawValue) \(fault.byteOffset)")
      said.insert("read \(fault.read)")
    }
    for key in reading.keys { said.insert("key \(key.kind.rawValue) \(key.value)") }
    for flag in reading.flags { said.insert("flag \(flag.rawValue)") }
    for element in reading.other { said.insert("other \(element.identifier) \(element.value)") }
    for (name, value) in [
      ("lot", reading.lot), ("serial", reading.serial), ("container", reading.container),
      ("quantity", reading.quantity?.description), ("measure", reading.measure?.description),
      ("expiry", reading.expiry.map(text)),
      ("made", reading.made.map(text)), ("best_before", reading.bestBefore.map(text)),
    ] {
      if let value { said.insert("\(name) \(value)") }
    }
    return said
  }

  /// "2027-01-31", "2027-01-31 month", "2027-01-31 14:30".
  private static func text(_ date: LabelDate) -> String {
    func pair(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let day = "\(date.year)-\(pair(date.month))-\(pair(date.day))"
    switch date.precision {
    case .month: return day + " month"
    case .day: return day
    case .hour: return day + " \(pair((date.minuteOfDay ?? 0) / 60))h"
    case .minute: return day + " \(pair((date.minuteOfDay ?? 0) / 60)):\(pair((date.minuteOfDay ?? 0) % 60))"
    }
  }
}
