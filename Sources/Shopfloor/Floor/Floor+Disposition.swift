extension Floor {
  func decideHold(_ lot: LotNumber, _ person: PersonID, _ reason: String) throws(Refusal) -> Decision {
    try require(.disposition, of: person, read: lot.text)
    guard lots[lot] != nil else { throw unknownLot(lot.text) }
    try requireText(
      reason, .reasonMissing, read: lot.text, what: Words("the reason", "理由"),
      remedy: Words("Give the reason for the hold", "请说明扣留理由"))
    return .accepted(
      [.lotHeld(LotHeld(lot: lot, person: person, reason: reason))], "lot \(lot) is on hold", "批次 \(lot) 已扣留")
  }

  func decideLiftHold(_ lot: LotNumber, _ person: PersonID, _ reason: String) throws(Refusal) -> Decision {
    try require(.disposition, of: person, read: lot.text)
    guard let state = lots[lot] else { throw unknownLot(lot.text) }
    guard state.hold != nil else {
      throw Refusal(
        .holdMissing, read: lot.text, why: Words("the lot is not on hold", "该批次未被扣留"),
        remedy: Words("Check the lot number", "请核对批号"))
    }
    try requireAnswered(lot)
    try requireText(
      reason, .reasonMissing, read: lot.text, what: Words("the reason", "理由"),
      remedy: Words("Give the reason for lifting the hold", "请说明解除扣留的理由"))
    return .accepted(
      [.lotHoldLifted(LotHeld(lot: lot, person: person, reason: reason))], "the hold of lot \(lot) is lifted",
      "批次 \(lot) 的扣留已解除")
  }

  /// A hold that an alarm put on is lifted only after somebody looked at the alarm. It may be older than the run: one
  /// that stood when the run began.
  private func requireAnswered(_ lot: LotNumber) throws(Refusal) {
    for alarm in (lots[lot]?.holdAlarms ?? []).compactMap({ alarms[$0] }) where alarm.acknowledgement == nil {
      throw Refusal(
        .holdAlarmOpen, read: lot.text,
        why: Words(
          "alarm \(alarm.id) of \(alarm.source), which holds the lot, is not acknowledged",
          "扣留该批次的报警 \(alarm.id)（\(alarm.source)）尚未确认"),
        remedy: Words("Acknowledge the alarm with its cause, then lift the hold", "请先确认报警并说明原因，再解除扣留"))
    }
  }

  func decideMaterialDisposition(
    _ number: MaterialLotNumber, _ status: MaterialLot.Status, _ person: PersonID, _ reason: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.disposition, of: person, read: number.text)
    guard var material = materials[number] else {
      throw Refusal(
        .materialUnknown, read: number.text, why: Words("no material lot has this number", "没有此编号的物料批次"),
        remedy: Words("Check the number on the internal label", "请核对内部标签上的编号"))
    }
    guard material.status != status else {
      return .accepted(
        [], "material lot \(number) is already \(status.words.english)", "物料批次 \(number) 已是\(status.words.chinese)状态")
    }
    try requireText(
      reason, .reasonMissing, read: number.text, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    if status == .released, let limit = material.unusableFrom, time >= limit {
      throw Refusal(
        .materialExpired, read: number.text,
        why: Words("material lot \(number) may not be used since \(limit)", "物料批次 \(number) 自 \(limit) 起不可使用"),
        remedy: Words("Set it aside for the warehouse", "请放置一旁交仓库处理"))
    }
    material.status = status
    return .accepted(
      [
        .materialDisposed(
          MaterialDisposed(material: number, status: status, person: person, reason: reason, at: time)),
        .materialLotUpdated(material),
      ], "material lot \(number) is \(status.words.english)", "物料批次 \(number) \(status.words.chinese)")
  }

  func require(_ right: Person.Right, of id: PersonID, read: String) throws(Refusal) {
    guard let person = people[id] else {
      throw Refusal(
        .personUnknown, read: id.text, why: Words("this person is not known", "系统中没有此人员"),
        remedy: Words("Use the id from the list of people in the configuration", "请使用配置中人员列表里的编号"))
    }
    guard person.rights.contains(right) else {
      throw Refusal(
        .personRight, read: read,
        why: Words(
          "\(person.name) does not have the right \"\(right.rawValue)\"", "\(person.name) 没有“\(right.rawValue)”权限"),
        remedy: Words("Ask someone who has it", "请让有权限的人员操作"))
    }
  }

  func requireText(
    _ text: String, _ code: Refusal.Code, read: String, what: Words, remedy: Words
  ) throws(Refusal) {
    if let fault = OutsideTextFault(in: text, maximumBytes: maximumReasonBytes) {
      throw Refusal(
        code, read: read,
        why: Words("\(what.english): \(fault.words.english)", "\(what.chinese)：\(fault.words.chinese)"), remedy: remedy)
    }
  }

  func unknownLot(_ text: String) -> Refusal {
    Refusal(
      .lotUnknown, read: text, why: Words("no released work order has this lot", "没有已下达的工单包含此批次"),
      remedy: Words("Check the label, or release the work order in the ERP", "请核对标签，或在 ERP 中下达工单"))
  }
}

/// Longest accepted cause or reason, in bytes of UTF-8.
public let maximumReasonBytes = 1_000
