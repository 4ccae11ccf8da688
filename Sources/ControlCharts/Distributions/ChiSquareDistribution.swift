/// The chi-square distribution with `degreesOfFreedom` > 0, whole or not. Relative error of both tails and of quantiles
/// below 1e-12; a parameter that makes no sense gives not a number.
public struct ChiSquareDistribution: Hashable, Sendable {
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// P(X <= x).
  public func probability(below x: Double) -> Double {
    IncompleteGamma.tails(shape: degreesOfFreedom / 2, x / 2).lower
  }

  /// P(X > x).
  public func probability(above x: Double) -> Double {
    IncompleteGamma.tails(shape: degreesOfFreedom / 2, x / 2).upper
  }

  /// x with P(X <= x) = `probability`.
  public func quantile(_ probability: Double) -> Double {
    guard isValid, probability >= 0, probability <= 1 else { return .nan }
    return probability <= 0.5 ? solve(probability, isUpper: false) : solve(1 - probability, isUpper: true)
  }

  /// x with P(X > x) = `probability`; keeps the digits of small probabilities.
  public func upperQuantile(_ probability: Double) -> Double {
    guard isValid, probability >= 0, probability <= 1 else { return .nan }
    return probability <= 0.5 ? solve(probability, isUpper: true) : solve(1 - probability, isUpper: false)
  }

  private var isValid: Bool { degreesOfFreedom > 0 && degreesOfFreedom.isFinite }

  /// Searches ln(x/2), from the approximation of Wilson and Hilferty (1931).
  private func solve(_ tail: Double, isUpper: Bool) -> Double {
    guard tail > 0 else { return isUpper ? .infinity : 0 }
    let shape = degreesOfFreedom / 2
    let z = isUpper ? NormalDistribution.upperQuantile(tail) : NormalDistribution.quantile(tail)
    let root = 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot())
    let start = mathLog(shape) + (root > 0.05 ? 3 * mathLog(root) : mathLog(tail) / shape)
    let logarithm = TailSolver.solve(target: tail, start: start, isUpper: isUpper) { u in
      let x = mathExp(u)
      let tails = IncompleteGamma.tails(shape: shape, x)
      return (isUpper ? tails.upper : tails.lower, SaddlePoint.gammaTerm(shape: shape, x))
    }
    return 2 * mathExp(logarithm)
  }
}
