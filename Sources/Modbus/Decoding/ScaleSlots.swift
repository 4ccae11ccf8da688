import Devices

/// The points of a device that scale others, each with a number under which its value is found while a poll is decoded.
struct ScaleSlots: Hashable, Sendable {
  private let slots: [String: Int]

  var count: Int { slots.count }

  /// - Parameter points: of one device; those that have a scale source name it.
  init(_ points: some Sequence<ProfilePoint>) {
    var slots: [String: Int] = [:]
    for source in points.compactMap(\.scaleSource?.point) where slots[source] == nil { slots[source] = slots.count }
    self.slots = slots
  }

  func slot(of point: String) -> Int? { slots[point] }
}

/// What a scale source said in one poll.
struct ScaleValue: Hashable, Sendable {
  var value: Double
  var quality: Quality

  /// Nothing was read.
  static let unread = ScaleValue(value: 0, quality: .badNotConnected)
}

extension ScaleSource.Meaning {
  /// Largest power of ten that a device may name; beyond it the register holds something else.
  static let maximumExponent = 18.0

  /// The value scaled by what the source said; nil where that is no scale.
  func apply(_ said: Double, to value: Double) -> Double? {
    switch self {
    case .decimalPlaces: return Self.power(-said, value)
    case .exponent: return Self.power(said, value)
    case .factor: return said == 0 ? nil : value * said
    case .codes(let factors):
      guard let code = Int64(exactly: said), let factor = factors[code] else { return nil }
      let scale = DecimalScale(factor)
      return scale.scaling == .divides ? value / scale.factor : value * scale.factor
    }
  }

  private static func power(_ exponent: Double, _ value: Double) -> Double? {
    guard exponent.rounded() == exponent, abs(exponent) <= maximumExponent else { return nil }
    var factor = 1.0
    // Powers of ten up to 22 are exact in binary64.
    for _ in 0..<Int(abs(exponent)) { factor *= 10 }
    return exponent < 0 ? value / factor : value * factor
  }
}
