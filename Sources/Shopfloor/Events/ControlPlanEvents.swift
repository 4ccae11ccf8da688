/// Events of control plans and of what is measured and charted under them.

public struct ControlPlanImported: Hashable, Sendable, Codable {
  public var plan: ControlPlan
  public var digest: String
  public var author: PersonID
  /// Every value that differs from the version before, old and new.
  public var changes: [String]
  public var at: Timestamp

  public init(plan: ControlPlan, digest: String, author: PersonID, changes: [String], at: Timestamp) {
    self.plan = plan
    self.digest = digest
    self.author = author
    self.changes = changes
    self.at = at
  }
}

public struct ControlPlanApproved: Hashable, Sendable, Codable {
  public var reference: ControlPlanReference
  public var person: PersonID
  public var effectiveFrom: Timestamp
  public var at: Timestamp

  public init(reference: ControlPlanReference, person: PersonID, effectiveFrom: Timestamp, at: Timestamp) {
    self.reference = reference
    self.person = person
    self.effectiveFrom = effectiveFrom
    self.at = at
  }
}

/// The plan is no longer pinned by new runs.
public struct ControlPlanWithdrawn: Hashable, Sendable, Codable {
  public var reference: ControlPlanReference
  public var person: PersonID
  public var reason: String
  public var at: Timestamp

  public init(reference: ControlPlanReference, person: PersonID, reason: String, at: Timestamp) {
    self.reference = reference
    self.person = person
    self.reason = reason
    self.at = at
  }
}

/// A person measured or counted a characteristic by hand.
public struct MeasurementTaken: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  /// The run that was at the station.
  public var run: RunID?
  /// Measured values; for counts the number found.
  public var values: [Double]
  /// For counts: how much was inspected.
  public var inspected: Double?
  public var unit: String
  public var person: PersonID
  public var at: Timestamp

  public init(
    station: StationName, characteristic: CharacteristicName, run: RunID?, values: [Double], inspected: Double?,
    unit: String, person: PersonID, at: Timestamp
  ) {
    self.station = station
    self.characteristic = characteristic
    self.run = run
    self.values = values
    self.inspected = inspected
    self.unit = unit
    self.person = person
    self.at = at
  }
}

/// A chart began a stage: new limits, or a person said that the process was set anew. All rule state is empty.
public struct ChartStageBegun: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  /// Nil: the plan changed, or the chart begins anew with every work order.
  public var person: PersonID?
  public var reason: String
  public var at: Timestamp

  public init(
    station: StationName, characteristic: CharacteristicName, person: PersonID?, reason: String, at: Timestamp
  ) {
    self.station = station
    self.characteristic = characteristic
    self.person = person
    self.reason = reason
    self.at = at
  }
}

/// One subgroup of a chart as it was closed, with what was plotted.
public struct SubgroupCharted: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  public var run: RunID?
  /// From 1, over the life of the chart under one plan.
  public var number: Int
  public var values: [Double]
  /// For counts: how much was inspected.
  public var inspected: Double?
  public var from: Timestamp
  public var to: Timestamp
  /// Why the subgroup is smaller than planned, where it is: "lot-changed", "run-changed", "by-hand", "full".
  public var partial: String?

  public init(
    station: StationName, characteristic: CharacteristicName, run: RunID?, number: Int, values: [Double],
    inspected: Double?, from: Timestamp, to: Timestamp, partial: String?
  ) {
    self.station = station
    self.characteristic = characteristic
    self.run = run
    self.number = number
    self.values = values
    self.inspected = inspected
    self.from = from
    self.to = to
    self.partial = partial
  }
}

/// Points of a chart depend on each other, so that rules which take them as independent were switched off: they would
/// raise false alarms far more often than they promise.
public struct ChartRulesBlocked: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  /// Lag-1 autocorrelation of the points, and how many it rests on.
  public var autocorrelation: Double
  public var points: Int
  /// Keys of the blocked rules.
  public var rules: [String]
  /// Why, and a better plan.
  public var words: Words
  public var at: Timestamp

  public init(
    station: StationName, characteristic: CharacteristicName, autocorrelation: Double, points: Int, rules: [String],
    words: Words, at: Timestamp
  ) {
    self.station = station
    self.characteristic = characteristic
    self.autocorrelation = autocorrelation
    self.points = points
    self.rules = rules
    self.words = words
    self.at = at
  }
}

/// A person closed the open subgroup of a chart.
public struct SubgroupEnded: Hashable, Sendable, Codable {
  public var station: StationName
  public var characteristic: CharacteristicName
  public var person: PersonID
  public var at: Timestamp

  public init(station: StationName, characteristic: CharacteristicName, person: PersonID, at: Timestamp) {
    self.station = station
    self.characteristic = characteristic
    self.person = person
    self.at = at
  }
}
