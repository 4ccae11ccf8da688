/// Decimal texts of doubles without exponents: "183.25", "-0.5", "100000000000000000000".
enum DecimalText {
  /// The shortest text that reads back to the same double; nil for what is not finite.
  static func of(_ value: Double) -> String? {
    guard value.isFinite else { return nil }
    // Swift prints the shortest digits that round-trip, with an exponent for very large and very small values.
    let text = value.description
    let parts = text.split(separator: "e", maxSplits: 1)
    guard let mantissa = parts.first else { return nil }
    guard parts.count == 2, let exponent = Int(parts[1]) else { return withoutEmptyFraction(text) }
    return withoutEmptyFraction(expanded(String(mantissa), exponent: exponent))
  }

  /// Reads a text exactly as ``of(_:)`` writes it; nil for anything else.
  static func value(of text: String) -> Double? {
    guard text.utf8.count <= maximumCharacters, let value = Double(text), let canonical = of(value),
      canonical.utf8.elementsEqual(text.utf8)
    else { return nil }
    return value
  }

  /// The longest text: 5e-324 has a sign, "0." and 324 places; 1.7976931348623157e308 has 309 digits. Shortest digits
  /// add at most 16 places.
  static let maximumCharacters = 360

  private static func expanded(_ mantissa: String, exponent: Int) -> String {
    var digits = mantissa.filter { $0 != "-" }
    let sign = mantissa.hasPrefix("-") ? "-" : ""
    let point = digits.firstIndex(of: ".").map { digits.distance(from: digits.startIndex, to: $0) } ?? digits.count
    digits.removeAll { $0 == "." }
    let newPoint = point + exponent
    if newPoint <= 0 { return sign + "0." + String(repeating: "0", count: -newPoint) + digits }
    if newPoint >= digits.count { return sign + digits + String(repeating: "0", count: newPoint - digits.count) }
    let split = digits.index(digits.startIndex, offsetBy: newPoint)
    return sign + digits[..<split] + "." + digits[split...]
  }

  private static func withoutEmptyFraction(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var trimmed = Substring(text)
    while trimmed.hasSuffix("0") { trimmed.removeLast() }
    if trimmed.hasSuffix(".") { trimmed.removeLast() }
    return String(trimmed)
  }
}
