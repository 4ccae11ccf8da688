extension Floor {
  /// Begins the outcome of a step that was not done; why it was not follows.
  public static let skippedPrefix = "skipped:"

  /// The steps of a reaction plan are recorded in their order, by whoever operates or may acknowledge. One that was not
  /// done is recorded too: its outcome begins with "skipped:" and says why.
  func decideReactionStep(
    _ id: AlarmID, _ number: Int, _ person: PersonID, _ outcome: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    if people[person]?.rights.contains(.operate) != true { try require(.acknowledge, of: person, read: id.text) }
    var alarm = try openAlarm(id)
    let step = try nextStep(of: alarm, number)
    try requireOutcome(outcome, of: alarm)
    let recorded = ReactionStepRecorded(
      alarm: id, step: number, text: step, outcome: outcome, person: person, at: time)
    alarm.steps = (alarm.steps ?? []) + [recorded]
    var events: [Event] = [.reactionStepRecorded(recorded)]
    if let closed = closing(of: alarm, at: time) { events.append(.alarmClosed(closed)) }
    guard let next = alarm.openSteps.first else {
      return .accepted(
        events, "step \(number) recorded; the reaction plan of alarm \(id) is done",
        "步骤 \(number) 已记录；报警 \(id) 的反应计划已完成")
    }
    return .accepted(
      events, "step \(number) recorded; step \(next.number) is next: \(next.text.english)",
      "步骤 \(number) 已记录；下一步骤 \(next.number)：\(next.text.chinese)")
  }

  private func nextStep(of alarm: Alarm, _ number: Int) throws(Refusal) -> Words {
    guard alarm.reaction != nil else {
      throw Refusal(
        .reactionMissing, read: alarm.id.text, why: Words("the alarm has no reaction plan", "该报警没有反应计划"),
        remedy: Words("Acknowledge the alarm with its cause", "请确认报警并注明原因"))
    }
    if let done = alarm.steps?.first(where: { $0.step == number }) {
      throw Refusal(
        .reactionDone, read: "\(alarm.id) \(number)",
        why: Words("\(done.person) recorded it at \(done.at)", "\(done.person) 已于 \(done.at) 记录"),
        remedy: Words("Go on with the next step", "请继续下一步骤"))
    }
    guard let next = alarm.openSteps.first, next.number == number else {
      let next = alarm.openSteps.first
      throw Refusal(
        .reactionOrder, read: "\(alarm.id) \(number)",
        why: next.map {
          Words("step \($0.number) comes first: \($0.text.english)", "应先完成步骤 \($0.number)：\($0.text.chinese)")
        } ?? Words("every step is recorded", "所有步骤均已记录"),
        remedy: Words(
          "Record the steps in their order; one that is not done with the outcome \"skipped: why\"",
          "请按顺序记录；未执行的步骤请填写 “skipped: 原因”"))
    }
    return next.text
  }

  private func requireOutcome(_ outcome: String, of alarm: Alarm) throws(Refusal) {
    let remedy = Words(
      "Say what was found or done, or \"skipped:\" and why", "请说明发现或处理的情况，或填写 “skipped:” 及原因")
    try requireText(outcome, .reasonMissing, read: alarm.id.text, what: Words("the outcome", "结果"), remedy: remedy)
    guard outcome.hasPrefix(Self.skippedPrefix) else { return }
    guard outcome.dropFirst(Self.skippedPrefix.count).contains(where: { !$0.isWhitespace }) else {
      throw Refusal(
        .reasonMissing, read: alarm.id.text,
        why: Words("it does not say why the step is skipped", "未说明跳过该步骤的原因"), remedy: remedy)
    }
  }
}
