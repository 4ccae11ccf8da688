/// Labels as suppliers print them: GS1 element strings in GS1-128 and GS1 DataMatrix, with the AIM identifier.
enum MaterialDayLabels {
  static let film = checked("0952123454321")
  static let cap = checked("0952123454399")
  static let unknownItem = checked("0952123454000")
  private static let separator = "\u{1D}"

  /// A roll in a container of its own: SSCC, contained item and its length in metres, lot, expiry.
  static func roll(_ number: Int, lot: String, meters: Int, expires: String) -> String {
    let length = String(repeating: "0", count: 6 - String(meters).count) + String(meters)
    return "]C100\(sscc(number))02\(film)3110\(length)10\(lot)\(separator)17\(expires)"
  }

  /// A roll whose label says no length.
  static func unmeasuredRoll(_ number: Int, lot: String, expires: String) -> String {
    "]d200\(sscc(number))01\(film)10\(lot)\(separator)17\(expires)"
  }

  /// A box of caps, without a number of its own.
  static func box(lot: String, count: Int) -> String { "]C101\(cap)30\(count)\(separator)10\(lot)" }

  static func piece(_ serial: Int, lot: String) -> String { "]d201\(cap)10\(lot)\(separator)21S\(serial)" }

  static func sscc(_ number: Int) -> String {
    let digits = String(number)
    return checked("3" + "9521234" + String(repeating: "0", count: 9 - digits.count) + digits)
  }

  /// The digits with their check digit (GS1 General Specifications, 7.9).
  static func checked(_ digits: String) -> String {
    var sum = 0
    for (index, digit) in digits.reversed().enumerated() {
      sum += (digit.wholeNumberValue ?? 0) * (index.isMultiple(of: 2) ? 3 : 1)
    }
    return digits + String((10 - sum % 10) % 10)
  }
}
