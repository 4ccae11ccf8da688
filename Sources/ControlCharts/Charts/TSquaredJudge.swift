/// Distances of a T² chart and its limit (Tracy, Young and Mason 1992). The lower end is 0: only large distances signal.
struct TSquaredJudge: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    /// The points that the mean and covariance were estimated from: ((m-1)²/m)·Beta(p/2, (m-p-1)/2).
    case estimation
    /// Later points: p(m+1)(m-1)/(m(m-p))·F(p, m-p); with parameters that are known, χ²(p).
    case monitoring
  }

  let lines: PanelLines
  private let mean: [Double]
  private let factor: CovarianceFactor

  /// Nil for other kinds. The baseline is valid.
  init?(_ baseline: ChartBaseline, _ design: ChartDesign, phase: Phase) {
    let size = design.variables
    guard design.kind == .hotellingTSquared, let factor = CovarianceFactor(baseline.covariance, size: size) else {
      return nil
    }
    self.factor = factor
    mean = baseline.meanVector
    let upper = Self.quantile(above: design.alpha, size, baseline.observations, phase)
    // The centre is the median, so that rules of runs mean what they say.
    lines = PanelLines(
      center: Self.quantile(above: 0.5, size, baseline.observations, phase), upperThreeSigma: upper)
  }

  /// (x - mean)ᵀ S⁻¹ (x - mean).
  func value(_ values: [Double]) -> Double {
    factor.squaredDistance(zip(values, mean).map { $0 - $1 })
  }

  private static func quantile(above alpha: Double, _ variables: Int, _ observations: Int?, _ phase: Phase) -> Double {
    let p = Double(variables)
    guard let observations else { return ChiSquareDistribution(degreesOfFreedom: p).upperQuantile(alpha) }
    let m = Double(observations)
    switch phase {
    case .estimation where observations > variables + 1:
      return (m - 1) * (m - 1) / m * BetaDistribution(p / 2, (m - p - 1) / 2).upperQuantile(alpha)
    case .estimation, .monitoring:
      let f = FDistribution(numeratorDegreesOfFreedom: p, denominatorDegreesOfFreedom: m - p)
      return p * (m + 1) * (m - 1) / (m * (m - p)) * f.upperQuantile(alpha)
    }
  }
}
