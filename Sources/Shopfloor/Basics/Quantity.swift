/// An exact amount of material in the item's own unit: a decimal number with up to six places. Sums of quantities are
/// exact, so that two counts of the same movements agree to the last digit.
///
/// Travels as decimal text, "12.5".
public struct Quantity: Hashable, Sendable {
  /// Whole millionths of a unit.
  public let millionths: Int64

  /// Held to ± ``maximumUnits``.
  public init(millionths: Int64) {
    self.millionths = min(max(millionths, -Self.maximumMillionths), Self.maximumMillionths)
  }

  public init(_ units: Int) {
    let bounded = min(max(Int64(units), -Self.maximumUnits), Self.maximumUnits)
    millionths = bounded * 1_000_000
  }

  /// Reads plain decimal text, "25", "0.125"; at most six places and 12 digits before the point, no sign, no exponent.
  public init?(decimal text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    func isDigits(_ part: Substring) -> Bool { !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    let whole = Substring(parts[0])
    guard isDigits(whole), whole.utf8.count <= 12, let units = Int64(whole) else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      let places = Substring(parts[1])
      guard isDigits(places), places.utf8.count <= 6,
        let read = Int64(places + String(repeating: "0", count: 6 - places.utf8.count))
      else { return nil }
      fraction = read
    }
    millionths = units * 1_000_000 + fraction
  }

  /// The nearest quantity; nil for what is not finite or beyond ``maximumUnits``.
  public init?(nearest value: Double) {
    guard value.isFinite, abs(value) <= Double(Self.maximumUnits) else { return nil }
    millionths = Int64((value * 1_000_000).rounded(.toNearestOrEven))
  }

  public static let zero = Quantity(millionths: 0)
  /// Largest amount, in units.
  public static let maximumUnits: Int64 = 999_999_999_999
  private static let maximumMillionths = maximumUnits * 1_000_000

  public var isPositive: Bool { millionths > 0 }
  public var doubleValue: Double { Double(millionths) / 1_000_000 }

  /// A share of the quantity, rounded to the nearest millionth.
  public func percent(_ percent: Double) -> Quantity { Quantity(nearest: doubleValue * percent / 100) ?? .zero }

  /// Stays at the bound instead of going beyond it.
  public static func + (left: Quantity, right: Quantity) -> Quantity {
    // Both lie within ± 10^18, so that the sum fits.
    Quantity(millionths: left.millionths + right.millionths)
  }

  public static func - (left: Quantity, right: Quantity) -> Quantity {
    Quantity(millionths: left.millionths - right.millionths)
  }

  public static func += (left: inout Quantity, right: Quantity) { left = left + right }
  public static func -= (left: inout Quantity, right: Quantity) { left = left - right }
}

extension Quantity: Comparable {
  public static func < (left: Quantity, right: Quantity) -> Bool { left.millionths < right.millionths }
}

extension Quantity: CustomStringConvertible {
  public var description: String {
    let magnitude = millionths.magnitude
    var text = (millionths < 0 ? "-" : "") + String(magnitude / 1_000_000)
    let fraction = magnitude % 1_000_000
    if fraction > 0 {
      var places = String(fraction + 1_000_000).dropFirst()
      while places.last == "0" { places = places.dropLast() }
      text += "." + places
    }
    return text
  }
}

extension Quantity: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let isNegative = text.hasPrefix("-")
    guard let read = Quantity(decimal: isNegative ? text.dropFirst() : text[...]) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(displayable(text))\" is not a quantity such as 12.5")
    }
    self = isNegative ? Quantity(millionths: -read.millionths) : read
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
