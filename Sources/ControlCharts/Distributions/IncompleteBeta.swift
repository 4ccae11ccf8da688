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
