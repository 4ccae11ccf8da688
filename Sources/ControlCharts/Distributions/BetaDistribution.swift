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

  fileprivate func tails(_ x: Double) -> (lower: Double, upper: Double) {
    guard x < .infinity else { return x.isNaN ? (.nan, .nan) : (1, 0) }
    let odds = max(0, x) * ratio
    return IncompleteBeta.tails(beta.first, beta.second, x: odds / (1 + odds), y: 1 / (1 + odds))
  }
}

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

/// The regularized incomplete beta function.
enum IncompleteBeta {
  /// I(x; a, b) and its complement, with y = 1 - x given apart. The smaller of both is computed, by the continued
  /// fraction of NIST DLMF 8.17.22; the other is what is missing to 1.
  static func tails(_ a: Double, _ b: Double, x: Double, y: Double) -> (lower: Double, upper: Double) {
    guard a > 0, b > 0, a.isFinite, b.isFinite, !x.isNaN else { return (.nan, .nan) }
    guard x > 0 else { return (0, 1) }
    guard y > 0 else { return (1, 0) }
    let term = SaddlePoint.betaTerm(a, b, x: x, y: y)
    if x < (a + 1) / (a + b + 2) {
      let lower = term / a * fraction(a, b, x)
      return (lower, 1 - lower)
    }
    let upper = term / b * fraction(b, a, y)
    return (1 - upper, upper)
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    ContinuedFraction.value { index in
      guard index > 1 else { return (1, 1) }
      let half = ((index - 1) / 2).rounded(.down)
      if (index - 1) / 2 == half { return (half * (b - half) * x / ((a + 2 * half - 1) * (a + 2 * half)), 1) }
      return (-(a + half) * (a + b + half) * x / ((a + 2 * half) * (a + 2 * half + 1)), 1)
    }
  }
}
