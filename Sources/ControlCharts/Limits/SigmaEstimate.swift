/// An estimate of centre and sigma with how it was come by.
public struct SigmaEstimate: Codable, Hashable, Sendable {
  public enum Method: String, Codable, Hashable, Sendable {
    /// Mean of the moving ranges of two neighbouring points, divided by d2(2).
    case meanMovingRange
  }

  public var method: Method
  public var center: Double
  public var sigma: Double
  /// How many points the centre rests on, and how many moving ranges the sigma.
  public var points: Int
  public var movingRanges: Int

  public init(method: Method, center: Double, sigma: Double, points: Int, movingRanges: Int) {
    self.method = method
    self.center = center
    self.sigma = sigma
    self.points = points
    self.movingRanges = movingRanges
  }
}

/// Collects the first points of an individuals chart until its limits can be computed. O(1) in space.
///
/// Sums run in the order of the points, so that the same points always give the same bits.
struct MovingRangeCollector: Codable, Hashable, Sendable {
  private(set) var points = 0
  private var sum = 0.0
  private var previous: Double?
  private var movingRanges = 0
  private var sumOfMovingRanges = 0.0

  /// Takes a finite value.
  mutating func take(_ value: Double) {
    points += 1
    sum += value
    if let previous {
      movingRanges += 1
      sumOfMovingRanges += abs(value - previous)
    }
    previous = value
  }

  /// Points on both sides of a gap are no neighbours: no moving range spans it.
  mutating func breakSequence() { previous = nil }

  /// Nil until two neighbouring points were seen.
  var estimate: SigmaEstimate? {
    guard movingRanges > 0 else { return nil }
    let meanMovingRange = sumOfMovingRanges / Double(movingRanges)
    return SigmaEstimate(
      method: .meanMovingRange, center: sum / Double(points), sigma: meanMovingRange / ControlChartConstants.d2OfTwo,
      points: points, movingRanges: movingRanges)
  }
}
