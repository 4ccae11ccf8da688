/// The seven lines that a point is judged by, as plain numbers. A value is compared with these stored lines, never as
/// (value - centre) / sigma: for centre = sigma = 0.1 and the value 0.4, that quotient is 3.0000000000000004 although the
/// upper limit is 0.4 exactly.
///
/// Lower lines lie at or below the centre, upper lines at or above it. A missing line never fires.
@frozen public struct RuleLines: Sendable {
  public let center: Double
  public let upperOneSigma: Double
  public let lowerOneSigma: Double
  public let upperTwoSigma: Double
  public let lowerTwoSigma: Double
  public let upperThreeSigma: Double
  public let lowerThreeSigma: Double

  /// A point is within one sigma when it is not beyond a one-sigma line and there is at least one such line.
  public init(_ lines: PanelLines) {
    center = lines.center
    // Without any one-sigma line a point is neither inside nor outside: comparisons with a NaN say so.
    let hasNoOneSigma = lines.upperOneSigma == nil && lines.lowerOneSigma == nil
    upperOneSigma = hasNoOneSigma ? .nan : lines.upperOneSigma ?? .infinity
    lowerOneSigma = hasNoOneSigma ? .nan : lines.lowerOneSigma ?? -.infinity
    upperTwoSigma = lines.upperTwoSigma ?? .infinity
    lowerTwoSigma = lines.lowerTwoSigma ?? -.infinity
    upperThreeSigma = lines.upperThreeSigma ?? .infinity
    lowerThreeSigma = lines.lowerThreeSigma ?? -.infinity
  }

  /// Centre ± 1, 2 and 3 sigma of the plotted statistic.
  public init(center: Double, sigma: Double) {
    self.init(
      PanelLines(
        center: center, lowerThreeSigma: center - 3 * sigma, lowerTwoSigma: center - 2 * sigma,
        lowerOneSigma: center - sigma, upperOneSigma: center + sigma, upperTwoSigma: center + 2 * sigma,
        upperThreeSigma: center + 3 * sigma))
  }

  /// The line of so many sigmas on a side; 0 is the centre.
  func line(sigmas: Int, _ side: ChartSide) -> Double {
    switch (sigmas, side) {
    case (1, .high): upperOneSigma
    case (1, .low): lowerOneSigma
    case (2, .high): upperTwoSigma
    case (2, .low): lowerTwoSigma
    case (3, .high): upperThreeSigma
    case (3, .low): lowerThreeSigma
    default: center
    }
  }
}
