/// How a percentile is read from sorted values; the types are those of Hyndman and Fan (1996).
public enum PercentileDefinition: String, Codable, Hashable, Sendable, CaseIterable {
  /// Type 6: position p(N+1). Minitab and SPSS; the widest of the four, so the default.
  case weibull
  /// Type 7: position 1 + p(N-1). Spreadsheets, R and NumPy.
  case linear
  /// Type 8: position p(N+1/3) + 1/3, about median unbiased.
  case medianUnbiased = "median-unbiased"
  /// Type 5: position pN + 1/2.
  case hazen

  /// The percentile of sorted values; the extremes where the position lies outside.
  func percentile(_ share: Double, of sorted: [Double]) -> Double {
    let count = Double(sorted.count)
    let position = min(count, max(1, position(share, count)))
    let index = min(sorted.count - 1, Int(position))
    let rest = position - Double(index)
    let lower = sorted[index - 1]
    return rest == 0 ? lower : lower + rest * (sorted[index] - lower)
  }

  /// Counts from 1.
  private func position(_ share: Double, _ count: Double) -> Double {
    switch self {
    case .weibull: share * (count + 1)
    case .linear: 1 + share * (count - 1)
    case .medianUnbiased: share * (count + 1.0 / 3) + 1.0 / 3
    case .hazen: share * count + 0.5
    }
  }

  /// Fewest values for which the share does not fall on or outside the extremes.
  func valuesNeeded(_ share: Double) -> Int {
    let needed =
      switch self {
      case .weibull: 1 / share - 1
      case .linear: 2.0
      case .medianUnbiased: (2.0 / 3) / share - 1.0 / 3
      case .hazen: 0.5 / share
      }
    return Int(needed.rounded(.up))
  }
}

/// Pp and Ppk by percentiles: the 0.135 and 99.865 % points of the values take the place of mean ± 3 sigma, the median that
/// of the mean. No curve is fitted.
public struct PercentileCapability: Codable, Hashable, Sendable {
  public static let lowerShare = 0.00135
  public static let upperShare = 0.99865

  public var definition: PercentileDefinition
  /// The 0.135, 50 and 99.865 % points.
  public var low: Double
  public var median: Double
  public var high: Double
  /// Nil with one limit only, or where the percentiles coincide.
  public var pp: Double?
  public var ppk: Double?

  init(sorted: [Double], specification: Specification, definition: PercentileDefinition) {
    self.definition = definition
    low = definition.percentile(Self.lowerShare, of: sorted)
    median = definition.percentile(0.5, of: sorted)
    high = definition.percentile(Self.upperShare, of: sorted)
    let (above, below) = (high - median, median - low)
    let spread = high - low
    pp = spread > 0 ? specification.width.map { $0 / spread }.flatMap { $0.isFinite ? $0 : nil } : nil
    let sides = [
      specification.upper.map { above > 0 ? ($0 - median) / above : .nan },
      specification.lower.map { below > 0 ? (median - $0) / below : .nan },
    ].compactMap { $0 }
    let smallest = sides.min() ?? .nan
    ppk = smallest.isFinite && !sides.contains(where: \.isNaN) ? smallest : nil
  }
}
