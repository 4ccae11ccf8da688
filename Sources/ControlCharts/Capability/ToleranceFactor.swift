/// Factors k of normal tolerance intervals: mean ± k·s (or mean + k·s on one side) holds at least the share `content` of
/// all values with the probability `confidence`.
public struct ToleranceFactor: Codable, Hashable, Sendable {
  /// How a factor was computed; stands in every report.
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// Two sides, by the integral over the distribution of the mean (Odeh 1978; ISO 16269-6, exact factors).
    case twoSidedExact = "two-sided-exact"
    /// Two sides by Wald and Wolfowitz (1946). Up to 1 % too small for few values: never a default.
    case twoSidedWaldWolfowitz = "two-sided-wald-wolfowitz"
    /// One side by the noncentral t distribution; exact.
    case oneSidedExact = "one-sided-exact"
  }

  public let method: Method
  public let count: Int
  public let content: Double
  public let confidence: Double
  /// k.
  public let factor: Double

  /// Smallest and largest number of values.
  public static let counts = 2...1_000_000
  /// Shares and confidences for which the factors hold their digits.
  public static let shares = 0.01...0.999_999_999

  /// - Throws: `.toleranceCount`, `.share` outside of ``counts`` and ``shares``.
  public init(
    method: Method, count: Int, content: Double, confidence: Double
  ) throws(CapabilityFault) {
    guard Self.counts.contains(count) else { throw .toleranceCount(count) }
    guard Self.shares.contains(content) else { throw .share(field: "content", content) }
    guard Self.shares.contains(confidence) else { throw .share(field: "confidence", confidence) }
    self.method = method
    self.count = count
    self.content = content
    self.confidence = confidence
    factor =
      switch method {
      case .twoSidedExact: Self.exact(count, content, confidence)
      case .twoSidedWaldWolfowitz: Self.waldWolfowitz(count, content, confidence)
      case .oneSidedExact: Self.oneSided(count, content, confidence)
      }
  }

  private static func oneSided(_ count: Int, _ content: Double, _ confidence: Double) -> Double {
    let root = Double(count).squareRoot()
    let distribution = NoncentralStudentDistribution(
      degreesOfFreedom: count - 1, noncentrality: NormalDistribution.quantile(content) * root)
    return distribution.quantile(confidence) / root
  }

  private static func waldWolfowitz(_ count: Int, _ content: Double, _ confidence: Double) -> Double {
    let width = NoncentralChiSquareDistribution(squareRootOfNoncentrality: 1 / Double(count).squareRoot())
      .squareRootOfQuantile(content)
    return width * sigmaFactor(count, confidence)
  }

  /// √((n-1)/χ²(1-γ; n-1)).
  private static func sigmaFactor(_ count: Int, _ confidence: Double) -> Double {
    let degrees = Double(count - 1)
    return (degrees / ChiSquareDistribution(degreesOfFreedom: degrees).upperQuantile(confidence)).squareRoot()
  }

  /// Steps per sigma of the mean, and sigmas on each side, of the trapezoidal rule: for an even analytic function with
  /// the tails of a normal density it is exact to the last digits.
  private static let stepsPerSigma = 12
  private static let sigmas = 9

  /// Solves ∫ 2·φ(u)·P(χ²(n-1) > (n-1)·q(u/√n)/k²) du = γ over u > 0, where q(x) is the content's quantile of the
  /// noncentral χ²(1) with noncentrality x².
  private static func exact(_ count: Int, _ content: Double, _ confidence: Double) -> Double {
    let degrees = Double(count - 1)
    let sigma = ChiSquareDistribution(degreesOfFreedom: degrees)
    let nodes = (0...sigmas * stepsPerSigma).map { index -> (quantile: Double, weight: Double) in
      let u = Double(index) / Double(stepsPerSigma)
      let mean = NoncentralChiSquareDistribution(squareRootOfNoncentrality: u / Double(count).squareRoot())
      let weight = NormalDistribution.density(u) * (index == 0 ? 1 : 2) / Double(stepsPerSigma)
      return (mean.quantile(content), weight)
    }
    func shortfall(_ factor: Double) -> Double {
      let square = factor * factor
      if confidence > 0.5 {
        return (1 - confidence)
          - nodes.reduce(0) { $0 + $1.weight * sigma.probability(below: degrees * $1.quantile / square) }
      }
      return nodes.reduce(0) { $0 + $1.weight * sigma.probability(above: degrees * $1.quantile / square) } - confidence
    }
    let start = waldWolfowitz(count, content, confidence)
    var (low, high) = (start * 0.9, start * 1.1)
    while shortfall(low) > 0 { (low, high) = (low / 2, low) }
    while shortfall(high) < 0 { (low, high) = (high, high * 2) }
    return TailSolver.root(in: low...high, of: shortfall) ?? start
  }
}
