/// Counting what an operation made of a lot.
extension Floor {
  /// A count of the whole operation, by whoever operates. It takes the place of a former one, which asks for the reason.
  func decideQuantity(_ report: QuantityReported, _ time: Timestamp) throws(Refusal) -> Decision {
    try require(.operate, of: report.person, read: report.lot.text)
    guard let state = lots[report.lot], let order = orders[state.order] else { throw unknownLot(report.lot.text) }
    try requireBegun(report.lot, state, order, report.operation)
    var counted = report
    let run = lastRun(of: report.lot, report.operation)
    counted.station = run?.station ?? report.station
    counted.run = run?.id ?? report.run
    counted.at = time
    counted.scrap = try checked(report.scrap, .scrap, read: report.lot.text)
    counted.rework = try checked(report.rework, .rework, read: report.lot.text)
    counted.replaces = nil
    guard let good = counted.good ?? (counted.scrap.isEmpty && counted.rework.isEmpty ? nil : .zero), good >= .zero
    else {
      throw Refusal(
        .quantityMissing, read: report.lot.text, why: Words("no amount is named", "未注明数量"),
        remedy: Words("Say how many are good, scrap or to be reworked", "请注明合格、报废或返工数量"))
    }
    guard let former = state.quantities?[report.operation] else {
      counted.correction = nil
      return accepted(counted, [])
    }
    if former.good == counted.good, former.scrap == counted.scrap, former.rework == counted.rework {
      return .accepted([], "these quantities are noted already", "此数量已记录")
    }
    try requireText(
      counted.correction ?? "", .reasonMissing, read: report.lot.text,
      what: Words("the reason for changing the former count", "更改原计数的理由"),
      remedy: Words("Give the reason in a few words", "请简要说明理由"))
    counted.replaces = former.counted
    return accepted(counted, [])
  }

  private func accepted(_ counted: QuantityReported, _ more: [Event]) -> Decision {
    func sum(_ list: [RejectedQuantity]) -> Quantity { list.map(\.quantity).reduce(.zero, +) }
    let (good, scrap, rework) = (counted.good ?? .zero, sum(counted.scrap), sum(counted.rework))
    return .accepted(
      [.quantityReported(counted)] + more,
      "lot \(counted.lot), \(counted.operation): good \(good), scrap \(scrap), rework \(rework)",
      "批次 \(counted.lot)，工序 \(counted.operation)：合格 \(good)，报废 \(scrap)，返工 \(rework)")
  }

  // MARK: Cards at a station

  func decideGood(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    try counting(person, scan) { (counted, amount) throws(Refusal) in counted.good = (counted.good ?? .zero) + amount }
  }

  func decideRejected(_ kind: RejectKind, _ reason: String, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    guard scan.station.work == .production else {
      throw Refusal(
        .stationRole, read: scan.label.text,
        why: Words("nothing is made at \(scan.station.name)", "\(scan.station.name) 不是生产工位"),
        remedy: Words("Use a card that lies at this station", "请使用本工位的指令卡"))
    }
    return try counting(person, scan) { (counted, amount) throws(Refusal) in
      let added = [RejectedQuantity(quantity: amount, reason: reason)]
      switch kind {
      case .scrap: counted.scrap = try checked(counted.scrap + added, kind, read: scan.label.text)
      case .rework: counted.rework = try checked(counted.rework + added, kind, read: scan.label.text)
      }
    }
  }

  /// Adds what the quantity card said to the count of the lot that runs here, or that ran here last.
  private func counting(
    _ person: PersonID, _ scan: Scan, _ add: (inout QuantityReported, Quantity) throws(Refusal) -> Void
  ) throws(Refusal) -> Decision {
    guard let amount = scan.state.preparation.quantity else {
      throw Refusal(
        .quantityMissing, read: scan.label.text, why: Words("no quantity card was read before", "此前未读取数量卡"),
        remedy: Words("Scan a quantity card, then this card again", "请先扫描数量卡，再扫描此卡"))
    }
    guard let run = scan.state.activeRun ?? scan.state.endedRuns.last else {
      throw Refusal(
        .runMissing, read: scan.label.text,
        why: Words("nothing has run at \(scan.station.name) yet", "\(scan.station.name) 尚无运行"),
        remedy: Words("Scan a lot label to start one", "请扫描批次标签以开始运行"))
    }
    guard let lot = run.lots.first, run.lots.count == 1 else {
      throw Refusal(
        .quantityLot, read: scan.label.text,
        why: Words("run \(run.id) holds several lots", "运行 \(run.id) 含多个批次"),
        remedy: Words("Count each with \"lotwire quantity LOT\"", "请用 “lotwire quantity 批号” 逐批录入"))
    }
    let former = lots[lot]?.quantities?[run.operation]
    var counted = QuantityReported(
      lot: lot, operation: run.operation, station: scan.station.name, run: run.id, good: former?.good,
      scrap: former?.scrap ?? [], rework: former?.rework ?? [], person: person, at: scan.time,
      replaces: former?.counted)
    try add(&counted, amount)
    let cleared = Event.stationPrepared(
      StationPrepared(station: scan.station.name, person: person, preparation: StationPreparation()))
    return accepted(counted, [cleared])
  }

  // MARK: Checks

  private func requireBegun(_ lot: LotNumber, _ state: LotState, _ order: WorkOrder, _ operation: OperationName)
    throws(Refusal)
  {
    guard order.operations.contains(operation) || state.completedOperations.contains(operation) else {
      throw Refusal(
        .operationForeign, read: operation.text,
        why: Words(
          "work order \(order.number) has no operation \"\(operation)\"", "工单 \(order.number) 没有工序“\(operation)”"),
        remedy: Words("Name an operation of its routing", "请注明其工艺路线中的工序"))
    }
    if state.completedOperations.contains(operation) || lastRun(of: lot, operation) != nil
      || state.quantities?[operation] != nil
    {
      return
    }
    throw Refusal(
      .quantityEarly, read: lot.text,
      why: Words("operation \"\(operation)\" of lot \(lot) has not begun", "批次 \(lot) 的工序“\(operation)”尚未开始"),
      remedy: Words("Count it once it has run", "请在运行后录入数量"))
  }

  private func lastRun(of lot: LotNumber, _ operation: OperationName) -> Run? {
    stations.values.lazy.flatMap { $0.endedRuns + [$0.activeRun].compactMap { $0 } }
      .filter { $0.operation == operation && $0.lots.contains(lot) }
      .max { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }

  /// The amounts by their reasons, each reason once, in the order in which they came.
  private func checked(_ rejected: [RejectedQuantity], _ kind: RejectKind, read: String) throws(Refusal)
    -> [RejectedQuantity]
  {
    let listed = plan.quantities?.reasons(for: kind) ?? []
    var merged: [RejectedQuantity] = []
    for one in rejected {
      guard one.quantity.isPositive else {
        throw Refusal(
          .quantityInvalid, read: read,
          why: Words("\(one.quantity) is no amount above zero", "\(one.quantity) 不是大于零的数量"),
          remedy: Words("Leave out what is nothing", "没有的请不要填写"))
      }
      try check(one.reason, listed, kind, read: read)
      if let index = merged.firstIndex(where: { $0.reason == one.reason }) {
        merged[index].quantity += one.quantity
      } else {
        merged.append(one)
      }
    }
    guard merged.count <= maximumRejectReasons else {
      throw Refusal(
        .quantityReason, read: read, why: Words("there are \(merged.count) reasons", "共有 \(merged.count) 个原因"),
        remedy: Words("Name at most \(maximumRejectReasons)", "最多 \(maximumRejectReasons) 个"))
    }
    return merged
  }

  private func check(_ reason: String, _ listed: [ListedCode], _ kind: RejectKind, read: String) throws(Refusal) {
    if !listed.isEmpty {
      guard !listed.contains(where: { $0.code == reason }) else { return }
      let choice = listed.map { "\($0.code) (\($0.words.english))" }.joined(separator: ", ")
      let shown = displayable(reason, maximumCharacters: 60)
      throw Refusal(
        .quantityReason, read: read,
        why: Words(
          "\"\(shown)\" is not in the list of reasons for \(kind.words.english)",
          "“\(shown)”不在\(kind.words.chinese)原因列表中"),
        remedy: Words(
          "Name one of: \(choice)",
          "请选择：\(listed.map { "\($0.code)（\($0.words.chinese)）" }.joined(separator: "，"))"))
    }
    guard let fault = OutsideTextFault(in: reason, maximumBytes: maximumRejectReasonBytes) else { return }
    throw Refusal(
      .quantityReason, read: read,
      why: Words("the reason: \(fault.words.english)", "原因：\(fault.words.chinese)"),
      remedy: Words("Say in a few words why", "请简要说明原因"))
  }
}

extension QuantityReported {
  /// The amounts alone.
  public var counted: CountedQuantities { CountedQuantities(good: good, scrap: scrap, rework: rework) }
}
