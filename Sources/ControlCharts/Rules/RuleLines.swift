/// The seven lines that a point is judged by, as plain numbers. A value is compared with these stored lines, never as
/// (value - centre) / sigma: for centre = sigma = 0.1 and the value 0.4, that quotient is 3.0000000000000004 although the
/// upper limit is 0.4 exactly.
///
/// Lower lines lie at or below the centre, upper lines at or above it. A missing line never fires.
public struct RuleLines: Sendable {
  /// Each as upper line and negated lower line, because x < l where -x > -l: one comparison then judges both sides.
  let centers: SIMD2<Double>
  let oneSigma: SIMD2<Double>
  let twoSigma: SIMD2<Double>
  let threeSigma: SIMD2<Double>

  /// A point is within one sigma when it is not beyond a one-sigma line and there is at least one such line.
  public init(_ lines: PanelLines) {
    centers = SIMD2(lines.center, -lines.center)
    // Without any one-sigma line a point is neither inside nor outside: it is beyond both of these.
    let hasNoOneSigma = lines.upperOneSigma == nil && lines.lowerOneSigma == nil
    oneSigma =
      hasNoOneSigma
      ? SIMD2(repeating: -.infinity) : Self.pair(lines.upperOneSigma, lines.lowerOneSigma)
    twoSigma = Self.pair(lines.upperTwoSigma, lines.lowerTwoSigma)
    threeSigma = Self.pair(lines.upperThreeSigma, lines.lowerThreeSigma)
  }

  private static func pair(_ upper: Double?, _ lower: Double?) -> SIMD2<Double> {
    SIMD2(upper ?? .infinity, -(lower ?? -.infinity))
  }

  public var center: Double { centers.x }

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
    let pair =
      switch sigmas {
      case 1: oneSigma
      case 2: twoSigma
      case 3: threeSigma
      default: centers
      }
    return side == .high ? pair.x : -pair.y
  }
}
