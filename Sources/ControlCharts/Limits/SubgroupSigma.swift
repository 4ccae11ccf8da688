/// Sigma from the spread within subgroups. Subgroups of one value say nothing of it.
struct SubgroupSigma: Sendable {
  private let subgroups: [[Double]]

  init(_ subgroups: [[Double]]) { self.subgroups = subgroups.filter { $0.count >= 2 } }

  /// One subgroup's estimate of sigma, unbiased, with its relative variance.
  private struct Single {
    var sigma: Double
    var variance: Double
  }

  /// Nil where no subgroup has two values, or a size has no constants.
  func estimate(_ method: SigmaMethod) -> SigmaEstimation? {
    switch method {
    case .weightedRange: fromRanges.map(Self.weighted)
    case .unweightedRange: fromRanges.map(Self.unweighted)
    case .weightedStandardDeviation: fromDeviations.map(Self.weighted)
    case .unweightedStandardDeviation: fromDeviations.map(Self.unweighted)
    case .medianRange: medianOfRanges
    case .pooled: pooled
    default: nil
    }
  }

  /// R/d2 with the relative variance d3²/d2².
  private var fromRanges: [Single]? {
    singles { values in
      ControlChartConstants.constants(sampleSize: values.count).map {
        Single(sigma: ChartSample.range(values) / $0.d2, variance: $0.d3 * $0.d3 / ($0.d2 * $0.d2))
      }
    }
  }

  /// s/c4 with the relative variance (1-c4²)/c4².
  private var fromDeviations: [Single]? {
    singles { values in
      guard let squares = ChartSample.sumOfSquares(values), let c4 = ControlChartConstants.c4(sampleSize: values.count)
      else { return nil }
      let deviation = (squares / Double(values.count - 1)).squareRoot()
      return Single(sigma: deviation / c4, variance: (1 - c4 * c4) / (c4 * c4))
    }
  }

  private func singles(_ single: ([Double]) -> Single?) -> [Single]? {
    guard !subgroups.isEmpty else { return nil }
    var found: [Single] = []
    for values in subgroups {
      guard let one = single(values) else { return nil }
      found.append(one)
    }
    return found
  }

  /// Minimum variance linear unbiased: each weighs by 1/variance.
  private static func weighted(_ singles: [Single]) -> SigmaEstimation {
    // Equal variances weigh equally, without the rounding of the weights.
    guard singles.contains(where: { $0.variance != singles[0].variance }) else { return unweighted(singles) }
    var weights = 0.0
    var sum = 0.0
    for one in singles {
      weights += 1 / one.variance
      sum += one.sigma / one.variance
    }
    return SigmaEstimation(sigma: sum / weights, relativeVariance: 1 / weights)
  }

  private static func unweighted(_ singles: [Single]) -> SigmaEstimation {
    let count = Double(singles.count)
    let sum = singles.reduce(0) { $0 + $1.sigma }
    let variance = singles.reduce(0) { $0 + $1.variance } / (count * count)
    return SigmaEstimation(sigma: sum / count, relativeVariance: variance)
  }

  /// Median of R/d4, whose median is sigma for every size.
  private var medianOfRanges: SigmaEstimation? {
    let singles = singles { values in
      ControlChartConstants.constants(sampleSize: values.count).map {
        Single(sigma: ChartSample.range(values) / $0.medianOfRange, variance: $0.medianVariance)
      }
    }
    return singles.map { singles in
      let count = Double(singles.count)
      return SigmaEstimation(
        sigma: ChartSample.median(singles.map(\.sigma)),
        relativeVariance: singles.reduce(0) { $0 + $1.variance } / (count * count))
    }
  }

  /// √(Σ(n-1)s²/df) / c4(df+1), df = Σ(n-1).
  private var pooled: SigmaEstimation? {
    var squares = 0.0
    var freedom = 0
    for values in subgroups {
      squares += ChartSample.sumOfSquares(values) ?? 0
      freedom += values.count - 1
    }
    guard let c4 = ControlChartConstants.c4(sampleSize: freedom + 1) else { return nil }
    return SigmaEstimation(sigma: (squares / Double(freedom)).squareRoot() / c4, degreesOfFreedom: Double(freedom))
  }
}
