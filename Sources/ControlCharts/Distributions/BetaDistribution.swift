/// The beta distribution with two shapes > 0. Relative error of both tails and of quantiles below 1e-12; a parameter that
/// makes no sense gives not a number.
public struct BetaDistribution: Hashable, Sendable {
  public let first: Double
  public let second: Double

  public init(_ first: Double, _ second: Double) {
    self.first = first
    self.second = second
  }

  /// P(X <= x).
  public func probability(below x: Double) -> Double { IncompleteBeta.tails(first, second, x: x, y: 1 - x).lower }

  /// P(X > x).
  public func probability(above x: Double) -> Double { IncompleteBeta.tails(first, second, x: x, y: 1 - x).upper }

  /// x with P(X <= x) = `probability`.
  public func quantile(_ probability: Double) -> Double {
    let odds = odds(below: probability)
    return odds.isInfinite ? 1 : odds / (1 + odds)
  }

  /// x with P(X > x) = `probability`; keeps the digits of small probabilities.
  public func upperQuantile(_ probability: Double) -> Double {
    let odds = odds(above: probability)
    return odds.isInfinite ? 1 : odds / (1 + odds)
  }

  /// x/(1-x) where P(X <= x) = `probability`.
  func odds(below probability: Double) -> Double {
    guard isValid, probability >= 0, probability <= 1 else { return .nan }
    return probability <= 0.5 ? solve(probability, isUpper: false) : solve(1 - probability, isUpper: true)
  }

  /// x/(1-x) where P(X > x) = `probability`.
  func odds(above probability: Double) -> Double {
    guard isValid, probability >= 0, probability <= 1 else { return .nan }
    return probability <= 0.5 ? solve(probability, isUpper: true) : solve(1 - probability, isUpper: false)
  }

  private var isValid: Bool { first > 0 && first.isFinite && second > 0 && second.isFinite }

  /// Searches ln(x/(1-x)), whose density is log-concave for all shapes.
  private func solve(_ tail: Double, isUpper: Bool) -> Double {
    guard tail > 0 else { return isUpper ? .infinity : 0 }
    let z = isUpper ? NormalDistribution.upperQuantile(tail) : NormalDistribution.quantile(tail)
    let start = mathLog(first / second) + z * (1 / first + 1 / second).squareRoot()
    let logarithm = TailSolver.solve(target: tail, start: start, isUpper: isUpper) { u in
      let x = 1 / (1 + mathExp(-u))
      let y = 1 / (1 + mathExp(u))
      let tails = IncompleteBeta.tails(first, second, x: x, y: y)
      return (isUpper ? tails.upper : tails.lower, SaddlePoint.betaTerm(first, second, x: x, y: y))
    }
    return mathExp(logarithm)
  }
}
