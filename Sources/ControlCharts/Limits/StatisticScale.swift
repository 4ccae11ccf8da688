/// Centre and sigma of a plotted statistic, and the ends of what it can be. The lines of one point follow from them.
struct StatisticScale: Hashable, Sendable {
  var center: Double
  var sigma: Double
  var floor: Double?
  var ceiling: Double?

  /// Centre ± 1, 2 and 3 sigma. What lies beyond the possible is clipped to its end, where no point can be beyond it; a
  /// line that is no finite number is left out.
  var lines: PanelLines {
    PanelLines(
      center: center, lowerThreeSigma: lower(3), lowerTwoSigma: lower(2), lowerOneSigma: lower(1),
      upperOneSigma: upper(1), upperTwoSigma: upper(2), upperThreeSigma: upper(3))
  }

  private func lower(_ sigmas: Double) -> Double? {
    let line = center - sigmas * sigma
    return line.isFinite ? floor.map { max($0, line) } ?? line : nil
  }

  private func upper(_ sigmas: Double) -> Double? {
    let line = center + sigmas * sigma
    return line.isFinite ? ceiling.map { min($0, line) } ?? line : nil
  }
}

extension ChartBaseline {
  /// The scale of location for a point of this size: n values in the subgroup, or so much inspected. Limits are those of
  /// NIST/SEMATECH e-Handbook 6.3.2 and 6.3.3; each point has its own.
  func location(_ design: ChartDesign, size: Double) -> StatisticScale {
    switch design.kind {
    case .individuals, .xbarRange, .xbarStandardDeviation, .ewma, .cusum, .hotellingTSquared:
      return StatisticScale(center: mean, sigma: sigma / size.squareRoot())
    case .median:
      let deviation = ControlChartConstants.constants(sampleSize: Int(size))?.deviationOfMedian ?? 1
      return StatisticScale(center: mean, sigma: sigma * deviation)
    case .p:
      return StatisticScale(center: mean, sigma: (mean * (1 - mean) / size).squareRoot(), floor: 0, ceiling: 1)
    case .laneyP:
      // Laney 2002: the binomial sigma of the point, widened by sigma z.
      return StatisticScale(
        center: mean, sigma: (mean * (1 - mean) / size).squareRoot() * sigma, floor: 0, ceiling: 1)
    case .np:
      return StatisticScale(
        center: size * mean, sigma: (size * mean * (1 - mean)).squareRoot(), floor: 0, ceiling: size)
    case .c: return StatisticScale(center: mean, sigma: mean.squareRoot(), floor: 0)
    case .u: return StatisticScale(center: mean, sigma: (mean / size).squareRoot(), floor: 0)
    case .laneyU: return StatisticScale(center: mean, sigma: (mean / size).squareRoot() * sigma, floor: 0)
    case .g:
      // Items between events are geometric: variance mean·(mean + 1) (Benneyan 2001).
      return StatisticScale(center: mean, sigma: (mean * (mean + 1)).squareRoot(), floor: 0)
    case .t: return StatisticScale(center: mean, sigma: mean, floor: 0)
    case .shortRunZ: return StatisticScale(center: 0, sigma: 1)
    }
  }

  /// The lines of location for a point of this size.
  func locationLines(_ design: ChartDesign, size: Double) -> PanelLines {
    design.kind == .t ? ExponentialLines.lines(mean: mean) : location(design, size: size).lines
  }

  /// The lines of R, s or moving range for a subgroup of this size; nil where the design has no such panel or the
  /// subgroup is a single value.
  func dispersionLines(_ design: ChartDesign, size: Double) -> PanelLines? {
    let sigma = design.kind == .shortRunZ ? 1 : sigma
    switch design.kind.dispersion(subgroupSize: design.subgroupSize) {
    case .movingRange: return Self.rangeLines(size: design.movingRangeSpan, sigma: sigma)
    case .range: return Self.rangeLines(size: Int(size), sigma: sigma)
    case .standardDeviation:
      guard let c4 = ControlChartConstants.c4(sampleSize: Int(size)),
        let c5 = ControlChartConstants.c5(sampleSize: Int(size))
      else { return nil }
      return StatisticScale(center: c4 * sigma, sigma: c5 * sigma, floor: 0).lines
    default: return nil
    }
  }

  private static func rangeLines(size: Int, sigma: Double) -> PanelLines? {
    // A sigma near the end of doubles leaves no room for a range.
    guard let constants = ControlChartConstants.constants(sampleSize: size), (constants.d2 * sigma).isFinite else {
      return nil
    }
    return StatisticScale(center: constants.d2 * sigma, sigma: constants.d3 * sigma, floor: 0).lines
  }
}
