/// One alarm with everything that happened to it, as its events tell.
public struct AlarmEpisode: Hashable, Sendable, Codable {
  /// As it stands after the last event that is known of it.
  public var alarm: Alarm
  public var closedAt: Timestamp?
  /// Every stretch on the shelf; the last may lie ahead.
  public var shelvings: [Shelving]
  /// Every rung that was climbed, in order.
  public var escalations: [AlarmEscalated]

  public struct Shelving: Hashable, Sendable, Codable {
    public var from: Timestamp
    public var until: Timestamp
    public var person: PersonID
    public var reason: String
  }

  init(_ alarm: Alarm) {
    self.alarm = alarm
    shelvings = []
    escalations = []
  }

  /// Whether the cause was there at some instant of the stretch; `until` does not belong to it.
  func isActive(from: Timestamp, until: Timestamp) -> Bool {
    alarm.raisedAt < until && alarm.returnedAt.map { $0 > from } ?? true
  }

  /// How long the cause was there until an instant, in microseconds.
  func activeMicroseconds(until: Timestamp) -> Int64 {
    max(0, min(alarm.returnedAt ?? until, until).microseconds(since: alarm.raisedAt))
  }
}

extension AlarmEpisode {
  /// Puts the events together by alarm, the oldest alarm first. Events of alarms that are not raised in here are left
  /// out; events of other things are skipped.
  public static func episodes(in events: some Sequence<Event>) -> [AlarmEpisode] {
    var found: [AlarmID: AlarmEpisode] = [:]
    for event in events {
      if case .alarmRaised(let alarm) = event {
        found[alarm.id] = AlarmEpisode(alarm)
      } else if let id = event.alarm {
        found[id]?.take(event)
      }
    }
    return found.values.sorted { ($0.alarm.raisedAt, $0.alarm.id) < ($1.alarm.raisedAt, $1.alarm.id) }
  }

  private mutating func take(_ event: Event) {
    switch event {
    case .alarmReturned(let returned): alarm.returnedAt = returned.at
    case .alarmAcknowledged(let done):
      alarm.acknowledgement = .init(
        person: done.person, at: done.at, cause: done.cause, causeCode: done.causeCode, actionCode: done.actionCode)
    case .alarmClosed(let closed): closedAt = closed.at
    case .alarmShelved(let shelved):
      alarm.shelving = shelved
      shelvings.append(
        Shelving(from: shelved.at, until: shelved.until, person: shelved.person, reason: shelved.reason))
    case .alarmUnshelved(let back):
      alarm.shelving = nil
      if let last = shelvings.indices.last { shelvings[last].until = back.at }
    case .alarmEscalated(let escalated):
      alarm.escalation = escalated
      escalations.append(escalated)
    case .reactionStepRecorded(let step): alarm.steps = (alarm.steps ?? []) + [step]
    default: break
    }
  }
}

extension Event {
  /// The alarm whose life this event tells on.
  fileprivate var alarm: AlarmID? {
    switch self {
    case .alarmReturned(let event): event.alarm
    case .alarmAcknowledged(let event): event.alarm
    case .alarmClosed(let event): event.alarm
    case .alarmShelved(let event): event.alarm
    case .alarmUnshelved(let event): event.alarm
    case .alarmEscalated(let event): event.alarm
    case .reactionStepRecorded(let event): event.alarm
    default: nil
    }
  }
}
