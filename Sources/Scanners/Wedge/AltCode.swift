/// A character typed by its number: digits on the keypad while Alt is held; it stands when Alt is let go.
struct AltCode: Sendable {
  enum Outcome: Hashable, Sendable {
    /// No digit was typed.
    case nothing
    case character(Unicode.Scalar)
    /// No character of ASCII: what it is depends on the code page of a computer that is not there.
    case unknown
  }

  /// Alt codes have at most four digits; more are counted but not kept.
  private static let maximumDigits = 4

  private var digits: [Int]?

  var isHeld: Bool { digits != nil }

  /// Alt is down or up in the report that came now; says what stands when it was let go.
  mutating func hold(_ isDown: Bool) -> Outcome? {
    if isDown {
      digits = digits ?? []
      return nil
    }
    defer { digits = nil }
    guard let digits else { return nil }
    if digits.isEmpty { return .nothing }
    let code = digits.reduce(0) { $0 * 10 + $1 }
    guard digits.count <= Self.maximumDigits, code > 0, code < 128, let scalar = Unicode.Scalar(UInt32(code)) else {
      return .unknown
    }
    return .character(scalar)
  }

  mutating func type(_ digit: Int) {
    guard let digits, digits.count <= Self.maximumDigits else { return }
    self.digits = digits + [digit]
  }
}
