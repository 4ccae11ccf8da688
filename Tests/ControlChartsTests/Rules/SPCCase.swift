import Foundation

/// A folder of Tests/Cases/spc-rules: `case.txt` with lines "key: words", a line of hyphens, and rows "field ; field".
struct SPCCase: CustomStringConvertible, Sendable {
  let name: String
  private let keys: [String: String]
  let rows: [Row]

  struct Row: Sendable {
    /// From 1, in the file.
    var line: Int
    var fields: [String]
  }

  struct Fault: Error, CustomStringConvertible { var description: String }

  var description: String { name }

  static let area = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Cases/spc-rules")

  /// Every case of a kind ("rules", "ewma", "cusum"), by the key `chart`.
  static func all(chart: String) throws -> [SPCCase] {
    try FileManager.default.contentsOfDirectory(atPath: area.path).sorted().map(SPCCase.init)
      .filter { $0.keys["chart"] == chart }
  }

  init(name: String) throws {
    let text = try String(
      contentsOf: Self.area.appendingPathComponent(name).appendingPathComponent("case.txt"), encoding: .utf8)
    var keys: [String: String] = [:]
    var rows: [Row] = []
    var isHead = true
    for (index, whole) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = whole.prefix { $0 != "#" }
      if line.allSatisfy(\.isWhitespace) { continue }
      if line.hasPrefix("---") {
        isHead = false
      } else if isHead {
        guard let colon = line.firstIndex(of: ":") else { throw Fault(description: "\(name): no key in \(line)") }
        keys[trimmed(line[..<colon])] = trimmed(line[line.index(after: colon)...])
      } else {
        rows.append(
          Row(line: index + 1, fields: line.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)))
      }
    }
    guard keys["source"] != nil, !rows.isEmpty else { throw Fault(description: "\(name): no source, or no rows") }
    self.name = name
    self.keys = keys
    self.rows = rows
  }

  func text(_ key: String) throws -> String {
    guard let text = keys[key] else { throw Fault(description: "\(name): no key \(key)") }
    return text
  }

  func optional(_ key: String) -> String? { keys[key] }

  func numbers(_ key: String) throws -> [Double] {
    try text(key).split(separator: " ").map { try Self.number(String($0)) }
  }

  /// A number; with "+ulp" or "-ulp" behind it the next one above or below.
  static func number(_ text: String) throws -> Double {
    let isUp = text.hasSuffix("+ulp")
    let isDown = text.hasSuffix("-ulp")
    guard let value = Double(isUp || isDown ? text.dropLast(4) : text[...]) else {
      throw Fault(description: "\(text) is no number")
    }
    return isUp ? value.nextUp : isDown ? value.nextDown : value
  }
}

private func trimmed(_ text: Substring) -> String { text.trimmingCharacters(in: .whitespaces) }
