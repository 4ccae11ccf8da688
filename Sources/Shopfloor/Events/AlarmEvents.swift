/// Events of the life of an alarm beside raised, acknowledged, returned and closed (ANSI/ISA-18.2-2016).

/// A person put an alarm out of sight for a time; it comes back by itself.
public struct AlarmShelved: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  public var person: PersonID
  public var reason: String
  public var until: Timestamp
  public var at: Timestamp

  public init(alarm: AlarmID, person: PersonID, reason: String, until: Timestamp, at: Timestamp) {
    self.alarm = alarm
    self.person = person
    self.reason = reason
    self.until = until
    self.at = at
  }
}

public struct AlarmUnshelved: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  /// Nil: its time was over.
  public var person: PersonID?
  public var at: Timestamp

  public init(alarm: AlarmID, person: PersonID?, at: Timestamp) {
    self.alarm = alarm
    self.person = person
    self.at = at
  }
}

/// What can raise alarms: one judged parameter or characteristic of a station, in one way.
public struct AlarmSource: Hashable, Sendable, Codable {
  public var station: StationName
  /// The parameter or characteristic.
  public var source: String
  public var kind: Alarm.Kind

  public init(station: StationName, source: String, kind: Alarm.Kind) {
    self.station = station
    self.source = source
    self.kind = kind
  }
}

/// A source was taken out of service, or put back: while it is out, its alarms are recorded and call nobody.
public struct AlarmServiceChanged: Hashable, Sendable, Codable {
  public var source: AlarmSource
  public var isOutOfService: Bool
  public var person: PersonID
  public var reason: String
  public var at: Timestamp

  public init(source: AlarmSource, isOutOfService: Bool, person: PersonID, reason: String, at: Timestamp) {
    self.source = source
    self.isOutOfService = isOutOfService
    self.person = person
    self.reason = reason
    self.at = at
  }
}

/// Nobody acknowledged the alarm in time.
public struct AlarmEscalated: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  /// 1 for the first rung of the ladder.
  public var level: Int
  public var to: String
  public var at: Timestamp

  public init(alarm: AlarmID, level: Int, to: String, at: Timestamp) {
    self.alarm = alarm
    self.level = level
    self.to = to
    self.at = at
  }
}

/// A step of the reaction plan (OCAP) was done for an alarm.
public struct ReactionStepRecorded: Hashable, Sendable, Codable {
  public var alarm: AlarmID
  /// Number of the step in the reaction plan, from 1.
  public var step: Int
  public var text: Words
  public var outcome: String
  public var person: PersonID
  public var at: Timestamp

  public init(alarm: AlarmID, step: Int, text: Words, outcome: String, person: PersonID, at: Timestamp) {
    self.alarm = alarm
    self.step = step
    self.text = text
    self.outcome = outcome
    self.person = person
    self.at = at
  }
}
