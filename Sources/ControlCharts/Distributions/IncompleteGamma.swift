/// The regularized incomplete gamma functions.
enum IncompleteGamma {
  /// From this shape on the approximation of Wilson and Hilferty (1931) takes the place of sums that would need more than
  /// 100,000 terms; its absolute error is below 1e-9 there.
  static let shapeOfApproximation = 1e8

  /// P(a, x) and Q(a, x). The smaller of both is computed, by the series below the mean and by Legendre's continued
  /// fraction above it (Abramowitz and Stegun 6.5.29 and 6.5.31); the other is what is missing to 1.
  static func tails(shape a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    guard a > 0, a.isFinite, !x.isNaN else { return (.nan, .nan) }
    guard x > 0 else { return (0, 1) }
    guard x.isFinite else { return (1, 0) }
    if a >= shapeOfApproximation {
      let variance = 1 / (9 * a)
      let z = (mathPower(x / a, 1.0 / 3) - (1 - variance)) / variance.squareRoot()
      return (NormalDistribution.probability(below: z), NormalDistribution.probability(above: z))
    }
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
