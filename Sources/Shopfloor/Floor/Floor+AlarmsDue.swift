extension Floor {
  /// What time alone has made due for the open alarms: those back from the shelf, and the rungs of the ladder that
  /// alarms have reached because nobody acknowledged them.
  ///
  /// A pure function of the floor and the time. Every event is dated `time`, the clock of the group that takes it, also
  /// where the recorder was away when it became due: nobody could be told before. Each rung is climbed once.
  public func dueAlarmEvents(at time: Timestamp) -> [Event] {
    guard let due = nextAlarmDue, due <= time else { return [] }
    return alarms.values.sorted { $0.id < $1.id }.flatMap { dueEvents(of: $0, at: time) }
  }

  /// When the next of them is due; nil: never, as things stand.
  public var nextAlarmDue: Timestamp? {
    var next: Timestamp?
    for alarm in alarms.values {
      guard let due = nextDue(of: alarm) else { continue }
      next = next.map { min($0, due) } ?? due
    }
    return next
  }

  private func dueEvents(of alarm: Alarm, at time: Timestamp) -> [Event] {
    var alarm = alarm
    var events: [Event] = []
    if let shelving = alarm.shelving, shelving.until <= time {
      alarm.shelving = nil
      events.append(.alarmUnshelved(AlarmUnshelved(alarm: alarm.id, person: nil, at: time)))
    }
    guard escalates(alarm), let policy = plan.alarmPolicy else { return events }
    let rungs = policy.rungs(
      above: alarm.escalation?.level ?? 0, for: alarm.urgency, waited: time.microseconds(since: alarm.raisedAt))
    return events
      + rungs.map { level, step in
        .alarmEscalated(AlarmEscalated(alarm: alarm.id, level: level, to: step.to, at: time))
      }
  }

  private func nextDue(of alarm: Alarm) -> Timestamp? {
    if let shelving = alarm.shelving { return shelving.until }
    guard escalates(alarm), let policy = plan.alarmPolicy,
      let wait = policy.nextRung(above: alarm.escalation?.level ?? 0, for: alarm.urgency)
    else { return nil }
    return alarm.raisedAt.advanced(byMicroseconds: wait)
  }

  private func escalates(_ alarm: Alarm) -> Bool { alarm.acknowledgement == nil && alarm.callsPeople }
}
