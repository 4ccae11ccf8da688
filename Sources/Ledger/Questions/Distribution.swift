import Foundation

/// A set of values in a few figures.
public struct Distribution: Hashable, Sendable, Codable {
  public var count: Int
  public var mean: Double
  public var minimum: Double
  public var median: Double
  public var maximum: Double

  /// Nil where there is no finite value.
  public init?(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    count = sorted.count
    // In ascending order, so that the same values give the same sum.
    mean = sorted.reduce(0, +) / Double(sorted.count)
    minimum = first
    median = Self.quantile(0.5, of: sorted)
    maximum = last
  }

  /// Linear between the order statistics: definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The
  /// American Statistician 50 (1996).
  ///
  /// - Parameter sorted: ascending and not empty.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let low = Int(place.rounded(.down))
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }
}

/// Between which values good ones lie.
public struct ValueBand: Hashable, Sendable, Codable {
  public enum Form: String, Hashable, Sendable, Codable {
    /// From the 5 % to the 95 % quantile.
    case quantiles
    /// From the least to the greatest: there are fewer than ``ValueBand/fewestForQuantiles`` values.
    case extremes
  }

  public var form: Form
  public var low: Double
  public var median: Double
  public var high: Double
  /// How many values it rests on.
  public var count: Int

  /// With fewer values the 5 % quantile lies below the second least value and says little more than the least does.
  public static let fewestForQuantiles = 20

  /// Nil where there is no finite value.
  public init?(_ values: [Double]) {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    count = sorted.count
    median = Distribution.quantile(0.5, of: sorted)
    if sorted.count >= Self.fewestForQuantiles {
      form = .quantiles
      low = Distribution.quantile(0.05, of: sorted)
      high = Distribution.quantile(0.95, of: sorted)
    } else {
      form = .extremes
      low = first
      high = last
    }
  }

  public func contains(_ value: Double) -> Bool { value >= low && value <= high }

  /// How far a value lies from the median, in halves of the band toward its side: 1 stands on the edge of the band.
  /// Infinite where it leaves a band without width on its side.
  public func departure(of value: Double) -> Double {
    let half = value < median ? median - low : high - median
    let distance = abs(value - median)
    if distance == 0 { return 0 }
    return half > 0 ? distance / half : .infinity
  }
}
