extension Floor {
  /// Answers a command at an instant. Pure: the same floor, command and time give the same decision. A refusal is an
  /// event too.
  public func decide(_ command: Command, at time: Timestamp) -> Decision {
    do throws(Refusal) {
      switch command {
      case .scan(let label, let station): return decideScan(label, station, time)
      case .acknowledge(let alarm, let person, let cause): return try decideAcknowledge(alarm, person, cause, time)
      case .alarm(let command): return try decideAlarm(command, time)
      case .controlPlan(let command): return try decideControlPlan(command, time)
      case .hold(let lot, let person, let reason): return try decideHold(lot, person, reason)
      case .liftHold(let lot, let person, let reason): return try decideLiftHold(lot, person, reason)
      case .updateWork(let change): return decideWork(change, time)
      case .disposeMaterial(let material, let status, let person, let reason):
        return try decideMaterialDisposition(material, status, person, reason, time)
      case .updatePeople(let list): return decidePeople(list)
      case .applyPlan(let plan, let digest, let changes): return try decidePlan(plan, digest, changes, time)
      case .sealRecord(let notice):
        return .accepted([.recordSealed(notice)], "record of lot \(notice.lot) sealed", "批次 \(notice.lot) 的记录已封存")
      case .reportDelivery(let report): return decideDelivery(report, time)
      case .reportQuantity(let report): return try decideQuantity(report, time)
      case .decideDelivery(let decision): return try decideDeliveryDecision(decision, time)
      case .reportComparison(let comparison): return decideComparison(comparison, time)
      case .requestComparison(let request): return try decideComparisonRequest(request, time)
      case .noteERP(let note): return decideNote(note, time)
      case .noteScanner(let link):
        return .accepted([.scannerLinked(link)], "\(link.device): \(link.detail)", "\(link.device)：\(link.detail)")
      case .noteMessages(let notes):
        return .accepted(notes.map(\.event), "\(notes.count) notes", "\(notes.count) 条消息记录")
      case .noteDeviceLimits(let learned): return decideLimits(learned)
      case .forgetDeviceLimits(let device, let person, let reason):
        return try decideForget(device, person, reason)
      case .commissionDevice(let done): return try decideCommissioning(done)
      case .orderWrite(let device, let point, let value, let person, let reason):
        return try decideWrite(device, point, value, person, reason, time)
      case .reportWrite(let report): return try decideWriteReport(report)
      case .recordCalibration(let done): return try decideCalibration(done, time)
      }
    } catch {
      return Decision(events: [refused(error, command, time)], answer: .refused(error))
    }
  }

  public func refused(_ refusal: Refusal, _ command: Command, _ time: Timestamp) -> Event {
    var station: StationName?
    var person: PersonID?
    switch command {
    case .scan(_, let at):
      station = at
      person = self.station(at).person
    case .acknowledge(_, let who, _), .hold(_, let who, _), .liftHold(_, let who, _),
      .forgetDeviceLimits(_, let who, _), .orderWrite(_, _, _, let who, _), .disposeMaterial(_, _, let who, _):
      person = people[who] == nil ? nil : who
    case .alarm(let command): person = people[command.person] == nil ? nil : command.person
    case .controlPlan(let command): person = people[command.person] == nil ? nil : command.person
    case .commissionDevice(let done): person = people[done.person] == nil ? nil : done.person
    case .recordCalibration(let done): person = people[done.person] == nil ? nil : done.person
    case .reportQuantity(let report): person = people[report.person] == nil ? nil : report.person
    case .requestComparison(let request): person = people[request.person] == nil ? nil : request.person
    case .decideDelivery(let decision): person = people[decision.person] == nil ? nil : decision.person
    case .updateWork, .updatePeople, .applyPlan, .sealRecord, .reportDelivery, .noteDeviceLimits, .noteScanner,
      .noteMessages, .reportWrite, .reportComparison, .noteERP:
      break
    }
    let run = station.flatMap { self.station($0).activeRun?.id }
    return .commandRefused(
      CommandRefused(station: station, person: person, run: run, refusal: refusal, at: time))
  }

  // MARK: Work, people and plan

  /// The list is everybody: who no longer stands in it keeps the name in the record and loses every right.
  private func decidePeople(_ list: [Person]) -> Decision {
    let named = Set(list.map(\.id))
    let gone = people.values.filter { !named.contains($0.id) && !$0.rights.isEmpty }.sorted { $0.id < $1.id }
      .map { person in
        var person = person
        person.rights = []
        return person
      }
    let current = list.map { person in
      guard let name = people[person.id]?.erpName else { return person }
      var person = person
      person.erpName = name
      person.name = name
      return person
    }
    let changed = current.filter { people[$0.id] != $0 } + gone
    return .accepted(changed.map(Event.personUpdated), "\(changed.count) people updated", "已更新 \(changed.count) 名人员")
  }

  private func decidePlan(
    _ new: LinePlan, _ digest: String, _ changes: [String], _ time: Timestamp
  ) throws(Refusal) -> Decision {
    for (name, state) in stations.sorted(by: { $0.key < $1.key }) {
      try requireNothingOpen(at: name, state, new)
      guard let run = state.activeRun else { continue }
      if new.station(name)?.operation != run.operation || new.station(name)?.work != .production {
        throw Refusal(
          .runActive, read: name.text,
          why: Words(
            "run \(run.id) with lot \(Self.list(run.lots)) is active at this station, which the new configuration "
              + "removes or gives another operation",
            "该工位正在运行 \(run.id)（批次 \(Self.list(run.lots))），新配置删除了该工位或更改了其工序"),
          remedy: Words("End or pause the run, then reload", "请先结束或暂停该运行，再重新加载"))
      }
    }
    for (name, state) in interlocks.sorted(by: { $0.key < $1.key })
    where state.holds && new.station(name)?.interlock != state.plan {
      throw Refusal(
        .writeHeldByInterlock, read: name.text,
        why: Words(
          "the interlock of this station holds \(state.plan.point) of \(state.plan.device), which the new configuration "
            + "changes", "该工位的联锁正在保持 \(state.plan.device) 的 \(state.plan.point)，而新配置更改了它"),
        remedy: Words(
          "Acknowledge the specification alarms of the station until the interlock lets go, then reload",
          "请确认该工位的规格报警，待联锁解除后重新加载"))
    }
    try requireHeldAlarmsJudged(by: new)
    try requireControlPlansFit(new, time)
    guard digest != planDigest else {
      return .accepted([], "the configuration is unchanged", "配置未变化")
    }
    return .accepted(
      [.planApplied(PlanApplied(digest: digest, plan: new, changes: changes))], "configuration applied", "配置已生效")
  }

  /// A receipt or picking that is open could not be closed at a station of another kind.
  private func requireNothingOpen(at name: StationName, _ state: StationState, _ new: LinePlan) throws(Refusal) {
    guard state.receipt != nil || state.picking != nil, new.station(name)?.work != plan.station(name)?.work else {
      return
    }
    throw Refusal(
      state.receipt == nil ? .pickingOpen : .receiptOpen, read: name.text,
      why: Words(
        "\(state.receipt == nil ? "a picking" : "a receipt") is open at this station, which the new configuration "
          + "removes or gives another role", "该工位有未完成的\(state.receipt == nil ? "拣料" : "收货")，新配置删除了该工位或更改了其用途"),
      remedy: Words("Scan COMPLETE there, then reload", "请先在该工位扫描“完成”卡，再重新加载"))
  }

  /// An alarm that no reading can return any more would let go of the interlock that holds on it.
  private func requireHeldAlarmsJudged(by new: LinePlan) throws(Refusal) {
    for alarm in alarms.values.sorted(by: { $0.id < $1.id })
    where alarm.kind == .specification && alarm.returnedAt == nil && interlocks[alarm.station]?.holds == true {
      let parameters = plan.station(alarm.station)?.parameters ?? []
      guard let old = parameters.first(where: { $0.name.text == alarm.source && $0.specification != nil }) else {
        continue
      }
      let next = new.station(alarm.station)?.parameters.first { $0.name == old.name }
      if let next, next.specification != nil, next.device == old.device, next.point == old.point,
        next.unit == old.unit
      {
        continue
      }
      throw Refusal(
        .writeHeldByInterlock, read: alarm.station.text,
        why: Words(
          "the interlock of this station holds on alarm \(alarm.id) of \(old.name), which the new configuration no "
            + "longer judges by the same point",
          "该工位的联锁因 \(old.name) 的报警 \(alarm.id) 而保持，而新配置不再按同一点判断该参数"),
        remedy: Words(
          "Bring \(old.name) back within its limits and acknowledge the alarm, then reload",
          "请使 \(old.name) 回到规格限内并确认该报警，然后重新加载"))
    }
  }

  static func list(_ lots: [LotNumber]) -> String { lots.map(\.text).joined(separator: ", ") }
}
