import Foundation
import Shopfloor

/// A finding as a person reads it in a terminal.
struct FindingText {
  private let finding: Finding
  private let languages: [Language]

  /// Most characters of a line.
  private static let maximumCharacters = 1_000

  /// - Parameter language: nil: all of them.
  init(_ finding: Finding, language: Language?) {
    self.finding = finding
    languages = language.map { [$0] } ?? Language.allCases
  }

  var text: String {
    var lines: [String] = []
    for (index, language) in languages.enumerated() {
      let severity = finding.severity.words.text(in: language)
      let subject = displayable(finding.subject, maximumCharacters: 120)
      let head = index == 0 ? "\(finding.severity.sign) " : "  "
      lines.append(head + Self.shown("\(severity)  \(subject): \(finding.found.text(in: language))"))
      if let meaning = finding.meaning { lines.append("    " + Self.shown(meaning.text(in: language))) }
      if let remedy = finding.remedy { lines.append("    → " + Self.shown(remedy.text(in: language))) }
    }
    lines += finding.lines.map { "        " + Self.shown($0) }
    return lines.joined(separator: "\n")
  }

  private static func shown(_ text: String) -> String { displayable(text, maximumCharacters: maximumCharacters) }

  static func summary(_ findings: [Finding], language: Language?) -> String {
    let faults = findings.count { $0.severity == .fault }
    let remarks = findings.count { $0.severity == .attention }
    let words = Words(
      "\(findings.count) checks: \(faults) faults, \(remarks) that ask for attention",
      "共检查 \(findings.count) 项：\(faults) 项故障，\(remarks) 项需要注意")
    return (language.map { [$0] } ?? Language.allCases).map(words.text).joined(separator: "\n")
  }
}

/// Findings for programs.
struct FindingDocument: Encodable {
  struct Entry: Encodable {
    var check: String
    var subject: String
    var severity: String
    var found: Words
    var meaning: Words?
    var remedy: Words?
    var lines: [String]
  }

  var findings: [Entry]
  var faults: Int

  init(_ findings: [Finding]) {
    self.findings = findings.map {
      Entry(
        check: $0.check, subject: $0.subject, severity: $0.severity.rawValue, found: $0.found, meaning: $0.meaning,
        remedy: $0.remedy, lines: $0.lines)
    }
    faults = findings.count { $0.severity == .fault }
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
