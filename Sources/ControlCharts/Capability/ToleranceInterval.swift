/// The stretch that holds a share of all values with a confidence, from a study's mean and overall s.
public struct ToleranceInterval: Codable, Hashable, Sendable {
  public var factor: ToleranceFactor
  /// Nil on a side without specification limit.
  public var lower: Double?
  public var upper: Double?
  /// Whether the stretch lies within the specification: the content conforms with the confidence.
  public var conforms: Bool
}

extension CapabilityReport {
  /// Two-sided for two limits, one-sided for one; the factors are exact for normal values.
  ///
  /// - Throws: `.share`, `.toleranceCount`.
  public func toleranceInterval(content: Double, confidence: Double) throws(CapabilityFault) -> ToleranceInterval {
    let isTwoSided = specification.lower != nil && specification.upper != nil
    let factor = try ToleranceFactor(
      method: isTwoSided ? .twoSidedExact : .oneSidedExact, count: count, content: content, confidence: confidence)
    let reach = factor.factor * standardDeviation
    let lower = specification.lower.map { _ in mean - reach }
    let upper = specification.upper.map { _ in mean + reach }
    let isAboveLower = lower.map { $0 >= specification.lower ?? $0 } ?? true
    let isBelowUpper = upper.map { $0 <= specification.upper ?? $0 } ?? true
    return ToleranceInterval(factor: factor, lower: lower, upper: upper, conforms: isAboveLower && isBelowUpper)
  }
}
