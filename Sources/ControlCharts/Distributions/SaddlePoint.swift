/// Parts of densities in saddle-point form (Loader 2000, "Fast and accurate computation of binomial probabilities").
/// The textbook form subtracts logarithms of gamma functions that are thousands of times larger than their difference;
/// this one keeps all digits for any number of degrees of freedom.
enum SaddlePoint {
  private static let logOfTwoPi = 1.8378770664093454836

  /// From here on the asymptotic series of ``stirlingError(_:)`` is exact to the last digits.
  private static let smallestForSeries = 16.0

  /// x^a·e^(-x)/Γ(a): the density of ln X where X is gamma distributed with shape `a`.
  static func gammaTerm(shape a: Double, _ x: Double) -> Double { GammaTerm(shape: a).at(x) }

  /// The same for many x of one shape.
  struct GammaTerm {
    private let shape: Double
    private let factor: Double

    init(shape: Double) {
      self.shape = shape
      factor = shape * mathExp(-stirlingError(shape)) / (2 * Double.pi * shape).squareRoot()
    }

    func at(_ x: Double) -> Double { x > 0 ? factor * mathExp(-deviance(x: shape, mean: x)) : 0 }
  }

  /// x^a·y^b/B(a, b) with y = 1 - x given apart, so that neither loses digits near 1.
  static func betaTerm(_ a: Double, _ b: Double, x: Double, y: Double) -> Double {
    guard x > 0, y > 0 else { return 0 }
    let n = a + b
    let exponent =
      stirlingError(a) + stirlingError(b) - stirlingError(n) + deviance(x: a, mean: n * x)
      + deviance(x: b, mean: n * y)
    return mathExp(-exponent) * (a * (b / n) / (2 * Double.pi)).squareRoot()
  }

  /// ln Γ(a+1) - ((a + 1/2)·ln a - a + ln(2π)/2).
  static func stirlingError(_ a: Double) -> Double {
    if a < smallestForSeries {
      return mathLogGamma(a + 1) - (a + 0.5) * mathLog(a) + a - logOfTwoPi / 2
    }
    // B(2k)/(2k(2k-1)·a^(2k-1)), Abramowitz and Stegun 6.1.41.
    let square = a * a
    let tail = 1.0 / 1_680 - (1.0 / 1_188 - (691.0 / 360_360) / square) / square
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1_260 - tail / square) / square) / square) / a
  }

  /// x·ln(x/mean) + mean - x, by a series where the two are close.
  static func deviance(x: Double, mean: Double) -> Double {
    guard abs(x - mean) < 0.1 * (x + mean) else { return x * mathLog(x / mean) + mean - x }
    let ratio = (x - mean) / (x + mean)
    var sum = (x - mean) * ratio
    var term = 2 * x * ratio
    var index = 1.0
    while true {
      term *= ratio * ratio
      let next = sum + term / (2 * index + 1)
      if next == sum { return sum }
      sum = next
      index += 1
    }
  }
}
