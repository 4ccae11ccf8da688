/// The F distribution: ratio of two mean squares.
public struct FDistribution: Hashable, Sendable {
  public let numeratorDegreesOfFreedom: Double
  public let denominatorDegreesOfFreedom: Double

  public init(numeratorDegreesOfFreedom: Double, denominatorDegreesOfFreedom: Double) {
    self.numeratorDegreesOfFreedom = numeratorDegreesOfFreedom
    self.denominatorDegreesOfFreedom = denominatorDegreesOfFreedom
  }

  /// P(F <= x).
  public func probability(below x: Double) -> Double { tails(x).lower }

  /// P(F > x): the p-value of an F test.
  public func probability(above x: Double) -> Double { tails(x).upper }

  /// x with P(F <= x) = `probability`.
  public func quantile(_ probability: Double) -> Double { beta.odds(below: probability) / ratio }

  /// x with P(F > x) = `probability`; keeps the digits of small probabilities.
  public func upperQuantile(_ probability: Double) -> Double { beta.odds(above: probability) / ratio }

  private var ratio: Double { numeratorDegreesOfFreedom / denominatorDegreesOfFreedom }
  private var beta: BetaDistribution {
    BetaDistribution(numeratorDegreesOfFreedom / 2, denominatorDegreesOfFreedom / 2)
  }

  func tails(_ x: Double) -> (lower: Double, upper: Double) {
    guard x < .infinity else { return x.isNaN ? (.nan, .nan) : (1, 0) }
    let odds = max(0, x) * ratio
    return IncompleteBeta.tails(beta.first, beta.second, x: odds / (1 + odds), y: 1 / (1 + odds))
  }
}
