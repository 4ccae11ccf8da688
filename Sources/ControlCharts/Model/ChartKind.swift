/// The kinds of control charts. The raw values are what control plans and the command line write.
public enum ChartKind: String, Codable, Hashable, Sendable, CaseIterable {
  case individuals
  case xbarRange = "xbar-r"
  case xbarStandardDeviation = "xbar-s"
  case median
  case ewma
  case cusum
  case p, np, c, u
  case laneyP = "laney-p"
  case laneyU = "laney-u"
  /// Items between events, and time between events.
  case g, t
  case hotellingTSquared = "t2"
  /// Short runs: each part judged by its own target and sigma.
  case shortRunZ = "short-run-z"
}

/// What the points of a panel are.
public enum PlottedStatistic: String, Codable, Hashable, Sendable {
  case value, mean, median, range, standardDeviation, movingRange, ewma, cusumHigh, cusumLow
  case proportion, count, rate, gap, tSquared, standardized
}

/// What a point that did not arrive does to the rules.
public enum GapPolicy: String, Codable, Hashable, Sendable, CaseIterable {
  /// Runs restart after the gap, windows are emptied, no moving range spans it.
  case `break`
  /// The gap is as if it were not there.
  case skip
}

/// How sigma is estimated from the points of a study.
public enum SigmaMethod: String, Codable, Hashable, Sendable, CaseIterable {
  case meanMovingRange = "mean-moving-range"
  case medianMovingRange = "median-moving-range"
  /// Mean square of successive differences.
  case successiveDifferences = "mssd"
  /// Weighted by the variance of each estimate (MVLUE).
  case weightedRange = "weighted-range"
  case weightedStandardDeviation = "weighted-s"
  case unweightedRange = "unweighted-range"
  case unweightedStandardDeviation = "unweighted-s"
  /// Median of the ranges.
  case medianRange = "median-range"
  case pooled
  /// Standard deviation of all values, for short studies and T².
  case overall
  /// Follows from the centre: attribute charts.
  case distribution
}
