/// The regularized incomplete gamma functions.
enum IncompleteGamma {
  /// From this shape on, near the mean, an expansion takes the place of sums that would need thousands of terms.
  private static let shapeOfExpansion = 100_000.0

  /// P(a, x) and Q(a, x). The smaller of both is computed, by the series below the mean and by Legendre's continued
  /// fraction above it (Abramowitz and Stegun 6.5.29 and 6.5.31); the other is what is missing to 1.
  static func tails(shape a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, a.isFinite, !x.isNaN else { return (.nan, .nan) }
    guard x > 0 else { return (0, 1) }
    guard x.isFinite else { return (1, 0) }
    if a >= shapeOfExpansion, abs(x - a) < 0.1 * a { return expansion(a, x) }
    let term = SaddlePoint.gammaTerm(shape: a, x)
    if x < a + 1 {
      let lower = term * series(a, x)
      return (lower, 1 - lower)
    }
    let upper =
      term
      * ContinuedFraction.value { index in
        index == 1 ? (1, x + 1 - a) : (-(index - 1) * (index - 1 - a), x + 2 * index - 1 - a)
      }
    return (1 - upper, upper)
  }

  /// Temme's uniform expansion (1979; NIST DLMF 8.12): Q = erfc(η√(a/2))/2 + e^(-aη²/2)/√(2πa)·(c0(η) + c1(η)/a), where
  /// η²/2 = x/a - 1 - ln(x/a). What is left out is below 1e-15 from that shape on.
  private static func expansion(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    let deviance = SaddlePoint.deviance(x: a, mean: x)
    let eta = (2 * deviance / a).squareRoot() * (x < a ? -1 : 1)
    let zeroth =
      -1.0 / 3 + eta
      * (1.0 / 12 + eta * (-2.0 / 135 + eta * (1.0 / 864 + eta * (1.0 / 2_835 + eta * (-139.0 / 777_600)))))
    let first = -1.0 / 540 + eta * (-1.0 / 288 + eta / 378)
    let rest = mathExp(-deviance) / (2 * Double.pi * a).squareRoot() * (zeroth + first / a)
    let z = (2 * deviance).squareRoot() * (x < a ? -1 : 1)
    return (NormalDistribution.probability(below: z) - rest, NormalDistribution.probability(above: z) + rest)
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a
    var sum = term
    var divisor = a
    while term > sum * 1e-17 {
      divisor += 1
      term *= x / divisor
      sum += term
    }
    return sum
  }
}
