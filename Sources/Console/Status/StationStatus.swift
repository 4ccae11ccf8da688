public import Shopfloor

/// What stands at a station now.
public struct StationStatus: Hashable, Sendable, Codable {
  public var name: StationName
  public var operation: OperationName
  public var personName: String?
  public var run: RunID?
  public var lots: [LotNumber]
  public var startedAt: Timestamp?
  /// Cycles of the run that is active.
  public var cycleCount: Int
  public var values: [ParameterStatus]
  /// The latest refused scan or command here since the daemon started.
  public var lastRefusal: RefusalStatus?

  public init(
    name: StationName, operation: OperationName, personName: String? = nil, run: RunID? = nil, lots: [LotNumber] = [],
    startedAt: Timestamp? = nil, cycleCount: Int = 0, values: [ParameterStatus] = [],
    lastRefusal: RefusalStatus? = nil
  ) {
    self.name = name
    self.operation = operation
    self.personName = personName
    self.run = run
    self.lots = lots
    self.startedAt = startedAt
    self.cycleCount = cycleCount
    self.values = values
    self.lastRefusal = lastRefusal
  }
}

/// A refusal as a display shows it.
public struct RefusalStatus: Hashable, Sendable, Codable {
  public var code: String
  /// What was read, why it was refused and what to do.
  public var words: Words
  public var at: Timestamp

  public init(code: String, words: Words, at: Timestamp) {
    self.code = code
    self.words = words
    self.at = at
  }
}

/// The last reading of a parameter.
public struct ParameterStatus: Hashable, Sendable, Codable {
  public enum AlarmState: String, Sendable, Codable {
    case normal, unacknowledged, acknowledged
    /// The cause is gone, nobody has acknowledged.
    case returned
  }

  public var parameter: ParameterName
  /// Nil where the last reading has no value or there was none yet.
  public var value: Double?
  /// What the value says: the word for a code, or the text of a text point.
  public var words: Words?
  public var unit: String
  /// The name of the quality, "good", "timeout"; "none" before the first reading.
  public var quality: String
  /// Age of the last reading; nil before the first.
  public var ageSeconds: Double?
  public var alarm: AlarmState

  public init(
    parameter: ParameterName, value: Double?, words: Words? = nil, unit: String, quality: String, ageSeconds: Double?,
    alarm: AlarmState = .normal
  ) {
    self.parameter = parameter
    // JSON has no NaN; what is not a number is no value.
    self.value = value.flatMap { $0.isFinite ? $0 : nil }
    self.words = words
    self.unit = unit
    self.quality = quality
    self.ageSeconds = ageSeconds
    self.alarm = alarm
  }

  /// A missing value is written as null, so that a reader sees that it was not forgotten.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(parameter, forKey: .parameter)
    try container.encode(value, forKey: .value)
    try container.encodeIfPresent(words, forKey: .words)
    try container.encode(unit, forKey: .unit)
    try container.encode(quality, forKey: .quality)
    try container.encode(ageSeconds, forKey: .ageSeconds)
    try container.encode(alarm, forKey: .alarm)
  }
}
