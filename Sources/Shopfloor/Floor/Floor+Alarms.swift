extension Floor {
  func decideAlarm(_ command: AlarmCommand, _ time: Timestamp) throws(Refusal) -> Decision {
    switch command {
    case .acknowledge(let alarm, let person, let cause, let action, let note):
      return try decideAcknowledge(alarm, person, AlarmWords(cause: cause, action: action, note: note), time)
    case .shelve(let alarm, let person, let reason, let until):
      return try decideShelve(alarm, person, reason, until, time)
    case .unshelve(let alarm, let person): return try decideUnshelve(alarm, person, time)
    case .changeService(let source, let isOutOfService, let person, let reason):
      return try decideService(source, isOutOfService, person, reason, time)
    case .recordReactionStep(let alarm, let step, let person, let outcome):
      return try decideReactionStep(alarm, step, person, outcome, time)
    }
  }

  /// Whether an alarm is over now: the one place where this is decided. Nil while anything is missing: that its cause
  /// has gone, the acknowledgement, or a step of its reaction plan.
  public func closing(of id: AlarmID, at time: Timestamp) -> AlarmClosed? {
    alarms[id].flatMap { closing(of: $0, at: time) }
  }

  func closing(of alarm: Alarm, at time: Timestamp) -> AlarmClosed? {
    alarm.isClosed ? AlarmClosed(alarm: alarm.id, at: time) : nil
  }

  /// The alarm as its event says it: with its priority, and whether its source is out of service.
  public func asRaised(_ alarm: Alarm) -> Alarm {
    var alarm = alarm
    alarm.priority = alarm.urgency
    if outOfService[alarm.origin] != nil { alarm.isOutOfService = true }
    return alarm
  }

  func openAlarm(_ id: AlarmID) throws(Refusal) -> Alarm {
    guard let alarm = alarms[id] else {
      throw Refusal(
        .alarmUnknown, read: id.text, why: Words("no open alarm has this id", "没有此编号的未关闭报警"),
        remedy: Words("Look up the open alarms with \"lotwire status\"", "请用 “lotwire status” 查看未关闭的报警"))
    }
    return alarm
  }

  // MARK: State

  mutating func applyAlarm(_ event: Event) {
    switch event {
    case .alarmRaised(let alarm):
      alarmCount += 1
      alarms[alarm.id] = onFloor(alarm)
    case .alarmReturned(let returned): alarms[returned.alarm]?.returnedAt = returned.at
    case .alarmAcknowledged(let done):
      alarms[done.alarm]?.acknowledgement = .init(
        person: done.person, at: done.at, cause: done.cause, causeCode: done.causeCode, actionCode: done.actionCode)
    case .alarmClosed(let closed): alarms[closed.alarm] = nil
    case .alarmShelved(let shelved): alarms[shelved.alarm]?.shelving = shelved
    case .alarmUnshelved(let back): alarms[back.alarm]?.shelving = nil
    case .alarmServiceChanged(let change): apply(change)
    case .alarmEscalated(let escalated): alarms[escalated.alarm]?.escalation = escalated
    case .reactionStepRecorded(let step):
      let earlier = alarms[step.alarm]?.steps ?? []
      alarms[step.alarm]?.steps = earlier + [step]
    default: break
    }
  }

  private func onFloor(_ raised: Alarm) -> Alarm {
    var alarm = asRaised(raised)
    alarm.reaction = reactionPlan(of: raised)
    return alarm
  }

  private mutating func apply(_ change: AlarmServiceChanged) {
    outOfService[change.source] = change.isOutOfService ? change : nil
    for (id, alarm) in alarms where alarm.origin == change.source {
      alarms[id]?.isOutOfService = change.isOutOfService ? true : nil
    }
  }

  /// The reaction plan that the alarm names, in the version that its run is judged by.
  private func reactionPlan(of alarm: Alarm) -> ReactionPlan? {
    guard let name = alarm.reactionPlan, let id = alarm.run else { return nil }
    let state = station(alarm.station)
    guard let run = state.activeRun?.id == id ? state.activeRun : state.endedRuns.last(where: { $0.id == id }),
      let pinned = run.controlPlan
    else { return nil }
    let version = controlPlans[pinned.number]?.first { $0.imported.digest == pinned.digest }
    return version?.imported.plan.reactionPlan(name)
  }
}
