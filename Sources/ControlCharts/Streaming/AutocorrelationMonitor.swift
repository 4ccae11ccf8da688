/// The running lag-1 autocorrelation r1 = Σ(x_t - x̄)(x_{t-1} - x̄) / Σ(x_t - x̄)² of all values so far, without keeping
/// them. Values on both sides of a gap are no neighbours.
public struct AutocorrelationMonitor: Codable, Hashable, Sendable {
  public private(set) var moments = RunningMoments()
  /// Neighbours seen, the means of their earlier and of their later values, and the sum of products around those means.
  public private(set) var pairs = 0
  private var earlierMean = 0.0
  private var laterMean = 0.0
  private var products = 0.0
  private var previous: Double?

  public init() {}

  /// Takes a finite value.
  public mutating func take(_ value: Double) {
    moments.take(value)
    if let previous {
      pairs += 1
      let difference = previous - earlierMean
      earlierMean += difference / Double(pairs)
      laterMean += (value - laterMean) / Double(pairs)
      products += difference * (value - laterMean)
    }
    previous = value
  }

  public mutating func gap() { previous = nil }

  /// Nil for fewer than two neighbours, and where all values are equal.
  public var lagOne: Double? {
    guard pairs >= 2, moments.squares > 0 else { return nil }
    let mean = moments.mean
    let around = products + Double(pairs) * (earlierMean - mean) * (laterMean - mean)
    return around / moments.squares
  }
}
