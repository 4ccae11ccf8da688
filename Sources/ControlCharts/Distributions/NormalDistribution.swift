/// The standard normal distribution. Relative error of probabilities and quantiles below 1e-12, in the tails as well; a
/// quantile near 0 has an absolute error below 1e-15.
public enum NormalDistribution {
  /// Density φ(z).
  public static func density(_ z: Double) -> Double { mathExp(-0.5 * z * z) * 0.39894228040143267794 }

  /// P(Z <= z). For the upper tail ask for -z: 1 - Φ(z) would lose its digits.
  public static func probability(below z: Double) -> Double { 0.5 * mathErfc(-z * 0.70710678118654752440) }

  /// P(Z > z).
  public static func probability(above z: Double) -> Double { probability(below: -z) }

  /// z with P(Z <= z) = `probability`: minus infinity for 0, infinity for 1, not a number outside 0...1.
  public static func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    return probability <= 0.5 ? lowerQuantile(probability) : -lowerQuantile(1 - probability)
  }

  /// z with P(Z > z) = `probability`; keeps the digits of small probabilities.
  public static func upperQuantile(_ probability: Double) -> Double { -quantile(probability) }

  /// Acklam's rational approximation (2003, relative error 1.2e-9), then Halley steps on ln Φ, which is concave.
  private static func lowerQuantile(_ p: Double) -> Double {
    guard p > 0 else { return -.infinity }
    guard p < 0.5 else { return 0 }
    var z = p < 0.02425 ? tailStart(p) : centralStart(p)
    for _ in 0..<2 {
      let error = (probability(below: z) - p) / density(z)
      z -= error / (1 + 0.5 * z * error)
    }
    return z
  }

  private static func tailStart(_ p: Double) -> Double {
    let q = (-2 * mathLog(p)).squareRoot()
    let numerator = polynomial(
      q,
      [
        -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
        4.374664141464968e+00, 2.938163982698783e+00,
      ])
    return numerator
      / polynomial(
        q, [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1])
  }

  private static func centralStart(_ p: Double) -> Double {
    let q = p - 0.5
    let numerator = polynomial(
      q * q,
      [
        -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
        -3.066479806614716e+01, 2.506628277459239e+00,
      ])
    return q * numerator
      / polynomial(
        q * q,
        [
          -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
          -1.328068155288572e+01, 1,
        ])
  }

  private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }
}
