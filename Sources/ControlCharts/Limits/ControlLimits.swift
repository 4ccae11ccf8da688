/// Centre line and the six sigma lines of a chart, frozen as doubles.
///
/// Values are compared with these stored lines, never as (value - centre) / sigma: for centre = sigma = 0.1 and the
/// value 0.4, that quotient is 3.0000000000000004 although the upper limit is 0.4 exactly.
public struct ControlLimits: Codable, Hashable, Sendable {
  public let center: Double
  /// Sigma of the plotted statistic, in its unit.
  public let sigma: Double
  public let lowerThreeSigma: Double
  public let lowerTwoSigma: Double
  public let lowerOneSigma: Double
  public let upperOneSigma: Double
  public let upperTwoSigma: Double
  public let upperThreeSigma: Double

  /// The lower and the upper control limit.
  public var lowerControlLimit: Double { lowerThreeSigma }
  public var upperControlLimit: Double { upperThreeSigma }

  /// Sigma 0 is allowed: lines of zero width, on which the centre itself does not fire.
  ///
  /// - Throws: `.limitsNotFinite` where the centre, sigma or a line is not a finite number, or sigma is negative.
  public init(center: Double, sigma: Double) throws(ControlChartFault) {
    lowerThreeSigma = center - 3 * sigma
    upperThreeSigma = center + 3 * sigma
    guard sigma >= 0, lowerThreeSigma.isFinite, upperThreeSigma.isFinite else {
      throw .limitsNotFinite(center: center, sigma: sigma)
    }
    self.center = center
    self.sigma = sigma
    lowerTwoSigma = center - 2 * sigma
    lowerOneSigma = center - sigma
    upperOneSigma = center + sigma
    upperTwoSigma = center + 2 * sigma
  }
}
