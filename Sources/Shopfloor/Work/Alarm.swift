/// One episode of something being out of limits, from raised to closed (ANSI/ISA-18.2-2016, alarm states).
public struct Alarm: Hashable, Sendable, Codable {
  /// Specification and alarm limits judge readings and features; a control signal is a chart rule that fired. They are
  /// different statements and never merge. `collection`: a point of a chart did not come in the time it was expected.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case specification, alarmLimit, controlSignal, collection
    /// The ERP shows something otherwise than it was delivered; not about the process.
    case erpDrift
    /// The ERP refuses our credential, or a certificate is not valid; not about the process.
    case erpAccess

    /// Whether it is about what was made; the others are in no batch record.
    public var concernsProcess: Bool {
      switch self {
      case .specification, .alarmLimit, .controlSignal, .collection: true
      case .erpDrift, .erpAccess: false
      }
    }
  }
  public enum Side: String, Sendable, Codable { case low, high }

  public var id: AlarmID
  public var kind: Kind
  public var station: StationName
  /// The parameter or characteristic that was judged.
  public var source: String
  /// The rule with its parameter: "above 190.0 for 2 s", "1 point beyond 3 sigma", "9 points in a row on one side".
  public var rule: Words
  public var side: Side
  public var value: Double
  public var limit: Double
  public var unit: String
  /// The run that was at the station, if any.
  public var run: RunID?
  public var raisedAt: Timestamp
  public var acknowledgement: Acknowledgement?
  public var returnedAt: Timestamp?
  /// Nil in records of older versions.
  public var priority: AlarmPriority?
  /// Name of the reaction plan of the run's control plan.
  public var reactionPlan: String?
  /// What the violated specification limit led to.
  public var response: ViolationResponse?
  /// While shelved: until when, by whom and why.
  public var shelving: AlarmShelved?
  /// The highest rung of the ladder that was reached.
  public var escalation: AlarmEscalated?
  /// The steps of the reaction plan that were done, in the order in which they were.
  public var steps: [ReactionStepRecorded]?
  /// True where its source was out of service when it was raised, or since.
  public var isOutOfService: Bool?
  /// Of a drift: the field with the value that was delivered and the one that was found last.
  public var drift: DeliveryDrift?
  /// Of the alarm that stands for many drifts.
  public var collected: CollectedDrifts?
  /// The reaction plan as the run's control plan words it. On the floor alone; the event names it.
  public var reaction: ReactionPlan?

  public struct Acknowledgement: Hashable, Sendable, Codable {
    public var person: PersonID
    public var at: Timestamp
    public var cause: String
    /// Codes of the controlled lists, where there are any.
    public var causeCode: String?
    public var actionCode: String?

    public init(
      person: PersonID, at: Timestamp, cause: String, causeCode: String? = nil, actionCode: String? = nil
    ) {
      self.person = person
      self.at = at
      self.cause = cause
      self.causeCode = causeCode
      self.actionCode = actionCode
    }
  }

  public init(
    id: AlarmID, kind: Kind, station: StationName, source: String, rule: Words, side: Side, value: Double,
    limit: Double, unit: String, run: RunID?, raisedAt: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.station = station
    self.source = source
    self.rule = rule
    self.side = side
    self.value = value
    self.limit = limit
    self.unit = unit
    self.run = run
    self.raisedAt = raisedAt
  }

  /// An episode is over when its cause has gone, a person has acknowledged it, and every step of its reaction plan is
  /// recorded.
  public var isClosed: Bool { acknowledgement != nil && returnedAt != nil && openSteps.isEmpty }

  /// The steps of the reaction plan that are not recorded yet, with their numbers from 1.
  public var openSteps: [(number: Int, text: Words)] {
    guard let reaction else { return [] }
    return reaction.steps.enumerated().dropFirst(steps?.count ?? 0).map { ($0.offset + 1, $0.element) }
  }

  /// The priority it is handled by: that of older records is told by the kind.
  public var urgency: AlarmPriority { priority ?? (kind == .specification ? .high : .medium) }

  /// What raised it.
  public var origin: AlarmSource { AlarmSource(station: station, source: source, kind: kind) }

  /// Neither shelved nor out of service: it is told and escalated.
  public var callsPeople: Bool { shelving == nil && isOutOfService != true }
}

/// The states of an alarm that is not closed (ANSI/ISA-18.2-2016, alarm state transition diagram); what has no open
/// alarm is normal.
public enum AlarmState: String, Hashable, Sendable, Codable, CaseIterable {
  case activeUnacknowledged, activeAcknowledged, returnedUnacknowledged
  /// Returned and acknowledged; steps of the reaction plan are missing. A state of ours, which the standard has not.
  case awaitingReaction
  case shelved, outOfService

  public var words: Words {
    switch self {
    case .activeUnacknowledged: Words("ACTIVE, not acknowledged", "激活，未确认")
    case .activeAcknowledged: Words("active, acknowledged", "激活，已确认")
    case .returnedUnacknowledged: Words("over, not acknowledged", "已恢复，未确认")
    case .awaitingReaction: Words("over and acknowledged, reaction steps missing", "已恢复并确认，反应步骤未完成")
    case .shelved: Words("shelved", "已搁置")
    case .outOfService: Words("out of service", "停用")
    }
  }
}

extension Alarm {
  /// Out of service hides shelving, and both hide the rest: so it is shown.
  public var state: AlarmState {
    if isOutOfService == true { return .outOfService }
    return shelving == nil ? processState : .shelved
  }

  /// What the process and the people have done, whoever is told of it.
  public var processState: AlarmState {
    switch (acknowledgement, returnedAt) {
    case (nil, nil): .activeUnacknowledged
    case (_?, nil): .activeAcknowledged
    case (nil, _?): .returnedUnacknowledged
    case (_?, _?): .awaitingReaction
    }
  }

  /// The most urgent first, then the oldest.
  public static func isMoreUrgent(_ left: Alarm, than right: Alarm) -> Bool {
    if left.urgency != right.urgency { return left.urgency > right.urgency }
    return (left.raisedAt, left.id) < (right.raisedAt, right.id)
  }
}
