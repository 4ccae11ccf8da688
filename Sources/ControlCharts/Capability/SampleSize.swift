/// How many values a study needs, with its reason: what validation protocols have to state beforehand.
public enum SampleSize {
  /// No answer is larger.
  public static let largest = 1_000_000

  /// Fewest values for which the exact lower bound of a one-sided Ppk reaches `required`, where the study finds
  /// `expected`.
  ///
  /// - Throws: `.requiredIndex`, `.share`, `.sampleTooLarge`.
  public static func toShow(
    ppk required: Double, expected: Double, confidence: Double = 0.95
  ) throws(CapabilityFault) -> Int {
    guard required > 0, expected > required, expected.isFinite else {
      throw .requiredIndex(required: required, expected: expected)
    }
    guard ToleranceFactor.shares.contains(confidence) else { throw .share(field: "confidence", confidence) }
    return try smallest(from: 2) { count in
      CapabilitySide.lowerBound(of: expected, count: count, confidence: confidence) >= required
    }
  }

  /// Fewest values for which the tolerance interval of that method lies within `factor` sample sigmas of the mean.
  ///
  /// - Throws: `.share`, `.sampleTooLarge`.
  public static func forTolerance(
    _ method: ToleranceFactor.Method, factor: Double, content: Double, confidence: Double
  ) throws(CapabilityFault) -> Int {
    guard ToleranceFactor.shares.contains(content) else { throw .share(field: "content", content) }
    guard ToleranceFactor.shares.contains(confidence) else { throw .share(field: "confidence", confidence) }
    return try smallest(from: ToleranceFactor.counts.lowerBound) { count throws(CapabilityFault) in
      try ToleranceFactor(method: method, count: count, content: content, confidence: confidence).factor <= factor
    }
  }

  /// Fewest items that must all conform to show the share `content` of conforming items with `confidence`: the success
  /// run, n = ln(1-confidence)/ln(content).
  ///
  /// - Throws: `.share`, `.sampleTooLarge`.
  public static func withoutFailure(content: Double, confidence: Double) throws(CapabilityFault) -> Int {
    guard content > 0, content < 1 else { throw .share(field: "content", content) }
    guard confidence > 0, confidence < 1 else { throw .share(field: "confidence", confidence) }
    let count = (mathLogOnePlus(-confidence) / mathLog(content)).rounded(.up)
    guard count <= Double(largest) else { throw .sampleTooLarge }
    return max(1, Int(count))
  }

  /// The smallest count for which a condition holds that stays true above it.
  private static func smallest(
    from first: Int, where holds: (Int) throws(CapabilityFault) -> Bool
  ) throws(CapabilityFault) -> Int {
    var (low, high) = (first - 1, first)
    while try !holds(high) {
      guard high < largest else { throw .sampleTooLarge }
      (low, high) = (high, min(largest, high * 2))
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try holds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
