/// The noncentral chi-square distribution with one degree of freedom: the square of a normal value with mean
/// `squareRootOfNoncentrality` and sigma 1.
public struct NoncentralChiSquareDistribution: Hashable, Sendable {
  public let squareRootOfNoncentrality: Double

  public init(squareRootOfNoncentrality: Double) { self.squareRootOfNoncentrality = abs(squareRootOfNoncentrality) }

  /// P(X <= x).
  public func probability(below x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 0 }
    let root = x.squareRoot()
    let mean = squareRootOfNoncentrality
    return 1 - NormalDistribution.probability(below: mean - root) - NormalDistribution.probability(below: -mean - root)
  }

  /// x with P(X <= x) = `probability`.
  public func quantile(_ probability: Double) -> Double {
    let root = squareRootOfQuantile(probability)
    return root * root
  }

  /// The half width of the interval around 0 that holds `probability` of a normal value with that mean.
  public func squareRootOfQuantile(_ probability: Double) -> Double {
    let mean = squareRootOfNoncentrality
    guard mean.isFinite, probability >= 0, probability <= 1 else { return .nan }
    guard probability > 0, probability < 1 else { return probability == 0 ? 0 : .infinity }
    let above = 1 - probability
    // Between the quantile of a value whose other tail is left out and the one whose tails count alike; a little wider,
    // because the root may be one of both.
    let low = max(0, mean + NormalDistribution.quantile(probability) - 1e-6)
    let high = mean + NormalDistribution.upperQuantile(above / 2) + 1e-6
    let root = TailSolver.root(in: low...high) { root in
      above - NormalDistribution.probability(below: mean - root) - NormalDistribution.probability(below: -mean - root)
    }
    return root ?? .nan
  }
}
