import Foundation
import Shopfloor

/// A list for people and for other programs: headings and cells as text.
struct QueryTable {
  /// How a list is printed.
  enum Form { case text, csv }

  var headings: [String]
  var rows: [[String]]
  /// What is said below; never part of the CSV, of which it is said on standard error.
  var notes: [String] = []
  /// Whether something is missing that was asked for: the answer was cut at a bound, or nothing can be said at all.
  var isIncomplete = false

  func printed(as form: Form) -> String { form == .csv ? csv : text }

  /// Columns by the width of their widest cell; texts from outside are shown without control characters.
  private var text: String {
    let shown = ([headings] + rows).map { $0.map { displayable($0, maximumCharacters: 200) } }
    let widths = headings.indices.map { column in shown.map { Self.width($0[column]) }.max() ?? 0 }
    var lines = shown.map { row in
      zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - Self.width(cell)) }
        .joined(separator: "  ").trimmingTrailingBlanks
    }
    if rows.isEmpty { lines = ["Nothing found."] }
    return (lines + notes).joined(separator: "\n")
  }

  /// Columns on a terminal: Chinese characters take two (Unicode Standard Annex 11, East Asian Width; the common ranges).
  private static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
        0xFFE0...0xFFE6, 0x20000...0x3FFFD:
        sum + 2
      default: sum + 1
      }
    }
  }

  /// After RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection).
  private var csv: String {
    ([headings] + rows).map { row in row.map(Self.cell).joined(separator: ",") }.joined(separator: "\r\n")
  }

  private static func cell(_ text: String) -> String {
    var text = text
    // By bytes: a sign with an accent behind it, or a line end of two characters, is one Character.
    if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first), Double(text) == nil { text = "'" + text }
    // By scalars: a line end of two characters is one Character.
    guard text.unicodeScalars.contains(where: { ["\"", ",", "\r", "\n"].contains($0) }) else { return text }
    return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// JSON with sorted keys.
  static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
