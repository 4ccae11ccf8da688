/// Student's t distribution.
public struct StudentDistribution: Hashable, Sendable {
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// P(T <= t). For the upper tail ask for -t.
  public func probability(below t: Double) -> Double {
    let tails = squared.tails(t * t)
    return t < 0 ? tails.upper / 2 : 0.5 + tails.lower / 2
  }

  /// t with P(T <= t) = `probability`.
  public func quantile(_ probability: Double) -> Double {
    guard probability <= 0.5 else { return probability > 1 ? .nan : -lowerQuantile(1 - probability) }
    return lowerQuantile(probability)
  }

  /// t with P(T > t) = `probability`; keeps the digits of small probabilities.
  public func upperQuantile(_ probability: Double) -> Double { -quantile(probability) }

  private func lowerQuantile(_ p: Double) -> Double {
    // Both halves of t² are used, each where it keeps its digits.
    -(p < 0.25 ? squared.upperQuantile(2 * p) : squared.quantile(1 - 2 * p)).squareRoot()
  }

  /// t² has an F distribution.
  private var squared: FDistribution {
    FDistribution(numeratorDegreesOfFreedom: 1, denominatorDegreesOfFreedom: degreesOfFreedom)
  }
}
