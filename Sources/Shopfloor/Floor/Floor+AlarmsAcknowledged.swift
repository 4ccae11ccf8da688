/// What a person says of an alarm when acknowledging it.
struct AlarmWords {
  /// A code of the list, or free text where there is no list.
  var cause: String?
  var action: String?
  var note: String
}

extension Floor {
  /// The short form: the text is the cause; where the line has a list, "CODE" or "CODE: note".
  func decideAcknowledge(_ id: AlarmID, _ person: PersonID, _ text: String, _ time: Timestamp)
    throws(Refusal) -> Decision
  {
    guard plan.alarmPolicy?.causes.isEmpty == false, let colon = text.firstIndex(of: ":") else {
      return try decideAcknowledge(id, person, AlarmWords(cause: text, action: nil, note: ""), time)
    }
    let note = text[text.index(after: colon)...].drop { $0 == " " }
    return try decideAcknowledge(
      id, person, AlarmWords(cause: String(text[..<colon]), action: nil, note: String(note)), time)
  }

  func decideAcknowledge(_ id: AlarmID, _ person: PersonID, _ words: AlarmWords, _ time: Timestamp)
    throws(Refusal) -> Decision
  {
    try require(.acknowledge, of: person, read: id.text)
    var alarm = try openAlarm(id)
    if let earlier = alarm.acknowledgement {
      throw Refusal(
        .alarmAcknowledged, read: id.text,
        why: Words("\(earlier.person) acknowledged it at \(earlier.at)", "\(earlier.person) 已于 \(earlier.at) 确认"),
        remedy: Words("Nothing is left to do", "无需再操作"))
    }
    let done = try acknowledgement(of: id, person, words, time)
    alarm.acknowledgement = .init(
      person: person, at: time, cause: done.cause, causeCode: done.causeCode, actionCode: done.actionCode)
    var events: [Event] = [.alarmAcknowledged(done)]
    if let closed = closing(of: alarm, at: time) { events.append(.alarmClosed(closed)) }
    guard let next = alarm.openSteps.first else {
      return .accepted(events, "alarm \(id) acknowledged", "报警 \(id) 已确认")
    }
    return .accepted(
      events, "alarm \(id) acknowledged; reaction step \(next.number) is next: \(next.text.english)",
      "报警 \(id) 已确认；下一反应步骤 \(next.number)：\(next.text.chinese)")
  }

  /// The event, with codes from the lists where there are lists.
  private func acknowledgement(of id: AlarmID, _ person: PersonID, _ words: AlarmWords, _ time: Timestamp)
    throws(Refusal) -> AlarmAcknowledged
  {
    let cause = try listed(
      words.cause, plan.alarmPolicy?.causes ?? [], .causeUnlisted, Words("cause", "原因"), read: id.text)
    let action = try listed(
      words.action, plan.alarmPolicy?.actions ?? [], .actionUnlisted, Words("action", "措施"), read: id.text)
    let note = words.note
    if !note.isEmpty {
      try requireText(
        note, .causeMissing, read: id.text, what: Words("the note", "备注"),
        remedy: Words("Say in a few words what caused the alarm", "请简要说明报警原因"))
    }
    // Without a list the note may stand for the cause.
    let given = words.cause ?? ""
    let free = given.isEmpty ? note : given
    if cause == nil {
      try requireText(
        free, .causeMissing, read: id.text, what: Words("the cause", "原因"),
        remedy: Words("Say in a few words what caused the alarm", "请简要说明报警原因"))
    }
    var text = cause.map { "\($0.code) (\($0.words.english))" } ?? free
    if action == nil, let done = words.action, !done.isEmpty {
      try requireText(
        done, .causeMissing, read: id.text, what: Words("the action", "措施"),
        remedy: Words("Say in a few words what was done", "请简要说明已采取的措施"))
      text += "; \(done)"
    }
    if !note.isEmpty, cause != nil || note != free { text += ": \(note)" }
    return AlarmAcknowledged(
      alarm: id, person: person, cause: text, causeCode: cause?.code, actionCode: action?.code, at: time)
  }

  /// The entry of a controlled list that was named; nil where there is no list.
  private func listed(
    _ code: String?, _ list: [ListedCode], _ refusal: Refusal.Code, _ what: Words, read: String
  ) throws(Refusal) -> ListedCode? {
    guard !list.isEmpty else { return nil }
    if let code, let found = list.first(where: { $0.code == code }) { return found }
    let named = code.flatMap { $0.isEmpty ? nil : displayable($0, maximumCharacters: 60) }
    throw Refusal(
      refusal, read: read,
      why: named.map {
        Words("\"\($0)\" is not in the list of \(what.english)s", "“\($0)” 不在\(what.chinese)列表中")
      } ?? Words("no \(what.english) is named", "未注明\(what.chinese)"),
      remedy: Words(
        "Name one of: \(list.map { "\($0.code) (\($0.words.english))" }.joined(separator: ", "))",
        "请选择：\(list.map { "\($0.code)（\($0.words.chinese)）" }.joined(separator: "，"))"))
  }
}
