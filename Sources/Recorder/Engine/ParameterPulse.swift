import Devices
public import Shopfloor

/// What every reading of a parameter touches, kept dense and apart from ``ParameterTrack``: one cache line of 64 bytes.
struct ParameterPulse: Hashable, Sendable {
  /// Own time of the latest reading that was not late, for displays.
  var lastTime = Timestamp(microseconds: .min)
  /// Own time of the latest good reading, or of the beginning of the expectation.
  var lastGood: Timestamp
  var lastArrivalMonotonic: Int64
  /// Silence for longer than this is a gap, in microseconds; `.max` where nothing is expected.
  var silenceMicroseconds: Int64
  /// Between these a good value violates no limit.
  var normalLow = -Double.infinity
  var normalHigh = Double.infinity
  /// 0 where the latest quality has no value.
  var latestValue = 0.0
  /// Nil before the first reading.
  var latestQuality: Quality?
  /// Whether a good value between the normal limits changes nothing but this: no gap is open, no limit violated, no cycle
  /// depends on it.
  var isCalm = false
  var hasGap = false
  /// Whether `lastGood` is a reading's time that the next may not lie before. Good readings alone are put in order: what is
  /// bad or uncertain may have come with the time of its receipt, in the middle of what has waited somewhere.
  var isOrdered = false
  /// False where no parameter of the plan has this number.
  var isPlanned: Bool

  init(expectedFrom: Timestamp, monotonic: Int64, expectedIntervalMicroseconds: Int64) {
    lastGood = expectedFrom
    lastArrivalMonotonic = monotonic
    // Silence for three expected intervals, and for a second at least, is a gap.
    silenceMicroseconds =
      expectedIntervalMicroseconds > 0 ? max(3 * expectedIntervalMicroseconds, 1_000_000) : .max
    isPlanned = true
  }

  private init() {
    lastGood = Timestamp(microseconds: .min)
    lastArrivalMonotonic = .min
    silenceMicroseconds = .max
    isPlanned = false
  }

  /// Stands where no parameter of the plan has the number.
  static let unplanned = ParameterPulse()

  /// What an arrival asks the engine to do.
  enum Arrival {
    /// Nothing more.
    case calm
    case unusual
    /// Out of order or from a future that cannot be: kept in the log, not judged.
    case late
    case notPlanned
  }

  /// Takes note of an arrival.
  @inline(__always)
  mutating func arrive(_ reading: Reading, receivedAt: Timestamp, monotonic: Int64) -> Arrival {
    guard isPlanned else { return .notPlanned }
    // A copy that a broker had kept says nothing of whether the sensor is alive.
    if reading.quality != .uncertainRetained { lastArrivalMonotonic = monotonic }
    guard !isOrdered || reading.time >= lastGood,
      reading.time.microseconds(since: receivedAt) <= LineEngine.maximumAheadMicroseconds
    else { return .late }
    lastTime = reading.time
    latestQuality = reading.quality
    latestValue = reading.value
    guard reading.quality.isGood else { return .unusual }
    lastGood = reading.time
    isOrdered = true
    return isCalm && reading.value >= normalLow && reading.value <= normalHigh ? .calm : .unusual
  }

  /// When this parameter will have been silent for too long, if nothing arrives, by the monotonic clock.
  var silentAfter: Int64 {
    guard silenceMicroseconds != .max, isPlanned, !hasGap else { return .max }
    return lastArrivalMonotonic + silenceMicroseconds
  }

  var latest: LatestReading? {
    latestQuality.map { quality in
      LatestReading(time: lastTime, value: quality.hasValue ? latestValue : nil, quality: quality.name)
    }
  }
}

/// The latest reading of a parameter, for displays.
public struct LatestReading: Hashable, Sendable, Codable {
  public var time: Timestamp
  /// Nil where there is no value.
  public var value: Double?
  /// The stable name of the quality, "good".
  public var quality: String
}
