/// Events that the recorder derives from readings.

public struct CycleStarted: Hashable, Sendable, Codable {
  public var run: RunID
  public var cycle: Int
  public var at: Timestamp

  public init(run: RunID, cycle: Int, at: Timestamp) {
    self.run = run
    self.cycle = cycle
    self.at = at
  }
}

public struct CycleEnded: Hashable, Sendable, Codable {
  public var run: RunID
  public var cycle: Int
  public var startedAt: Timestamp
  public var endedAt: Timestamp
  /// By the monotonic clock.
  public var durationMicroseconds: Int64
  /// Why the cycle is not whole, where it is not; such a cycle feeds no chart.
  public var partial: PartialCause?

  public enum PartialCause: String, Sendable, Codable {
    case alreadyRunningAtStart, runEnded, readingsMissing
  }

  public init(
    run: RunID, cycle: Int, startedAt: Timestamp, endedAt: Timestamp, durationMicroseconds: Int64,
    partial: PartialCause?
  ) {
    self.run = run
    self.cycle = cycle
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.durationMicroseconds = durationMicroseconds
    self.partial = partial
  }
}

public struct CharacteristicTaken: Hashable, Sendable, Codable {
  public var run: RunID
  public var cycle: Int
  public var characteristic: CharacteristicName
  public var value: Double
  public var unit: String
  /// How many good readings the value rests on.
  public var readings: Int
  public var at: Timestamp
  /// False where the cycle was partial or a gate was closed: kept, but not charted.
  public var charted: Bool
  /// The first instant of the window of time it was taken over; nil: a cycle.
  public var from: Timestamp?
  /// The name of the gate that was closed, where that is why it is not charted.
  public var closedGate: String?

  public init(
    run: RunID, cycle: Int, characteristic: CharacteristicName, value: Double, unit: String, readings: Int,
    at: Timestamp, charted: Bool, from: Timestamp? = nil,
    closedGate: String? = nil
  ) {
    self.run = run
    self.cycle = cycle
    self.characteristic = characteristic
    self.value = value
    self.unit = unit
    self.readings = readings
    self.at = at
    self.charted = charted
    self.from = from
    self.closedGate = closedGate
  }
}

/// Chart limits were computed from the first points of a plan and are frozen from here on.
public struct LimitsEstablished: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  public var center: Double
  public var sigma: Double
  public var points: Int

  public init(
    station: StationName, characteristic: CharacteristicName, center: Double, sigma: Double, points: Int
  ) {
    self.station = station
    self.characteristic = characteristic
    self.center = center
    self.sigma = sigma
    self.points = points
  }
}

/// A stretch without usable readings began.
public struct GapOpened: Hashable, Sendable, Codable {
  public var gap: GapID
  public var station: StationName
  public var device: DeviceName
  public var parameters: [ParameterName]
  /// Time of the last good reading before the gap, or of the start of the expectation.
  public var since: Timestamp
  /// A stable reason name: the `QualityReason` of the bad readings, "silence" or "recorder_stopped".
  public var reason: String

  public init(
    gap: GapID, station: StationName, device: DeviceName, parameters: [ParameterName], since: Timestamp,
    reason: String
  ) {
    self.gap = gap
    self.station = station
    self.device = device
    self.parameters = parameters
    self.since = since
    self.reason = reason
  }
}

/// Good readings of a parameter of a gap are back.
public struct GapClosed: Hashable, Sendable, Codable {
  public var gap: GapID
  public var parameters: [ParameterName]
  /// Time of the first good reading after the gap.
  public var until: Timestamp

  public init(gap: GapID, parameters: [ParameterName], until: Timestamp) {
    self.gap = gap
    self.parameters = parameters
    self.until = until
  }
}

/// Readings arrived out of order or after their run was judged: kept and marked, not judged again.
public struct LateReadings: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var parameter: ParameterName
  public var count: Int
  public var first: Timestamp
  public var last: Timestamp
  /// The run they belong to by their own time, if any.
  public var run: RunID?

  public init(
    device: DeviceName, parameter: ParameterName, count: Int, first: Timestamp, last: Timestamp, run: RunID?
  ) {
    self.device = device
    self.parameter = parameter
    self.count = count
    self.first = first
    self.last = last
    self.run = run
  }
}

/// Readings were refused at the door because a bound was reached.
public struct ReadingsDropped: Hashable, Sendable, Codable {
  public var device: DeviceName
  public var batches: Int
  public var bound: String

  public init(device: DeviceName, batches: Int, bound: String) {
    self.device = device
    self.batches = batches
    self.bound = bound
  }
}

/// Ties the log of readings into the chain of events: the head of the readings' own hash chain.
public struct ReadingsAnchored: Hashable, Sendable, Codable {
  public var throughBatch: Int64
  public var headSHA256: String

  public init(throughBatch: Int64, headSHA256: String) {
    self.throughBatch = throughBatch
    self.headSHA256 = headSHA256
  }
}

public struct AlarmReturned: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  public var at: Timestamp
  public var value: Double?

  public init(alarm: AlarmID, at: Timestamp, value: Double?) {
    self.alarm = alarm
    self.at = at
    self.value = value
  }
}

public struct AlarmAcknowledged: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  public var person: PersonID
  public var cause: String
  /// Codes of the controlled lists, where there are any.
  public var causeCode: String?
  public var actionCode: String?
  public var at: Timestamp

  public init(
    alarm: AlarmID, person: PersonID, cause: String, causeCode: String? = nil, actionCode: String? = nil, at: Timestamp
  ) {
    self.alarm = alarm
    self.person = person
    self.cause = cause
    self.causeCode = causeCode
    self.actionCode = actionCode
    self.at = at
  }
}

public struct AlarmClosed: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  public var at: Timestamp

  public init(alarm: AlarmID, at: Timestamp) {
    self.alarm = alarm
    self.at = at
  }
}
