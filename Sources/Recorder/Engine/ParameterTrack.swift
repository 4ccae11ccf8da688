import Devices
public import Shopfloor

/// What the engine remembers of one parameter between readings.
struct ParameterTrack: Hashable, Sendable, Codable {
  let index: ParameterIndex
  let station: Int
  let plan: ParameterPlan
  /// Own time of the latest reading that was taken in order.
  var lastTime = Timestamp(microseconds: .min)
  /// Own time of the latest good reading, or of the beginning of the expectation.
  var lastGood: Timestamp
  var lastArrivalMonotonic: Int64
  var latest: LatestReading?
  var gap: GapID?
  var specification: LimitMonitor?
  var alarm: LimitMonitor?
  var findsCycles = false
  /// Slot of this parameter among the station's featured parameters.
  var featureSlot: Int?

  init(
    index: ParameterIndex, station: Int, plan: ParameterPlan, expectedFrom: Timestamp, monotonic: Int64
  ) {
    self.index = index
    self.station = station
    self.plan = plan
    lastGood = expectedFrom
    lastArrivalMonotonic = monotonic
    specification = plan.specification.map(LimitMonitor.init)
    alarm = plan.alarm.map(LimitMonitor.init)
  }

  /// Silence for three expected intervals, and for a second at least, is a gap.
  var silenceMicroseconds: Int64 { max(3 * plan.expectedIntervalMicroseconds, 1_000_000) }

  func isSilent(at monotonic: Int64) -> Bool {
    plan.expectedIntervalMicroseconds > 0 && gap == nil && monotonic - lastArrivalMonotonic > silenceMicroseconds
  }
}

/// The latest reading of a parameter, for displays.
public struct LatestReading: Hashable, Sendable, Codable {
  public var time: Timestamp
  /// Nil where there is no value.
  public var value: Double?
  /// The stable name of the quality, "good".
  public var quality: String

  init(_ reading: Reading) {
    time = reading.time
    value = reading.quality.hasValue ? reading.value : nil
    quality = reading.quality.name
  }
}
