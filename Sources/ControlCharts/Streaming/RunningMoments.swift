/// Count, mean and variance of all values so far, without keeping them (Welford 1962).
public struct RunningMoments: Codable, Hashable, Sendable {
  public private(set) var count = 0
  /// 0 until a value came.
  public private(set) var mean = 0.0
  /// Sum of the squared differences from the mean.
  public private(set) var squares = 0.0

  public init() {}

  /// Takes a finite value.
  public mutating func take(_ value: Double) {
    count &+= 1
    let difference = value - mean
    mean += difference / Double(count)
    squares += difference * (value - mean)
  }

  /// With the divisor n - 1; nil for fewer than two values.
  public var variance: Double? { count < 2 ? nil : squares / Double(count - 1) }

  public var standardDeviation: Double? { variance?.squareRoot() }
}
