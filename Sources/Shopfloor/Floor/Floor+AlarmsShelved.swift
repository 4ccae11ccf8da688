extension Floor {
  /// Out of sight for a time: one episode, by somebody who may acknowledge it, and never longer than the policy allows.
  func decideShelve(
    _ id: AlarmID, _ person: PersonID, _ reason: String, _ until: Timestamp, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.acknowledge, of: person, read: id.text)
    let alarm = try openAlarm(id)
    if let earlier = alarm.shelving {
      throw Refusal(
        .alarmShelved, read: id.text,
        why: Words(
          "\(earlier.person) shelved it until \(earlier.until)", "\(earlier.person) 已将其搁置至 \(earlier.until)"),
        remedy: Words("Unshelve it first", "请先取消搁置"))
    }
    try requireResponseDone(alarm)
    try requireText(
      reason, .reasonMissing, read: id.text, what: Words("the reason", "理由"),
      remedy: Words("Give the reason for shelving in a few words", "请简要说明搁置理由"))
    let maximum = plan.alarmPolicy?.maximumShelvingMicroseconds ?? AlarmPolicy.defaultMaximumShelvingMicroseconds
    let latest = time.advanced(byMicroseconds: maximum)
    guard until > time, until <= latest else {
      throw Refusal(
        .shelvingTime, read: id.text,
        why: until > time
          ? Words(
            "at this line an alarm is shelved for at most \(Self.minutes(maximum)) minutes",
            "本产线报警最长可搁置 \(Self.minutes(maximum)) 分钟")
          : Words("\(until) is over", "\(until) 已过"),
        remedy: Words("Name a time up to \(latest)", "请指定不晚于 \(latest) 的时间"))
    }
    return .accepted(
      [.alarmShelved(AlarmShelved(alarm: id, person: person, reason: reason, until: until, at: time))],
      "alarm \(id) is shelved until \(until)", "报警 \(id) 已搁置至 \(until)")
  }

  func decideUnshelve(_ id: AlarmID, _ person: PersonID, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.acknowledge, of: person, read: id.text)
    guard try openAlarm(id).shelving != nil else {
      throw Refusal(
        .alarmNotShelved, read: id.text, why: Words("the alarm is not shelved", "该报警未被搁置"),
        remedy: Words("Nothing is left to do", "无需再操作"))
    }
    return .accepted(
      [.alarmUnshelved(AlarmUnshelved(alarm: id, person: person, at: time))],
      "alarm \(id) is no longer shelved", "报警 \(id) 已取消搁置")
  }

  /// What a violated specification limit has led to stays in sight until a person has dealt with it.
  private func requireResponseDone(_ alarm: Alarm) throws(Refusal) {
    guard alarm.kind == .specification else { return }
    if interlocks[alarm.station]?.holds == true {
      throw Refusal(
        .shelvingHeld, read: alarm.id.text,
        why: Words(
          "the interlock of \(alarm.station) holds because of the specification alarms there",
          "\(alarm.station) 的联锁因规格报警而保持"),
        remedy: Words("Bring the process back and acknowledge the alarm", "请使过程恢复并确认报警"))
    }
    let held = lots.filter { $0.value.holdAlarms?.contains(alarm.id) == true }.map(\.key).sorted()
    guard !held.isEmpty else { return }
    throw Refusal(
      .shelvingHeld, read: alarm.id.text,
      why: Words(
        "lot \(Self.list(held)) is on hold because of this alarm", "批次 \(Self.list(held)) 因该报警被扣留"),
      remedy: Words("Let quality decide on the lot first", "请先由质量部门处置该批次"))
  }

  private static func minutes(_ microseconds: Int64) -> Int64 { microseconds / 60_000_000 }

  // MARK: Out of service

  func decideService(
    _ source: AlarmSource, _ isOutOfService: Bool, _ person: PersonID, _ reason: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    let read = "\(source.station) \(source.source)"
    try require(.quality, of: person, read: read)
    if let earlier = outOfService[source], isOutOfService {
      throw Refusal(
        .serviceUnchanged, read: read,
        why: Words(
          "\(earlier.person) took it out of service at \(earlier.at)", "\(earlier.person) 已于 \(earlier.at) 停用"),
        remedy: Words("Nothing is left to do", "无需再操作"))
    }
    if outOfService[source] == nil, !isOutOfService {
      throw Refusal(
        .serviceUnchanged, read: read, why: Words("it is in service", "该报警源处于启用状态"),
        remedy: Words("Look up what is out of service with \"lotwire status\"", "请用 “lotwire status” 查看已停用的报警源"))
    }
    // What the plan names no longer can still be put back.
    if isOutOfService { try requireKnown(source, read: read) }
    try requireText(
      reason, .reasonMissing, read: read, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    return .accepted(
      [
        .alarmServiceChanged(
          AlarmServiceChanged(source: source, isOutOfService: isOutOfService, person: person, reason: reason, at: time))
      ],
      isOutOfService
        ? "alarms of \(read) call nobody until it is put back in service" : "\(read) is back in service",
      isOutOfService ? "\(read) 的报警在重新启用前不再通知人员" : "\(read) 已重新启用")
  }

  private func requireKnown(_ source: AlarmSource, read: String) throws(Refusal) {
    let station = plan.station(source.station)
    var names = (station?.parameters.map(\.name.text) ?? []) + (station?.characteristics.map(\.name.text) ?? [])
    if station != nil {
      for control in controlPlans.values.joined().compactMap({ $0.imported.plan.station(source.station) }) {
        names += control.characteristics.map(\.name.text)
      }
    }
    guard !names.contains(source.source) else { return }
    throw Refusal(
      .alarmSourceUnknown, read: read,
      why: station == nil
        ? Words("there is no station \(source.station)", "没有工位 \(source.station)")
        : Words("nothing of this name is judged at \(source.station)", "\(source.station) 没有此名称的监控项"),
      remedy: Words(
        "Write the station and the parameter or characteristic as \"lotwire status\" shows them",
        "请按 “lotwire status” 所示填写工位及参数或特性名称"))
  }
}
