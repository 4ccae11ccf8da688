/// A test of whether values come from a normal distribution with unknown mean and sigma.
public struct NormalityTest: Codable, Hashable, Sendable {
  /// The test and where its probabilities are from; stands in every report.
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// Anderson-Darling with the correction and the p-values of D'Agostino and Stephens (1986), case 3, table 4.9.
    case andersonDarling = "anderson-darling"
    /// Shapiro-Wilk with the coefficients and p-values of Royston (1995, AS R94), for up to 5,000 values.
    case shapiroWilk = "shapiro-wilk"

    public var english: String {
      switch self {
      case .andersonDarling: "Anderson-Darling test"
      case .shapiroWilk: "Shapiro-Wilk test"
      }
    }

    public var chinese: String {
      switch self {
      case .andersonDarling: "Anderson-Darling 检验"
      case .shapiroWilk: "Shapiro-Wilk 检验"
      }
    }
  }

  public var method: Method
  /// A² without correction, or W.
  public var statistic: Double
  /// A² with the correction for the number of values, which the p-value belongs to; W itself.
  public var adjustedStatistic: Double
  /// p: how probable so large an A², or so small a W, is where the values are normal.
  public var probability: Double

  /// Fewest values for which the p-values hold.
  public static let fewestValues = 8

  /// The Anderson-Darling test; nil for fewer than ``fewestValues`` values or where all are equal.
  ///
  /// - Parameter sorted: finite values in rising order.
  public static func andersonDarling(sorted: [Double]) -> NormalityTest? {
    let moments = Moments(sorted)
    guard sorted.count >= fewestValues, moments.standardDeviation > 0 else { return nil }
    let count = Double(sorted.count)
    let scores = sorted.map { ($0 - moments.mean) / moments.standardDeviation }
    var sum = 0.0
    for (index, score) in scores.enumerated() {
      sum += Double(2 * index + 1) * (logarithm(below: score) + logarithm(below: -scores[scores.count - 1 - index]))
    }
    let statistic = -count - sum / count
    let adjusted = statistic * (1 + 0.75 / count + 2.25 / (count * count))
    return NormalityTest(
      method: .andersonDarling, statistic: statistic, adjustedStatistic: adjusted,
      probability: andersonDarlingProbability(adjusted))
  }

  /// ln P(Z <= z), also where the probability itself is too small for a number.
  private static func logarithm(below z: Double) -> Double {
    guard z < -37 else { return mathLog(NormalDistribution.probability(below: z)) }
    return -z * z / 2 - mathLog(-z * (2 * Double.pi).squareRoot())
  }

  /// The fits end at 10: beyond, p is below 4e-24.
  private static func andersonDarlingProbability(_ a: Double) -> Double {
    switch a {
    case ..<0.2: 1 - mathExp(-13.436 + 101.14 * a - 223.73 * a * a)
    case ..<0.34: 1 - mathExp(-8.318 + 42.796 * a - 59.938 * a * a)
    case ..<0.6: mathExp(0.9177 - 4.279 * a - 1.38 * a * a)
    case ..<10: mathExp(1.2937 - 5.709 * a + 0.0186 * a * a)
    default: 3.7e-24
    }
  }
}
