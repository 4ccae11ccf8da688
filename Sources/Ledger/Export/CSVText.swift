/// Comma-separated values (RFC 4180): fields parted by commas, lines ended by CR LF, fields quoted where they must be.
public enum CSVText {
  /// U+FEFF in UTF-8.
  public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// A field of text. Spreadsheets take a field for a formula that begins with = + - @, a tab or a carriage return: such
  /// a field gets an apostrophe before it (OWASP, "CSV Injection"). Numbers and times are not text.
  public static func text(_ text: String) -> String {
    guard let first = text.utf8.first else { return "" }
    let guarded = "=+-@\t\r".utf8.contains(first) ? "'" + text : text
    guard guarded.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return guarded }
    var quoted = "\""
    for scalar in guarded.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append("\"") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// A number so that it is read back as the same; empty for none.
  public static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
