/// Control plans: how they come in, come into force, and which one a run is judged by.
extension Floor {
  func decideControlPlan(_ command: ControlPlanCommand, _ time: Timestamp) throws(Refusal) -> Decision {
    switch command {
    case .importPlan(let plan, let digest, let author, let changes):
      return try decideImport(plan, digest, author, changes, time)
    case .approve(let number, let version, let person, let effectiveFrom, let endsRuns):
      return try decideApproval(number, version, person, effectiveFrom, endsRuns, time)
    case .withdraw(let number, let version, let person, let reason):
      return try decideWithdrawal(number, version, person, reason, time)
    case .measure(let station, let characteristic, let values, let inspected, let person):
      return try decideMeasurement(station, characteristic, values, inspected, person, time)
    case .closeSubgroup(let station, let characteristic, let person):
      return try decideSubgroupEnd(station, characteristic, person, time)
    case .beginStage(let station, let characteristic, let person, let reason):
      return try decideStage(station, characteristic, person, reason, time)
    }
  }

  // MARK: Which one holds

  /// The version that a run which starts now is judged by: the highest approved one in force, of the plan made for the
  /// product, else of a plan made for every product. Nil: the configuration alone.
  public func controlPlan(for product: ItemCode, at station: StationName, time: Timestamp) -> ControlPlanReference? {
    let inForce = controlPlans.values.compactMap { versions in
      versions.filter { $0.isInForce(at: time) }.max { $0.imported.plan.version < $1.imported.plan.version }
    }.filter { $0.imported.plan.station(station) != nil }
    let own = inForce.filter { $0.imported.plan.products.contains(product) }
    let general = inForce.filter { $0.imported.plan.products.isEmpty }
    return (own.isEmpty ? general : own).min { $0.imported.plan.number < $1.imported.plan.number }?.reference
  }

  /// The document that a reference names.
  public func controlPlan(_ reference: ControlPlanReference) -> ControlPlan? {
    controlPlans[reference.number]?.first { $0.imported.digest == reference.digest }?.imported.plan
  }

  /// The station as it is judged under a control plan; as the configuration has it under none.
  public func stationPlan(_ name: StationName, under reference: ControlPlanReference?) -> StationPlan? {
    guard let station = plan.station(name) else { return nil }
    return reference.flatMap { controlPlan($0)?.station(name) }.map(station.held) ?? station
  }

  /// The station as the run that is active there, or was last, is judged.
  public func judgedPlan(of name: StationName) -> StationPlan? { plan.station(name).map(judged) }

  /// A station of a configuration, as the run that is active there, or was last, has it judged.
  public func judged(_ configured: StationPlan) -> StationPlan {
    let state = station(configured.name)
    let reference = (state.activeRun ?? state.endedRuns.last)?.controlPlan
    return reference.flatMap { controlPlan($0)?.station(configured.name) }.map(configured.held) ?? configured
  }

  // MARK: Import

  private func decideImport(
    _ plan: ControlPlan, _ digest: String, _ author: PersonID, _ changes: [String], _ time: Timestamp
  ) throws(Refusal) -> Decision {
    try require(.quality, of: author, read: plan.number.text)
    let versions = controlPlans[plan.number] ?? []
    if versions.contains(where: { $0.imported.digest == digest }) {
      return .accepted(
        [], "version \(plan.version) of \(plan.number) is already here", "\(plan.number) 第 \(plan.version) 版已导入")
    }
    let next = (versions.last?.imported.plan.version ?? 0) + 1
    guard plan.version == next else {
      throw Refusal(
        .controlPlanVersion, read: "\(plan.number) version \(plan.version)",
        why: Words("the next version of this plan is \(next)", "该控制计划的下一版本应为 \(next)"),
        remedy: Words("Write version: \(next)", "请填写 version: \(next)"))
    }
    try check(plan)
    return .accepted(
      [
        .controlPlanImported(
          ControlPlanImported(plan: plan, digest: digest, author: author, changes: changes, at: time))
      ], "version \(plan.version) of \(plan.number) is here and waits for approval by another person",
      "\(plan.number) 第 \(plan.version) 版已导入，待他人批准")
  }

  // MARK: Approval

  private func decideApproval(
    _ number: ControlPlanNumber, _ version: Int, _ person: PersonID, _ wish: Timestamp?, _ endsRuns: Bool,
    _ time: Timestamp
  ) throws(Refusal) -> Decision {
    let effectiveFrom = wish ?? time
    let read = "\(number) version \(version)"
    try require(.quality, of: person, read: read)
    let state = try controlPlanState(number, version)
    if let earlier = state.approval {
      throw decided(read, "\(earlier.person) approved it at \(earlier.at)", "\(earlier.person) 已于 \(earlier.at) 批准")
    }
    if state.withdrawal != nil { throw decided(read, "it was withdrawn", "该版本已撤回") }
    guard person != state.imported.author else {
      throw Refusal(
        .controlPlanSamePerson, read: read,
        why: Words("\(person) imported it and may not approve it too", "\(person) 是导入人，不能自己批准"),
        remedy: Words("Have another person with the right \"quality\" approve it", "请由另一位有“quality”权限的人员批准"))
    }
    guard effectiveFrom >= time else {
      throw Refusal(
        .controlPlanTime, read: "\(effectiveFrom)",
        why: Words("a plan cannot take effect in the past", "控制计划不能追溯生效"),
        remedy: Words("Leave the time out, so that it takes effect at once, or name a later one", "请省略时间（立即生效）或填写将来的时间")
      )
    }
    // What was checked at the import may no longer fit the configuration.
    try check(state.imported.plan)
    try requireNoOverlap(state, from: effectiveFrom, read)
    let approved = Event.controlPlanApproved(
      ControlPlanApproved(reference: state.reference, person: person, effectiveFrom: effectiveFrom, at: time))
    let ended = try runsToEnd(state, person, effectiveFrom, endsRuns, time)
    return .accepted(
      [approved] + ended, "\(read) is approved and takes effect at \(effectiveFrom)",
      "\(number) 第 \(version) 版已批准，自 \(effectiveFrom) 起生效")
  }

  /// An active run keeps the version it pinned. So that nobody believes otherwise, a plan that takes effect at once while
  /// such a run is active is refused, unless the person says that those runs shall end.
  private func runsToEnd(
    _ state: ControlPlanState, _ person: PersonID, _ effectiveFrom: Timestamp, _ endsRuns: Bool, _ time: Timestamp
  ) throws(Refusal) -> [Event] {
    guard effectiveFrom == time else { return [] }
    var after = self
    after.apply(
      .controlPlanApproved(
        ControlPlanApproved(reference: state.reference, person: person, effectiveFrom: effectiveFrom, at: time)))
    let touched = stations.values.compactMap(\.activeRun).filter { run in
      guard let product = run.workOrders.first.flatMap({ orders[$0]?.product }) else { return false }
      return after.controlPlan(for: product, at: run.station, time: time) == state.reference
    }.sorted { $0.id < $1.id }
    guard let first = touched.first else { return [] }
    guard endsRuns else {
      throw Refusal(
        .controlPlanRunActive, read: "\(state.reference.number) version \(state.reference.version)",
        why: Words(
          "run \(first.id) with lot \(Self.list(first.lots)) is active at \(first.station) under what holds now, and keeps it",
          "\(first.station) 的运行 \(first.id)（批次 \(Self.list(first.lots))）正按现行版本进行，且不会改变"),
        remedy: Words(
          "Approve it from a later time, or say that such runs shall end, so that their lots go on under the new version",
          "请指定将来的生效时间，或选择结束这些运行，使其批次按新版本继续"))
    }
    return touched.map { run in
      .runEnded(
        RunEnded(
          run: run.id, person: person, at: max(time, run.startedAt.advanced(byMicroseconds: 1)),
          completedOperation: false))
    }
  }

  /// Two plans for the same product at the same station would leave open which one holds.
  private func requireNoOverlap(_ state: ControlPlanState, from: Timestamp, _ read: String) throws(Refusal) {
    let new = state.imported.plan
    for other in controlPlans.values.flatMap({ $0 }).sorted(by: { $0.reference.number < $1.reference.number })
    where other.imported.plan.number != new.number && other.approval != nil && other.withdrawal == nil {
      let plan = other.imported.plan
      let bothGeneral = plan.products.isEmpty && new.products.isEmpty
      guard let station = new.stations.map(\.station).first(where: { plan.station($0) != nil }),
        bothGeneral || new.products.contains(where: plan.products.contains)
      else { continue }
      throw Refusal(
        .controlPlanOverlap, read: read,
        why: Words(
          "\(plan.number) version \(plan.version) already holds for the same products at \(station)",
          "\(plan.number) 第 \(plan.version) 版已适用于 \(station) 的相同产品"),
        remedy: Words("Withdraw that one first, or take the products or the station out", "请先撤回该计划，或删去重叠的产品或工位"))
    }
  }

  // MARK: Withdrawal

  private func decideWithdrawal(
    _ number: ControlPlanNumber, _ version: Int, _ person: PersonID, _ reason: String, _ time: Timestamp
  ) throws(Refusal) -> Decision {
    let read = "\(number) version \(version)"
    try require(.quality, of: person, read: read)
    let state = try controlPlanState(number, version)
    if state.withdrawal != nil { throw decided(read, "it was withdrawn before", "该版本已撤回") }
    try requireText(
      reason, .reasonMissing, read: read, what: Words("the reason", "理由"),
      remedy: Words("Say in a few words why it is withdrawn", "请简要说明撤回理由"))
    return .accepted(
      [
        .controlPlanWithdrawn(
          ControlPlanWithdrawn(reference: state.reference, person: person, reason: reason, at: time))
      ], "\(read) is withdrawn; active runs keep it to their end", "\(number) 第 \(version) 版已撤回；进行中的运行仍按其执行")
  }

  private func controlPlanState(_ number: ControlPlanNumber, _ version: Int) throws(Refusal) -> ControlPlanState {
    guard let state = controlPlans[number]?.first(where: { $0.imported.plan.version == version }) else {
      throw Refusal(
        .controlPlanUnknown, read: "\(number) version \(version)",
        why: Words("no such version was imported", "未导入过该版本"),
        remedy: Words("Look up the plans with \"lotwire plan list\"", "请用 “lotwire plan list” 查看控制计划"))
    }
    return state
  }

  private func decided(_ read: String, _ english: String, _ chinese: String) -> Refusal {
    Refusal(
      .controlPlanDecided, read: read, why: Words(english, chinese),
      remedy: Words("Import a further version for a change", "如需更改，请导入新版本"))
  }

  // MARK: State

  mutating func applyControlPlan(_ event: Event) {
    switch event {
    case .controlPlanImported(let imported):
      controlPlans[imported.plan.number, default: []].append(ControlPlanState(imported: imported))
    case .controlPlanApproved(let approved): change(approved.reference) { $0.approval = approved }
    case .controlPlanWithdrawn(let withdrawn): change(withdrawn.reference) { $0.withdrawal = withdrawn }
    default: break
    }
  }

  private mutating func change(_ reference: ControlPlanReference, _ body: (inout ControlPlanState) -> Void) {
    guard let place = controlPlans[reference.number]?.firstIndex(where: { $0.imported.digest == reference.digest })
    else { return }
    body(&controlPlans[reference.number, default: []][place])
  }
}

extension Floor.ControlPlanState {
  func isInForce(at time: Timestamp) -> Bool {
    guard let approval, withdrawal == nil else { return false }
    return approval.effectiveFrom <= time
  }
}

extension StationPlan {
  /// The station under a control plan: its characteristics and specification limits are the plan's alone.
  public func held(to control: StationControl) -> StationPlan {
    var held = self
    held.characteristics = control.characteristics
    for index in held.parameters.indices {
      held.parameters[index].specification =
        control.specifications.first { $0.parameter == held.parameters[index].name }?.limits
    }
    return held
  }
}
