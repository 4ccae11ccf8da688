/// A row of the table of application identifiers: what stands behind an AI.
struct ApplicationIdentifier: Hashable, Sendable {
  /// A stretch of the value with one character set.
  struct Part: Hashable, Sendable {
    enum Characters: Hashable, Sendable { case digits, set82, set39 }
    var characters: Characters
    var lengths: ClosedRange<Int>
  }

  /// What must hold for the first part beyond length and characters.
  enum Check: Hashable, Sendable {
    case none, checkDigit
    /// YYMMDD where day 00 means the last day of the month.
    case dateOrMonth
    /// YYMMDDhhmm.
    case dateAndTime
    /// YYMMDD, a real day.
    case date
  }

  /// The AI, or the AI without its last digit where that digit is the place of the decimal point ("310n").
  var stem: String
  var hasDecimalDigit: Bool
  var parts: [Part]
  var check: Check

  var lengths: ClosedRange<Int> {
    parts.reduce(0...0) { sum, part in
      (sum.lowerBound + part.lengths.lowerBound)...(sum.upperBound + part.lengths.upperBound)
    }
  }

  /// Predefined length: no separator is needed behind it. Decided by the first two digits (GS1 General Specifications,
  /// element strings with predefined length).
  var isPredefined: Bool {
    switch stem.prefix(2) {
    case "00", "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "31", "32", "33",
      "34", "35", "36", "41":
      true
    default: false
    }
  }

  /// The rows by the bytes of the AI; one entry for each digit where the last digit is open.
  static let byIdentifier: [[UInt8]: ApplicationIdentifier] = {
    var map: [[UInt8]: ApplicationIdentifier] = [:]
    for row in table {
      let stem = Array(row.stem.utf8)
      if row.hasDecimalDigit {
        for digit in UInt8(0)..<10 { map[stem + [0x30 + digit]] = row }
      } else {
        map[stem] = row
      }
    }
    return map
  }()

  /// The row that the bytes begin with, and the AI as written. No AI is the beginning of another.
  static func atStart(of bytes: ArraySlice<UInt8>) -> (identifier: [UInt8], row: ApplicationIdentifier)? {
    for length in 2...4 {
      let candidate = Array(bytes.prefix(length))
      if candidate.count == length, let row = byIdentifier[candidate] { return (candidate, row) }
    }
    return nil
  }
}
