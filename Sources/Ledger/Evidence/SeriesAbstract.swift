public import Devices

/// What a record says of the readings of one parameter in one run where they are too many to be carried.
public struct SeriesAbstract: Hashable, Sendable {
  public var count: Int
  public var countsByQuality: [Quality: Int]
  /// Of the good readings, as the others.
  public var goodCount: Int
  public var minimum: Double?
  public var maximum: Double?
  public var last: Double?
  /// One double after the other, in time order.
  public var sum: Double
  /// What the maker of the summary takes for the digest of the readings, in hexadecimal.
  public var digestSHA256: String

  public init(
    count: Int, countsByQuality: [Quality: Int], goodCount: Int, minimum: Double?, maximum: Double?, last: Double?,
    sum: Double, digestSHA256: String
  ) {
    self.count = count
    self.countsByQuality = countsByQuality
    self.goodCount = goodCount
    self.minimum = minimum
    self.maximum = maximum
    self.last = last
    self.sum = sum
    self.digestSHA256 = digestSHA256
  }
}

/// Sums a series up while its readings pass, so that nobody has to hold them.
public protocol SeriesSummarizer {
  /// Takes the next readings: in time order, equal times in the order of arrival.
  mutating func add(_ readings: ArraySlice<Reading>)
  /// Asked for once, after the last reading.
  mutating func summary() -> SeriesAbstract
}

/// What evidence holds of the readings.
public enum EvidenceSeries {
  case readings
  /// No series at all: the story of a lot without its curves.
  case none
  /// The readings where all runs of the lot have at most so many together; with more, summaries alone.
  case summariesAbove(readings: Int, make: () -> any SeriesSummarizer)
}
