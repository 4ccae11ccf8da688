/// Reads the numbers of a file. Where cells are separated by semicolons the decimal comma is taken as well, but one file
/// has one decimal mark: a comma and a point in the same file could be thousands.
struct CSVNumber {
  enum Reading: Equatable {
    case empty
    case number(Double)
    case refused(problem: String, remedy: String)
  }

  private let takesComma: Bool
  private var mark: Character?

  init(separator: CSVReader.Separator) { takesComma = separator == .semicolon }

  private static let notNumbers: Set<String> = [
    "nan", "inf", "infinity", "#n/a", "na", "n/a", "null", "#div/0!", "#value!",
  ]
  private static let anyNumber = "Write a number such as 12.5, or leave the cell empty where there is no value."

  mutating func read(_ cell: String) -> Reading {
    let text = cell.trimmingSpaces()
    if text.isEmpty { return .empty }
    let bare = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
    if Self.notNumbers.contains(bare.lowercased()) {
      return .refused(
        problem: "\(DataFault.shown(cell)) is no measured value.", remedy: "Leave the cell empty: it becomes a gap.")
    }
    guard Self.isNumber(bare) else {
      return .refused(problem: "read \(DataFault.shown(cell)), which is no number.", remedy: Self.anyNumber)
    }
    if let refusal = refusal(of: text) { return refusal }
    guard let value = Double(text.replacing(",", with: ".")), value.isFinite else {
      return .refused(problem: "\(DataFault.shown(cell)) is too large.", remedy: "Choose a larger unit.")
    }
    return .number(value)
  }

  /// Whether the file's one decimal mark allows this number.
  private mutating func refusal(of text: String) -> Reading? {
    let marks = text.filter { $0 == "," || $0 == "." }
    guard let mark = marks.first else { return nil }
    guard marks.count == 1 else {
      return .refused(
        problem: "read \"\(text)\", which has more than one decimal mark.",
        remedy: "Write it without marks for thousands.")
    }
    if mark == ",", !takesComma {
      let written = text.replacing(",", with: ".")
      return .refused(
        problem: "read \"\(text)\" with a decimal comma.",
        remedy: "Write \(written), or separate the columns of the file with semicolons.")
    }
    if let known = self.mark, known != mark {
      return .refused(
        problem: "read \"\(text)\", but other numbers of the file are written with \"\(known)\".",
        remedy: "Write all of them with one decimal mark, and none for thousands.")
    }
    self.mark = mark
    return nil
  }

  /// Digits with marks between them, and an exponent.
  private static func isNumber(_ text: String) -> Bool {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard (1...2).contains(parts.count), parts[0].contains(where: \.isDecimalDigit),
      parts[0].allSatisfy({ $0.isDecimalDigit || $0 == "." || $0 == "," })
    else { return false }
    guard parts.count == 2 else { return true }
    let digits = parts[1].drop { $0 == "+" || $0 == "-" }
    return !digits.isEmpty && parts[1].count - digits.count <= 1 && digits.allSatisfy(\.isDecimalDigit)
  }
}

extension Character {
  fileprivate var isDecimalDigit: Bool { ("0"..."9").contains(self) }
}

extension String {
  /// Without the blanks at both ends.
  func trimmingSpaces() -> String {
    var text = self[...]
    while let first = text.first, first == " " || first == "\t" || first == "\u{A0}" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\u{A0}" { text.removeLast() }
    return String(text)
  }
}
