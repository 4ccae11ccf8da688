/// The exponentially weighted moving average of a panel, by the exact recursion for subgroups of any size:
/// z ← λx + (1-λ)z from the target on, v ← (1-λ)²v + λ²σ²/n from 0 on, limits target ± L√v (Roberts 1959, Lucas and
/// Saccucci 1990; NIST/SEMATECH 6.3.2.4 for equal sizes). A gap is no update.
public struct EWMAState: Codable, Hashable, Sendable {
  /// z, in the unit of the characteristic, and v, its variance.
  public private(set) var average: Double
  public private(set) var variance = 0.0

  public init(target: Double) { average = target }

  /// Takes a finite value: the mean of `size` values whose sigma is `sigma`.
  public mutating func take(
    _ value: Double, size: Double = 1, sigma: Double, parameters: ChartDesign.EWMAParameters
  ) {
    let lambda = parameters.lambda
    let kept = 1 - lambda
    average = lambda * value + kept * average
    variance = kept * kept * variance + lambda * lambda * (sigma * sigma / size)
  }

  /// The limits for the newest point.
  public func limits(target: Double, parameters: ChartDesign.EWMAParameters) -> (lower: Double, upper: Double) {
    let width = parameters.width * variance.squareRoot()
    return (target - width, target + width)
  }

  /// The side on which the average lies strictly beyond its limit.
  public func side(target: Double, parameters: ChartDesign.EWMAParameters) -> ChartSide? {
    let limits = limits(target: target, parameters: parameters)
    return average > limits.upper ? .high : average < limits.lower ? .low : nil
  }
}
