extension Floor {
  // MARK: What drivers learn

  func decideLimits(_ learned: DeviceLimitsLearned) -> Decision {
    guard deviceLimits[learned.device] != learned, !(learned.isEmpty && deviceLimits[learned.device] == nil) else {
      return .accepted([], "nothing new about \(learned.device)", "\(learned.device) 无新信息")
    }
    return .accepted(
      [.deviceLimitsLearned(learned)], "noted what \(learned.device) refuses", "已记录 \(learned.device) 拒绝的内容")
  }

  func decideForget(_ device: DeviceName, _ person: PersonID, _ reason: String) throws(Refusal) -> Decision {
    try require(.engineer, of: person, read: device.text)
    guard let learned = deviceLimits[device] else {
      throw Refusal(
        .limitsUnknown, read: device.text,
        why: Words("nothing was learned about this device", "尚未记录该设备的任何限制"),
        remedy: Words("Check the name with \"lotwire status\"", "请用 “lotwire status” 核对名称"))
    }
    try requireReason(reason, read: device.text)
    return .accepted(
      [.deviceLimitsLearned(DeviceLimitsLearned(device: device, profileDigest: learned.profileDigest))],
      "what was learned about \(device) is forgotten; it is asked for everything again",
      "已清除 \(device) 的限制记录，将重新读取全部内容")
  }

  // MARK: Brokers

  /// A broker holds for us what it granted until we say otherwise, also while we are away.
  mutating func apply(_ link: BrokerLink) {
    let held = link.change == .connected ? link.topics : brokers?[link.broker]?.topics ?? []
    var link = link
    // A refusal stands as long as the connection.
    if link.change == .caughtUp { link.refusedTopics = brokers?[link.broker]?.link.refusedTopics ?? [] }
    brokers = brokers ?? [:]
    brokers?[link.broker] = BrokerState(link: link, topics: held)
  }

  // MARK: Commissioning

  func decideCommissioning(_ done: DeviceCommissioning) throws(Refusal) -> Decision {
    try require(.engineer, of: done.person, read: done.device.text)
    guard !done.comparisons.isEmpty, done.comparisons.count <= DeviceCommissioning.maximumComparisons,
      !done.identification.isEmpty
    else {
      throw Refusal(
        .comparisonMissing, read: done.device.text,
        why: Words(
          "a commissioning needs 1 to \(DeviceCommissioning.maximumComparisons) comparisons and the device's "
            + "identification", "调试记录须含 1 至 \(DeviceCommissioning.maximumComparisons) 项比对及设备标识"),
        remedy: Words("Compare at least one value with the display", "请至少将一个数值与显示屏比对"))
    }
    let agreeing = done.comparisons.filter { $0.verdict == .agrees }.count
    let differing = done.comparisons.filter { $0.verdict == .differs }.count
    return .accepted(
      [.deviceCommissioned(done)],
      "commissioning of \(done.device) recorded: \(agreeing) values agree, \(differing) differ",
      "\(done.device) 的调试已记录：\(agreeing) 项一致，\(differing) 项不一致")
  }

  // MARK: Writes

  func decideWrite(
    _ device: DeviceName, _ point: String, _ value: Double, _ person: PersonID, _ reason: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    let read = "\(device) \(point)"
    try require(.engineer, of: person, read: read)
    guard let allowance = plan.write(point, of: device) else {
      throw Refusal(
        .writeNotAllowed, read: read,
        why: Words("the configuration does not allow this write", "配置未允许此写入"),
        remedy: Words(
          "Only what stands under \"writes\" of the device may be written", "只能写入设备 “writes” 中列出的点"))
    }
    guard value.isFinite, value >= allowance.minimum, value <= allowance.maximum else {
      throw Refusal(
        .writeOutOfRange, read: "\(read) = \(value)",
        why: Words(
          "allowed are \(allowance.minimum) to \(allowance.maximum) \(allowance.unit)",
          "允许范围为 \(allowance.minimum) 至 \(allowance.maximum) \(allowance.unit)"),
        remedy: Words("Check the value and its unit", "请核对数值及单位"))
    }
    try requireReason(reason, read: read)
    if let state = interlocks.values.first(where: { $0.plan.device == device && $0.plan.point == point && $0.holds }) {
      throw Refusal(
        .writeHeldByInterlock, read: read,
        why: Words("interlock order \(state.order) holds this point", "联锁指令 \(state.order) 正在保持该点"),
        remedy: Words(
          "Acknowledge the specification alarms of the station; the interlock lets go when all are closed",
          "请确认该工位的规格报警，全部关闭后联锁将自动解除"))
    }
    if let open = openWrites.values.first(where: { $0.write.device == device && $0.write.point == point }) {
      throw Refusal(
        .writePending, read: read,
        why: Words("write \(open.write.id) to this point is under way", "对该点的写入 \(open.write.id) 正在进行"),
        remedy: Words("Wait for its outcome", "请等待其结果"))
    }
    let write = DeviceWrite(
      id: nextWriteID(), device: device, point: point, value: value, unit: allowance.unit,
      origin: .person(person, reason: reason), stations: plan.stations(using: device), orderedAt: time)
    return .accepted([.writeOrdered(write)], "write \(write.id) ordered", "写入 \(write.id) 已下达")
  }

  func decideWriteReport(_ report: DeviceWriteReport) throws(Refusal) -> Decision {
    guard let open = openWrites[report.id] else {
      throw Refusal(
        .writeUnknown, read: report.id.text, why: Words("no such write is under way", "没有正在进行的此写入"),
        remedy: Words("Nothing is left to do", "无需再操作"))
    }
    // An interlock tries again and again; only what is new is worth an event.
    if let last = open.lastReport, last.outcome == report.outcome, open.write.isInterlock {
      return .accepted([], "as before", "与之前相同")
    }
    var report = report
    report.stations = open.write.stations
    return .accepted(
      [.writeReported(report)], "write \(report.id): \(report.detail)", "写入 \(report.id)：\(report.detail)")
  }

  private func requireReason(_ reason: String, read: String) throws(Refusal) {
    try requireText(
      reason, .reasonMissing, read: read, what: Words("the reason", "理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
  }

  // MARK: State

  mutating func apply(_ write: DeviceWrite) {
    writeCount += 1
    if case .interlock(let station, let holds) = write.origin, let interlock = plan.station(station)?.interlock {
      // What the interlock wanted before no longer counts.
      if let earlier = interlocks[station] { openWrites[earlier.order] = nil }
      interlocks[station] = InterlockState(plan: interlock, holds: holds, order: write.id)
    }
    openWrites[write.id] = OpenWrite(write: write)
  }

  mutating func apply(_ report: DeviceWriteReport) {
    guard let open = openWrites[report.id] else { return }
    openWrites[report.id]?.lastReport = report
    guard case .interlock(let station, _) = open.write.origin else {
      openWrites[report.id] = nil
      return
    }
    guard report.outcome == .confirmed else { return }
    openWrites[report.id] = nil
    if interlocks[station]?.order == report.id { interlocks[station]?.isConfirmed = true }
  }

  // MARK: Interlocks

  /// The write that the interlock of a station needs now; nil where what is in demand was ordered already.
  ///
  /// An interlock holds while a specification alarm of the station is not closed: it lets go when the cause has gone
  /// and a person has acknowledged every one of them.
  public func interlockOrder(at station: StationName, time: Timestamp) -> DeviceWrite? {
    guard let interlock = plan.station(station)?.interlock else { return nil }
    let demand = alarms.values.contains { $0.station == station && $0.kind == .specification }
    let state = interlocks[station]
    // What was never held needs no release.
    guard state?.plan != interlock ? demand : state?.holds != demand else { return nil }
    return DeviceWrite(
      id: nextWriteID(), device: interlock.device, point: interlock.point,
      value: demand ? interlock.holdValue : interlock.releaseValue,
      unit: plan.write(interlock.point, of: interlock.device)?.unit ?? "",
      origin: .interlock(station, holds: demand), stations: plan.stations(using: interlock.device, or: station),
      orderedAt: time)
  }
}
