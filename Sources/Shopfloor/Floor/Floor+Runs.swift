extension Floor {
  func decideLot(_ lot: LotNumber, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    let (station, label, state) = (scan.station, scan.label, scan.state)
    if let run = state.activeRun {
      if run.lots.contains(lot) {
        return .accepted(
          [], "lot \(lot) is already running here since \(run.startedAt); scan END to end it",
          "批次 \(lot) 自 \(run.startedAt) 起已在此运行；结束请扫描“结束”卡")
      }
      throw Refusal(
        .lotOther, read: label.text,
        why: Words(
          "lot \(Self.list(run.lots)) is running at \(station.name)", "批次 \(Self.list(run.lots)) 正在 \(station.name) 运行"),
        remedy: Words("End or pause that run first, or take this lot to its own station", "请先结束或暂停该运行，或将此批次送往其所属工位"))
    }
    try checkReady(lot, station, label)
    if station.loadCapacityLots == 1 { return try startRun([lot], person, scan) }
    if state.load.contains(lot) {
      return .accepted([], "lot \(lot) is already in the load", "批次 \(lot) 已在装载中")
    }
    guard state.load.count < station.loadCapacityLots else {
      throw Refusal(
        .loadFull, read: label.text,
        why: Words("the load holds \(state.load.count) lots already", "装载已满（\(state.load.count) 个批次）"),
        remedy: Words("Scan START to run this load", "请扫描“开始”卡运行此装载"))
    }
    return .accepted(
      [.lotLoaded(LotLoaded(station: station.name, lot: lot, person: person))],
      "lot \(lot) loaded (\(state.load.count + 1) of \(station.loadCapacityLots)); scan START when the load is complete",
      "批次 \(lot) 已装载（\(state.load.count + 1)/\(station.loadCapacityLots)）；装载完成后请扫描“开始”卡")
  }

  /// Whether the lot may run at this station now.
  private func checkReady(_ lot: LotNumber, _ station: StationPlan, _ label: ScannedLabel) throws(Refusal) {
    guard let state = lots[lot], let order = orders[state.order] else { throw unknownLot(label.text) }
    if let hold = state.hold {
      throw Refusal(
        .lotOnHold, read: label.text,
        why: Words("lot \(lot) is on hold: \(displayable(hold.reason))", "批次 \(lot) 已被扣留：\(displayable(hold.reason))"),
        remedy: Words("Keep it apart and ask quality to lift the hold", "请隔离存放，并请质量部门解除扣留"))
    }
    if state.completedAt != nil {
      throw Refusal(
        .lotCompleted, read: label.text, why: Words("lot \(lot) is completed", "批次 \(lot) 已完工"),
        remedy: Words("Check the label; a completed lot is not run again", "请核对标签；已完工的批次不可再运行"))
    }
    guard order.state == .released else {
      throw Refusal(
        .orderNotReleased, read: label.text,
        why: Words(
          "work order \(order.number) is \(order.state.words.english)",
          "工单 \(order.number) \(order.state.words.chinese)"),
        remedy: Words("Ask planning to release the work order", "请计划部门下达工单"))
    }
    if let elsewhere = stations.first(where: { $0.value.activeRun?.lots.contains(lot) == true })?.key {
      throw Refusal(
        .lotElsewhere, read: label.text,
        why: Words("lot \(lot) is running at \(elsewhere)", "批次 \(lot) 正在 \(elsewhere) 运行"),
        remedy: Words("End or pause it there first", "请先在该工位结束或暂停"))
    }
    try checkRouting(lot, state, order, station, label)
  }

  private func checkRouting(
    _ lot: LotNumber, _ state: LotState, _ order: WorkOrder, _ station: StationPlan, _ label: ScannedLabel
  ) throws(Refusal) {
    guard order.lots.contains(lot) else { throw unknownLot(label.text) }
    guard order.operations.contains(station.operation) else {
      throw Refusal(
        .operationForeign, read: label.text,
        why: Words(
          "work order \(order.number) has no operation \"\(station.operation)\"",
          "工单 \(order.number) 没有工序“\(station.operation)”"),
        remedy: Words("Take the lot to a station of its own routing", "请将批次送往其工艺路线中的工位"))
    }
    if state.completedOperations.contains(station.operation) {
      throw Refusal(
        .operationDone, read: label.text,
        why: Words(
          "operation \"\(station.operation)\" of lot \(lot) is done", "批次 \(lot) 的工序“\(station.operation)”已完成"),
        remedy: Words("Take the lot to its next operation", "请将批次送往下一工序"))
    }
    if let missing = order.operations.prefix(while: { $0 != station.operation })
      .first(where: { !state.completedOperations.contains($0) })
    {
      throw Refusal(
        .operationOrder, read: label.text,
        why: Words("operation \"\(missing)\" comes first and is not done", "前道工序“\(missing)”尚未完成"),
        remedy: Words("Take the lot to operation \"\(missing)\"", "请将批次送往工序“\(missing)”"))
    }
  }

  private func startRun(_ runLots: [LotNumber], _ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    let station = scan.station
    // Runs of a station never overlap, whatever the clock did.
    let earliest = scan.state.endedRuns.last?.endedAt ?? scan.time
    var workOrders: [WorkOrderNumber] = []
    for lot in runLots {
      if let order = lots[lot]?.order, !workOrders.contains(order) { workOrders.append(order) }
    }
    try requireClearance(before: workOrders, scan)
    let startedAt = max(scan.time, earliest)
    let product = workOrders.first.flatMap { orders[$0]?.product }
    let products = workOrders.compactMap { orders[$0]?.product }
    guard Set(products.map { controlPlan(for: $0, at: station.name, time: startedAt) }).count <= 1 else {
      throw Refusal(
        .loadPlansDiffer, read: scan.label.text,
        why: Words("the lots of this load are judged by different control plans", "此装载中的批次适用不同的控制计划"),
        remedy: Words("Scan UNLOAD, then run them in separate loads", "请扫描“清空装载”，然后分开装载运行"))
    }
    let run = Run(
      id: nextRunID(), station: station.name, operation: station.operation, workOrders: workOrders, lots: runLots,
      startedAt: startedAt, startedBy: person, planDigest: planDigest,
      controlPlan: product.flatMap { controlPlan(for: $0, at: station.name, time: startedAt) })
    return witnessed(
      .start, scan, person,
      .accepted(
        [.runStarted(run)], "run \(run.id) started with lot \(Self.list(runLots))",
        "运行 \(run.id) 已开始，批次 \(Self.list(runLots))"))
  }

  func decideStart(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    if let run = scan.state.activeRun {
      return .accepted([], "run \(run.id) is already active", "运行 \(run.id) 已在进行")
    }
    guard !scan.state.load.isEmpty else { throw emptyLoad(scan.label) }
    // What was true when a lot was loaded may have changed since: a hold, for one.
    for lot in scan.state.load { try checkReady(lot, scan.station, scan.label) }
    return try startRun(scan.state.load, person, scan)
  }

  func emptyLoad(_ label: ScannedLabel) -> Refusal {
    Refusal(
      .loadEmpty, read: label.text, why: Words("no lot is loaded", "尚未装载批次"),
      remedy: Words("Scan the labels of the lots first", "请先扫描批次标签"))
  }

  func decideEnd(completes: Bool, _ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    let run = try activeRun(scan, remedy: Words("Scan a lot label to start one", "请扫描批次标签以开始运行"))
    let at = max(scan.time, run.startedAt.advanced(byMicroseconds: 1))
    var events: [Event] = [
      .runEnded(RunEnded(run: run.id, person: person, at: at, completedOperation: completes))
    ]
    guard completes else {
      return .accepted(events, "run \(run.id) paused", "运行 \(run.id) 已暂停")
    }
    for lot in run.lots {
      events.append(.operationCompleted(OperationCompleted(lot: lot, operation: run.operation, run: run.id)))
      guard let state = lots[lot], let order = orders[state.order] else { continue }
      let done = Set(state.completedOperations + [run.operation])
      if order.operations.allSatisfy(done.contains) {
        events.append(.lotCompleted(LotCompleted(lot: lot, workOrder: order.number, at: at)))
      }
    }
    return witnessed(.complete, scan, person, .accepted(events, "run \(run.id) ended", "运行 \(run.id) 已结束"))
  }

  func activeRun(_ scan: Scan, remedy: Words) throws(Refusal) -> Run {
    guard let run = scan.state.activeRun else {
      throw Refusal(
        .runMissing, read: scan.label.text,
        why: Words("no run is active at \(scan.station.name)", "\(scan.station.name) 没有进行中的运行"), remedy: remedy)
    }
    return run
  }

  // MARK: Line clearance

  /// Work of another order begins at a station only after somebody made sure that nothing of the former one is left.
  private func requireClearance(before orders: [WorkOrderNumber], _ scan: Scan) throws(Refusal) {
    guard scan.station.lineClearance == true, let former = scan.state.unclearedOrders,
      !Set(orders).isSubset(of: former)
    else { return }
    let names = former.map(\.text).joined(separator: ", ")
    throw Refusal(
      .clearanceMissing, read: scan.label.text,
      why: Words(
        "the line was not cleared after work order \(names)", "工单 \(names) 结束后尚未清场"),
      remedy: Words(
        "Remove everything of the former work, then scan the LINE CLEARED card", "请清除前一工单的所有物品，然后扫描“清场完成”卡"))
  }

  func decideClearance(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    if let run = scan.state.activeRun {
      throw Refusal(
        .runActive, read: scan.label.text,
        why: Words("run \(run.id) is active at \(scan.station.name)", "运行 \(run.id) 正在 \(scan.station.name) 进行"),
        remedy: Words("End the run first", "请先结束运行"))
    }
    return witnessed(
      .clearance, scan, person,
      .accepted(
        [.lineCleared(LineCleared(station: scan.station.name, person: person, at: scan.time))],
        "\(scan.station.name) is cleared", "\(scan.station.name) 已清场"))
  }
}
