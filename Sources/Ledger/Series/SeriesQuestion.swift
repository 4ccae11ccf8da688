public import Devices
public import Shopfloor

/// A parameter of a station, and a stretch of time: from the first instant on and before the second, by the readings' own
/// times.
///
/// A name at a station may have had several devices over the years, each with a number of its own: they answer together.
public struct SeriesQuestion: Hashable, Sendable {
  public var station: StationName
  public var parameter: ParameterName
  public var from: Timestamp
  public var to: Timestamp

  public init(station: StationName, parameter: ParameterName, from: Timestamp, to: Timestamp) {
    self.station = station
    self.parameter = parameter
    self.from = from
    self.to = to
  }
}

/// Readings of a question in the order of their own times; equal times in the order of arrival.
public struct SeriesPage: Hashable, Sendable {
  public var readings: [Reading]
  /// Where to go on; nil: this is the last page.
  public var next: SeriesCursor?
  public var missing: [MissingReadings]
}

/// A place between two readings. What comes late and belongs before it is not in the pages after it.
public struct SeriesCursor: Hashable, Sendable {
  /// The time of the next reading, and how many of the same time were given before.
  var time: Timestamp
  var given: Int
}

public struct SeriesStatistics: Hashable, Sendable {
  public var summary: BucketSummary
  public var missing: [MissingReadings]
}

public struct SeriesBuckets: Hashable, Sendable {
  /// All buckets of the grid, empty ones too.
  public var buckets: [SeriesBucket]
  public var missing: [MissingReadings]
}
