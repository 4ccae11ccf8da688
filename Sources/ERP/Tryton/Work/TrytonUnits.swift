import Glibc
import Shopfloor

/// Amounts from one unit of Tryton to another of its kind. A unit's `factor` says how much of the base unit it is
/// (trytond product, uom.py: `compute_qty`).
enum TrytonUnits {
  /// - Parameters:
  ///   - from: nil: the amount is in the unit `to` already.
  static func converted(_ amount: Double, from: TrytonRow?, to: TrytonRow?) throws(FieldFault) -> Double {
    guard let from, let to, from.id != to.id else { return amount }
    guard let own = from.number("factor"), let other = to.number("factor"), own > 0, other > 0 else {
      throw FieldFault(field: "unit", why: "its factor is not a number above 0")
    }
    return rounded(amount * own / other)
  }

  /// To twelve digits: more are noise of binary fractions.
  static func rounded(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let scale = pow(10, 12 - ceil(log10(abs(value))))
    return scale.isFinite && scale > 0 ? (value * scale).rounded() / scale : value
  }

  /// The amount as the floor counts it, above zero.
  static func quantity(_ amount: Double, field: String) throws(FieldFault) -> Quantity {
    guard let quantity = Quantity(nearest: amount), quantity.isPositive else {
      throw FieldFault(field: field, why: "\(amount) is no amount above 0 with at most twelve digits before the point")
    }
    return quantity
  }
}

/// Global trade item numbers (GS1 General Specifications, 7.9: the check digit).
enum TradeItemNumber {
  /// The number in 14 digits; nil where it has not 8, 12, 13 or 14 digits or its check digit is wrong.
  static func inFourteenDigits(_ text: String) -> String? {
    let digits = text.utf8.compactMap { (0x30...0x39).contains($0) ? Int($0 - 0x30) : nil }
    guard digits.count == text.utf8.count, [8, 12, 13, 14].contains(digits.count) else { return nil }
    let padded = Array(repeating: 0, count: 14 - digits.count) + digits
    let sum = padded.enumerated().map { $0.offset.isMultiple(of: 2) ? $0.element * 3 : $0.element }.reduce(0, +)
    return sum.isMultiple(of: 10) ? padded.map(String.init).joined() : nil
  }
}
