/// How much there is, exactly as the digits of the label say: no binary fraction on the way.
public struct LabelQuantity: Hashable, Sendable, CustomStringConvertible {
  /// Decimal digits with a point where there are decimals, without needless leading zeros: "144", "12.50", "0.5".
  public let value: String
  /// Unit as the scheme names it ("kg", "EA"), or nil: a count, or an amount in the unit that both parties agreed on.
  public let unit: String?
  /// The scheme says that pieces are counted (GS1 AI 30 and 37, HIBC): never an amount in the item's own unit.
  public let isCount: Bool

  /// - Parameters:
  ///   - digits: ASCII digits only, at least one; anything else gives nil.
  ///   - decimals: how many of the digits stand behind the decimal point.
  ///   - unit: as the scheme names it.
  ///   - isCount: the scheme says that pieces are counted.
  public init?(digits: some Collection<UInt8>, decimals: Int = 0, unit: String? = nil, isCount: Bool = false) {
    guard !digits.isEmpty, decimals >= 0, digits.allSatisfy(isDigit) else { return nil }
    let padded = [UInt8](repeating: 0x30, count: max(0, decimals + 1 - digits.count)) + digits
    let whole = padded.dropLast(decimals).drop { $0 == 0x30 }
    var text = whole.isEmpty ? [0x30] : [UInt8](whole)
    if decimals > 0 { text += [UInt8(ascii: ".")] + padded.suffix(decimals) }
    value = String(decoding: text, as: UTF8.self)
    self.unit = unit
    self.isCount = isCount
  }

  /// The value as a count, or nil where it has decimals that are not zero or is larger than an Int.
  public var count: Int? {
    let parts = value.split(separator: ".")
    guard let whole = parts.first, parts.count == 1 || parts[1].utf8.allSatisfy({ $0 == 0x30 }) else { return nil }
    return Int(whole)
  }

  /// The value in millionths, or nil where it has more decimals than that or is too large.
  public var millionths: Int64? {
    let parts = value.split(separator: ".")
    guard let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
    var fraction = parts.count > 1 ? Array(parts[1].utf8) : []
    guard fraction.dropFirst(6).allSatisfy({ $0 == 0x30 }) else { return nil }
    fraction = Array(fraction.prefix(6)) + [UInt8](repeating: 0x30, count: max(0, 6 - fraction.count))
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
    let (sum, overflowOfSum) = scaled.addingReportingOverflow(fraction.reduce(0) { $0 * 10 + Int64($1 - 0x30) })
    return overflow || overflowOfSum ? nil : sum
  }

  /// The value and its unit: "12.5 kg".
  public var description: String { unit.map { "\(value) \($0)" } ?? value }
}
