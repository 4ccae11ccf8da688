/// An estimate of sigma with its degrees of freedom.
struct SigmaEstimation: Hashable, Sendable {
  var sigma: Double
  var degreesOfFreedom: Double

  init(sigma: Double, degreesOfFreedom: Double) {
    self.sigma = sigma
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// The degrees of freedom of a multiple of chi that has this relative variance: 1/(-2 + 2√(1 + 2cv²))
  /// (Patnaik 1950, for mean ranges; Duncan 1986).
  init(sigma: Double, relativeVariance: Double) {
    self.init(
      sigma: sigma, degreesOfFreedom: 1 / (2 * (1 + 2 * relativeVariance).squareRoot() - 2))
  }
}

/// Stretches of single values without a gap, and what their moving ranges say of sigma.
struct MovingRanges: Sendable {
  /// max - min of every `span` neighbours, in order.
  private(set) var ranges: [Double] = []
  private let span: Int
  /// Pairs of moving ranges that share a value with the next: what makes them depend on each other.
  private var neighbours = 0

  /// A nil breaks the sequence: no moving range spans it.
  init(_ values: [Double?], span: Int) {
    self.span = span
    var window: [Double] = []
    for value in values {
      guard let value else {
        window = []
        continue
      }
      if window.count == span { window.removeFirst() }
      window.append(value)
      guard window.count == span else { continue }
      if hasRangeBefore { neighbours += 1 }
      hasRangeBefore = true
      ranges.append(ChartSample.range(window))
    }
  }

  private var hasRangeBefore = false

  private var constants: SampleConstants? { ControlChartConstants.constants(sampleSize: span) }
  private var count: Double { Double(ranges.count) }

  /// Mean moving range / d2. For two values the variance knows the covariance of neighbours (Hoel 1946); for longer spans
  /// only ranges without a value in common count, which understates the degrees of freedom.
  var mean: SigmaEstimation? {
    guard !ranges.isEmpty, let constants else { return nil }
    let relative = constants.d3 * constants.d3 / (constants.d2 * constants.d2)
    let variance: Double
    if span == 2 {
      // Cov(|D1|, |D2|)/E² of neighbours with correlation -1/2: √3/2 + π/12 - 1.
      let covariance = 3.0.squareRoot() / 2 + Double.pi / 12 - 1
      variance = (count * relative + 2 * Double(neighbours) * covariance) / (count * count)
    } else {
      variance = relative / independentRanges
    }
    return SigmaEstimation(sigma: ChartSample.mean(ranges) / constants.d2, relativeVariance: variance)
  }

  /// Median moving range / d4, with the asymptotic variance of a median; for two values with the correlation of neighbours.
  var median: SigmaEstimation? {
    guard !ranges.isEmpty, let constants else { return nil }
    let variance =
      span == 2
      ? constants.medianVariance * (count + Self.medianCovariance * Double(neighbours)) / (count * count)
      : constants.medianVariance / independentRanges
    return SigmaEstimation(sigma: ChartSample.median(ranges) / constants.medianOfRange, relativeVariance: variance)
  }

  /// 2(4P - 1), with P the probability that two neighbouring moving ranges of two both lie below their median.
  private static let medianCovariance = 0.212_812_946_167_174_4

  /// Half the mean square of successive differences (von Neumann and others 1941: variance (3N-4)/(N-1)² of σ⁴).
  var meanSquare: SigmaEstimation? {
    guard !ranges.isEmpty, span == 2 else { return nil }
    let square = ranges.reduce(0) { $0 + $1 * $1 } / (2 * count)
    return SigmaEstimation(
      sigma: square.squareRoot(), degreesOfFreedom: 2 * count * count / (2 * count + Double(neighbours)))
  }

  private var independentRanges: Double { Double(max(1, ranges.count / span)) }
}
