/// A finite number in decimal digits. Rounding is done on the digits that identify the number, half away from zero, so
/// that the same number gives the same text on every machine.
struct DecimalText {
  private var isNegative: Bool
  /// From the first digit that is not zero; empty for zero.
  private var digits: [UInt8] = []
  /// The number is 0.digits × 10^point.
  private(set) var point = 0

  /// Largest and smallest number of places before the decimal point that is written without an exponent.
  private static let plainPoints = -3...12

  init(_ value: Double) {
    isNegative = value < 0
    guard value.isFinite, value != 0 else { return }
    var exponent = 0
    var hasPoint = false
    var isExponent = false
    var isExponentNegative = false
    for byte in "\(value.magnitude)".utf8 {
      switch byte {
      case UInt8(ascii: "."):
        hasPoint = true
        point = digits.count
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isExponentNegative = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent { exponent = exponent * 10 + Int(digit) } else { digits.append(digit) }
      default: break
      }
    }
    if !hasPoint { point = digits.count }
    point += isExponentNegative ? -exponent : exponent
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    point -= zeros
    dropTrailingZeros()
  }

  /// With so many digits after the decimal point.
  func fixed(_ decimals: Int) -> String {
    let number = keeping(point + decimals)
    let sign = number.isNegative && !number.digits.isEmpty ? "-" : ""
    let whole = number.place(range: number.point > 0 ? 0..<number.point : 0..<0)
    let fraction = number.place(range: number.point..<(number.point + max(0, decimals)))
    return sign + (whole.isEmpty ? "0" : whole) + (decimals > 0 ? "." + fraction : "")
  }

  /// With at most so many digits that count; zeros at the end of a fraction are left out.
  func significant(_ count: Int) -> String {
    let number = keeping(count)
    if number.digits.isEmpty { return "0" }
    if Self.plainPoints.contains(number.point) { return number.fixed(max(0, number.digits.count - number.point)) }
    let sign = number.isNegative ? "-" : ""
    let fraction = number.place(range: 1..<number.digits.count)
    return sign + number.place(range: 0..<1) + (fraction.isEmpty ? "" : "." + fraction) + "e\(number.point - 1)"
  }

  /// The digits at these places, counted from the first digit; 0 where there is none.
  private func place(range: Range<Int>) -> String {
    range.map { digits.indices.contains($0) ? String(digits[$0]) : "0" }.joined()
  }

  private func keeping(_ count: Int) -> DecimalText {
    var result = self
    guard count < digits.count else { return result }
    let roundsUp = count >= 0 && digits[count] >= 5
    result.digits.removeLast(digits.count - max(0, count))
    if roundsUp {
      var index = result.digits.count - 1
      while index >= 0, result.digits[index] == 9 { index -= 1 }
      if index < 0 {
        result.digits = [1]
        result.point += 1
      } else {
        result.digits.removeLast(result.digits.count - 1 - index)
        result.digits[index] += 1
      }
    }
    result.dropTrailingZeros()
    return result
  }

  private mutating func dropTrailingZeros() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { point = 0 }
  }
}

extension Double {
  /// For people: six digits that count.
  var shortText: String { DecimalText(self).significant(6) }

  /// A power of ten, correctly rounded.
  static func powerOfTen(_ exponent: Int) -> Double {
    Double("1e\(Swift.min(300, Swift.max(-300, exponent)))") ?? 1
  }
}
