extension NormalityTest {
  /// Most values for which Royston's coefficients hold.
  public static let mostForShapiroWilk = 5_000

  /// The Shapiro-Wilk test; nil for fewer than ``fewestValues`` or more than ``mostForShapiroWilk`` values, or where all
  /// are equal.
  ///
  /// - Parameter sorted: finite values in rising order.
  public static func shapiroWilk(sorted: [Double]) -> NormalityTest? {
    let moments = Moments(sorted)
    guard sorted.count >= fewestValues, sorted.count <= mostForShapiroWilk, moments.sumOfSquares > 0 else { return nil }
    let last = sorted.count - 1
    let sum = weights(sorted.count).enumerated().reduce(0) {
      $0 + $1.element * (sorted[last - $1.offset] - sorted[$1.offset])
    }
    let statistic = min(1, sum * sum / moments.sumOfSquares)
    return NormalityTest(
      method: .shapiroWilk, statistic: statistic, adjustedStatistic: statistic,
      probability: shapiroWilkProbability(statistic, count: sorted.count))
  }

  /// Weights of the differences of opposite order statistics, from the outermost inwards.
  private static func weights(_ count: Int) -> [Double] {
    let scores = (1...count / 2).map {
      -NormalDistribution.quantile((Double($0) - 0.375) / (Double(count) + 0.25))
    }
    let squares = 2 * scores.reduce(0) { $0 + $1 * $1 }
    let norm = squares.squareRoot()
    let root = 1 / Double(count).squareRoot()
    let first =
      scores[0] / norm + polynomial(root, [0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056])
    let second =
      scores[1] / norm + polynomial(root, [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633])
    let rest =
      (squares - 2 * scores[0] * scores[0] - 2 * scores[1] * scores[1])
      / (1 - 2 * first * first - 2 * second * second)
    return [first, second] + scores.dropFirst(2).map { $0 / rest.squareRoot() }
  }

  private static func shapiroWilkProbability(_ statistic: Double, count: Int) -> Double {
    guard statistic < 1 else { return 1 }
    let y = mathLog(1 - statistic)
    let n = Double(count)
    guard count > 11 else {
      let gamma = -2.273 + 0.459 * n
      guard y < gamma else { return 0 }
      let mean = polynomial(n, [0.5440, -0.39978, 0.025054, -6.714e-4])
      let sigma = mathExp(polynomial(n, [1.3822, -0.77857, 0.062767, -0.0020322]))
      return NormalDistribution.probability(above: (-mathLog(gamma - y) - mean) / sigma)
    }
    let logarithm = mathLog(n)
    let mean = polynomial(logarithm, [-1.5861, -0.31082, -0.083751, 0.0038915])
    let sigma = mathExp(polynomial(logarithm, [-0.4803, -0.082676, 0.0030302]))
    return NormalDistribution.probability(above: (y - mean) / sigma)
  }

  /// Coefficients from the constant on.
  private static func polynomial(_ x: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }
}
