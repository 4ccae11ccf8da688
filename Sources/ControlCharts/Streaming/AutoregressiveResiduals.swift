/// What each value adds to what the value before led to expect: x_t - (c + φx_{t-1}). Of a first-order autoregressive process
/// these residuals are independent, so that every rule may judge them (ISO 7870-9).
public struct AutoregressiveResiduals: Codable, Hashable, Sendable {
  public let constant: Double
  /// φ, between -1 and 1.
  public let slope: Double
  private var previous: Double?

  /// - Throws: `.parameter` where the process would not be stationary.
  public init(constant: Double, slope: Double) throws(ControlChartFault) {
    guard abs(slope) < 1 else {
      throw .parameter(
        field: "slope of the residuals", value: slope, need: "a number between -1 and 1; detrend the values first")
    }
    guard constant.isFinite else {
      throw .parameter(field: "constant of the residuals", value: constant, need: "a finite number")
    }
    self.constant = constant
    self.slope = slope
  }

  /// From the mean and the lag-1 autocorrelation of values taken in control (Yule-Walker); nil where there is no figure.
  public init?(_ monitor: AutocorrelationMonitor) {
    guard let slope = monitor.lagOne, abs(slope) < 1 else { return nil }
    constant = monitor.moments.mean * (1 - slope)
    self.slope = slope
  }

  /// Takes a finite value. Nil for the first one, and for the first after a gap: nothing was expected of it.
  public mutating func take(_ value: Double) -> Double? {
    defer { previous = value }
    return previous.map { value - (constant + slope * $0) }
  }

  public mutating func gap() { previous = nil }
}
