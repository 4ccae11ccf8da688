/// North American coupons: digits in which a field of variable length follows a digit that says its length. The fields are
/// those of the North American Coupon Application Guideline (AI 8110) and of the coupon data specification of AI 8112.
struct CouponDigits {
  /// The digits not yet read.
  private var rest: ArraySlice<UInt8>
  private let isReadable: Bool

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    rest = range.map { bytes[$0] }[...]
    isReadable = rest.allSatisfy(isDigit)
  }

  /// AI 8110.
  func isCouponCode() -> Bool {
    var copy = self
    return isReadable && copy.readCouponCode() && copy.rest.isEmpty
  }

  /// AI 8112: format, funder, offer, serial number and nothing behind.
  func isPositiveOffer() -> Bool {
    var copy = self
    return isReadable && copy.take(digit: 0...1) != nil && copy.skipField(0...6, longerBy: 6) && copy.skip(6)
      && copy.skipField(0...9, longerBy: 6) && copy.rest.isEmpty
  }

  private mutating func readCouponCode() -> Bool {
    guard skipCompany(0...6), skip(6), skipField(1...5), skipPurchase() else { return false }
    if begins(1) { guard take(digit: 0...3) != nil, skipPurchase(), skipOptionalCompany() else { return false } }
    if begins(2) { guard skipPurchase(), skipOptionalCompany() else { return false } }
    var expiration: [UInt8]?
    if begins(3) {
      expiration = takeDate()
      if expiration == nil { return false }
    }
    if begins(4) {
      guard let start = takeDate(), expiration.map({ !$0.lexicographicallyPrecedes(start) }) ?? true
      else { return false }
    }
    if begins(5) { guard skipField(0...9, longerBy: 6) else { return false } }
    if begins(6) { guard skipCompany(1...7) else { return false } }
    if begins(9) {
      guard let code = take(digit: 0...6), code != 3, code != 4, take(digit: 0...2) != nil, skip(1),
        take(digit: 0...1) != nil
      else { return false }
    }
    return true
  }

  // MARK: Fields

  /// Whether the optional field of this number comes next; its number is taken off.
  private mutating func begins(_ number: UInt8) -> Bool {
    guard rest.first == 0x30 + number else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func take(digit range: ClosedRange<Int>) -> Int? {
    guard let first = rest.first, range.contains(Int(first) - 0x30) else { return nil }
    rest.removeFirst()
    return Int(first) - 0x30
  }

  private mutating func skip(_ count: Int) -> Bool {
    guard rest.count >= count else { return false }
    rest.removeFirst(count)
    return true
  }

  private mutating func skipField(_ lengths: ClosedRange<Int>, longerBy more: Int = 0) -> Bool {
    guard let length = take(digit: lengths) else { return false }
    return skip(length + more)
  }

  /// A company prefix; all of it is digits here.
  private mutating func skipCompany(_ lengths: ClosedRange<Int>) -> Bool { skipField(lengths, longerBy: 6) }

  private mutating func skipOptionalCompany() -> Bool { begins(9) || skipCompany(0...6) }

  /// Requirement, its code and the family code.
  private mutating func skipPurchase() -> Bool {
    guard skipField(1...5), let code = take(digit: 0...9), code <= 4 || code == 9 else { return false }
    return skip(3)
  }

  private mutating func takeDate() -> [UInt8]? {
    let digits = Array(rest.prefix(6))
    guard skip(6), CalendarDigits(digits.span, 0..<6)?.isDayOfMonth == true else { return nil }
    return digits
  }
}
