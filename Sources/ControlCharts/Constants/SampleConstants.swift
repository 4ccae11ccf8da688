/// The constants of one sample size. The names of the factors follow what they are for; the letters are those of the
/// tables in ISO 7870-2 and ASTM MNL 7.
public struct SampleConstants: Hashable, Sendable {
  public let size: Int
  /// Mean and standard deviation of the range of so many standard normal values.
  public let d2, d3: Double
  /// Mean and standard deviation of their standard deviation.
  public let c4, c5: Double
  /// d4: median of their range.
  public let medianOfRange: Double
  /// Relative variance of the median of one such range, asymptotic: for degrees of freedom.
  let medianVariance: Double
  /// Standard deviation of their median.
  public let deviationOfMedian: Double

  /// A: limits of means from a given sigma.
  public var meanFactor: Double { 3 / Double(size).squareRoot() }
  /// A2: limits of means from the mean range.
  public var meanFactorOfRange: Double { meanFactor / d2 }
  /// A3: limits of means from the mean standard deviation.
  public var meanFactorOfDeviation: Double { meanFactor / c4 }
  /// E2: limits of single values from the mean range.
  public var singleFactorOfRange: Double { 3 / d2 }
  /// E3: limits of single values from the mean standard deviation.
  public var singleFactorOfDeviation: Double { 3 / c4 }
  /// B3 and B4: limits of s from the mean standard deviation.
  public var deviationLowerFactor: Double { max(0, 1 - 3 * c5 / c4) }
  public var deviationUpperFactor: Double { 1 + 3 * c5 / c4 }
  /// B5 and B6: limits of s from a given sigma.
  public var deviationLowerFactorOfSigma: Double { max(0, c4 - 3 * c5) }
  public var deviationUpperFactorOfSigma: Double { c4 + 3 * c5 }
  /// D1 and D2: limits of R from a given sigma.
  public var rangeLowerFactorOfSigma: Double { max(0, d2 - 3 * d3) }
  public var rangeUpperFactorOfSigma: Double { d2 + 3 * d3 }
  /// D3 and D4: limits of R from the mean range.
  public var rangeLowerFactor: Double { max(0, 1 - 3 * d3 / d2) }
  public var rangeUpperFactor: Double { 1 + 3 * d3 / d2 }

  /// Every constant with its letter, in the order of the tables.
  public var lettered: [(letter: String, value: Double)] {
    [
      ("A", meanFactor), ("A2", meanFactorOfRange), ("A3", meanFactorOfDeviation), ("c4", c4), ("c5", c5),
      ("B3", deviationLowerFactor), ("B4", deviationUpperFactor), ("B5", deviationLowerFactorOfSigma),
      ("B6", deviationUpperFactorOfSigma), ("d2", d2), ("d3", d3), ("D1", rangeLowerFactorOfSigma),
      ("D2", rangeUpperFactorOfSigma), ("D3", rangeLowerFactor), ("D4", rangeUpperFactor),
      ("E2", singleFactorOfRange), ("E3", singleFactorOfDeviation), ("d4", medianOfRange),
    ]
  }
}

extension ControlChartConstants {
  /// Sample sizes that charts of ranges and medians take: a range wastes too much of a larger sample.
  public static let tabulatedSizes = 2...25

  /// The constants of a sample size within ``tabulatedSizes``, else nil. Integrated once, when first asked for.
  public static func constants(sampleSize: Int) -> SampleConstants? {
    tabulatedSizes.contains(sampleSize) ? table[sampleSize - tabulatedSizes.lowerBound] : nil
  }

  /// c5(n) = √(1 - c4²): standard deviation of the standard deviation; nil for fewer than two values.
  public static func c5(sampleSize: Int) -> Double? {
    c4(sampleSize: sampleSize).map { (1 - $0 * $0).squareRoot() }
  }

  private static let table: [SampleConstants] = tabulatedSizes.map { size in
    let index = size - tabulatedSizes.lowerBound
    guard let c4 = c4(sampleSize: size), let c5 = c5(sampleSize: size) else {
      preconditionFailure("a sample of \(size) values has a standard deviation")
    }
    let range = SampleRange.moments[index]
    return SampleConstants(
      size: size, d2: size == 2 ? d2OfTwo : range.mean, d3: range.deviation, c4: c4, c5: c5,
      medianOfRange: SampleRange.medians[index].place,
      medianVariance: SampleRange.medians[index].relativeVariance,
      deviationOfMedian: SampleMedian.deviations[size - 1])
  }
}
