/// An index with its confidence interval.
public struct CapabilityIndex: Codable, Hashable, Sendable {
  public var value: Double
  public var lower: Double
  public var upper: Double
  public var method: Method

  /// How the interval was computed; stands in every report.
  public enum Method: String, Codable, Hashable, Sendable, CaseIterable {
    /// Cp, Pp: exact, by the chi-square distribution of the variance.
    case chiSquare = "chi-square"
    /// Cpk, Ppk: normal approximation of Bissell (1990).
    case bissell
    /// Cpm: chi-square with the degrees of freedom of Boyles (1991), ν = N(1+a²)²/(1+2a²) with a = (mean - target)/s. The
    /// square over (1+a²) belongs there; without it the interval is up to twice too wide.
    case boyles
  }

  public init(value: Double, lower: Double, upper: Double, method: Method) {
    self.value = value
    self.lower = lower
    self.upper = upper
    self.method = method
  }

  static func chiSquare(
    _ value: Double, degreesOfFreedom: Double, confidence: Double, method: Method = .chiSquare
  ) -> CapabilityIndex {
    let distribution = ChiSquareDistribution(degreesOfFreedom: degreesOfFreedom)
    let tail = (1 - confidence) / 2
    return CapabilityIndex(
      value: value, lower: value * (distribution.quantile(tail) / degreesOfFreedom).squareRoot(),
      upper: value * (distribution.upperQuantile(tail) / degreesOfFreedom).squareRoot(), method: method)
  }

  static func bissell(
    _ value: Double, count: Int, degreesOfFreedom: Double, confidence: Double
  ) -> CapabilityIndex {
    let variance = 1 / (9 * Double(count)) + value * value / (2 * degreesOfFreedom)
    let half = NormalDistribution.upperQuantile((1 - confidence) / 2) * variance.squareRoot()
    return CapabilityIndex(value: value, lower: value - half, upper: value + half, method: .bissell)
  }

  /// Nil where the mean is so far from the target that the degrees of freedom are not a finite number.
  static func cpm(_ moments: Moments, width: Double, target: Double, confidence: Double) -> CapabilityIndex? {
    let count = Double(moments.count)
    let offset = moments.mean - target
    let deviation = (moments.sumOfSquares / count + offset * offset).squareRoot()
    let square = (offset / moments.standardDeviation) * (offset / moments.standardDeviation)
    let degrees = count * (1 + square) * ((1 + square) / (1 + 2 * square))
    guard deviation.isFinite, degrees.isFinite else { return nil }
    return chiSquare(width / (6 * deviation), degreesOfFreedom: degrees, confidence: confidence, method: .boyles)
  }
}

/// One side's index of the overall sigma with its exact lower bound.
public struct CapabilitySide: Codable, Hashable, Sendable {
  /// Ppl or Ppu.
  public var value: Double
  /// Not less than this with the confidence of the study, by the noncentral t distribution (exact for normal values).
  public var lowerBound: Double

  public init(value: Double, lowerBound: Double) {
    self.value = value
    self.lowerBound = lowerBound
  }

  init(value: Double, count: Int, confidence: Double) {
    self.init(value: value, lowerBound: Self.lowerBound(of: value, count: count, confidence: confidence))
  }

  /// δ/(3√N) where P(T(N-1; δ) <= 3√N·value) = confidence.
  static func lowerBound(of value: Double, count: Int, confidence: Double) -> Double {
    let scale = 3 * Double(count).squareRoot()
    return NoncentralStudentDistribution.noncentrality(
      degreesOfFreedom: count - 1, t: value * scale, probability: confidence) / scale
  }
}
