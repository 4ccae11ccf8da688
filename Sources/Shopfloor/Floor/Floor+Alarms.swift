extension Floor {
  func decideAlarm(_ command: AlarmCommand, _ time: Timestamp) throws(Refusal) -> Decision {
    switch command {
    case .acknowledge(let alarm, let person, _, _, let note): return try decideAcknowledge(alarm, person, note, time)
    case .shelve, .unshelve, .changeService, .recordReactionStep: return .nothing
    }
  }

  mutating func applyAlarm(_ event: Event) {
    switch event {
    case .alarmRaised(let alarm):
      alarmCount += 1
      alarms[alarm.id] = alarm
    case .alarmReturned(let returned): alarms[returned.alarm]?.returnedAt = returned.at
    case .alarmAcknowledged(let done):
      alarms[done.alarm]?.acknowledgement = .init(
        person: done.person, at: done.at, cause: done.cause, causeCode: done.causeCode, actionCode: done.actionCode)
    case .alarmClosed(let closed): alarms[closed.alarm] = nil
    case .alarmShelved(let shelved): alarms[shelved.alarm]?.shelving = shelved
    case .alarmUnshelved(let back): alarms[back.alarm]?.shelving = nil
    case .alarmServiceChanged(let change): outOfService[change.source] = change.isOutOfService ? change : nil
    case .alarmEscalated(let escalated): alarms[escalated.alarm]?.escalation = escalated
    case .reactionStepRecorded(let step):
      let earlier = alarms[step.alarm]?.steps ?? []
      alarms[step.alarm]?.steps = earlier + [step]
    default: break
    }
  }
}
