/// The two one-sided cumulative sums of a panel in tabular form (Page 1954), in sigmas of the plotted statistic:
/// y = (x - target)/(σ/√n), C⁺ ← max(0, C⁺ + y - k), C⁻ ← max(0, C⁻ - y - k). A signal is C > h, strictly; it resets
/// nothing. A gap is no update.
public struct CUSUMState: Codable, Hashable, Sendable {
  public private(set) var high: Double
  public private(set) var low: Double
  /// How many points in a row, up to the newest, each sum has been above zero.
  public private(set) var pointsHigh: UInt32 = 0
  public private(set) var pointsLow: UInt32 = 0

  /// Both sums start at the head start.
  public init(parameters: ChartDesign.CUSUMParameters) {
    high = parameters.headStart
    low = parameters.headStart
  }

  /// Takes a finite value: the mean of `size` values whose sigma, above zero, is `sigma`.
  public mutating func take(
    _ value: Double, size: Double = 1, target: Double, sigma: Double, parameters: ChartDesign.CUSUMParameters
  ) {
    let sigmaOfPoint = size == 1 ? sigma : sigma / size.squareRoot()
    let standardized = (value - target) / sigmaOfPoint
    high = max(0, high + standardized - parameters.reference)
    low = max(0, low - standardized - parameters.reference)
    // Without a branch: whether a sum is above zero cannot be foretold.
    pointsHigh = (pointsHigh &+ 1) & (high > 0 ? .max : 0)
    pointsLow = (pointsLow &+ 1) & (low > 0 ? .max : 0)
  }

  /// Whether the sum of a side is strictly beyond the decision interval.
  public func signals(_ side: ChartSide, parameters: ChartDesign.CUSUMParameters) -> Bool {
    (side == .high ? high : low) > parameters.decisionInterval
  }

  /// The last point before the estimated change on a side, for the newest point of this index: -1 where the change came
  /// with the first point. Nil while the sum is zero.
  public func changePoint(_ side: ChartSide, newest index: Int) -> Int? {
    let points = side == .high ? pointsHigh : pointsLow
    return points == 0 ? nil : index - Int(points)
  }
}
