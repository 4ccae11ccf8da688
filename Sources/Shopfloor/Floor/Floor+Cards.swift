extension Floor {
  func decideCard(_ card: CommandCard, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    guard Self.stations(of: card).contains(scan.station.work) else { throw cardElsewhere(card, scan) }
    switch card {
    case .leave:
      return .accepted(
        [.personLeft(StationPerson(station: scan.station.name, person: person))],
        "goodbye; the station waits for a badge", "再见；工位等待下一张工卡")
    case .unload:
      guard !scan.state.load.isEmpty else { throw emptyLoad(scan.label) }
      return .accepted(
        [.loadEmptied(StationPerson(station: scan.station.name, person: person))], "the load is empty again", "装载已清空")
    case .start: return try decideStart(person, scan)
    case .end:
      switch scan.station.work {
      case .production: return try decideEnd(completes: true, person, scan)
      case .receipt: return try decideReceiptEnd(person, scan)
      case .picking: return try decidePickingEnd(person, scan)
      }
    case .pause: return try decideEnd(completes: false, person, scan)
    case .clearance: return try decideClearance(person, scan)
    case .blind: return try decideBlindReceipt(person, scan)
    case .hold where scan.station.work == .production: return try decideHoldCard(person, scan)
    case .hold, .another, .override, .unpick, .confirm: return decidePreparation(card, person, scan)
    case .good: return try decideGood(person, scan)
    case .undo: return try decideUndo(person, scan)
    case .cancel: return decideCancel(person, scan)
    }
  }

  private static func stations(of card: CommandCard) -> [StationRole] {
    switch card {
    case .start, .pause, .unload, .clearance, .good: [.production]
    case .blind: [.receipt]
    case .override, .unpick: [.picking]
    case .confirm: [.receipt]
    case .end, .leave, .hold, .undo, .cancel, .another: StationRole.allCases
    }
  }

  private func cardElsewhere(_ card: CommandCard, _ scan: Scan) -> Refusal {
    Refusal(
      .stationRole, read: scan.label.text,
      why: Words(
        "the card \(card.words.english) means nothing at \(scan.station.name)",
        "“\(card.words.chinese)”卡在 \(scan.station.name) 无效"),
      remedy: Words("Use a card that lies at this station", "请使用本工位的指令卡"))
  }

  // MARK: What counts for the next label

  private func decidePreparation(_ card: CommandCard, _ person: PersonID, _ scan: Scan) -> Decision {
    var preparation = scan.state.preparation
    if !preparation.cards.contains(card) { preparation.cards.append(card) }
    let next =
      switch card {
      case .hold: Words("scan the material that is to be blocked", "请扫描要冻结的物料")
      case .another: Words("scan the label of the other container", "请扫描另一件的标签")
      case .override: Words("scan the lot that is to be taken", "请扫描要领用的批次")
      case .unpick: Words("scan the material that goes back", "请扫描要退回的物料")
      default: Words("scan the label again", "请重新扫描标签")
      }
    return .accepted(
      [
        .stationPrepared(
          StationPrepared(station: scan.station.name, person: person, preparation: preparation))
      ], "\(card.words.english): \(next.english)", "\(card.words.chinese)：\(next.chinese)")
  }

  func decideQuantity(_ quantity: Quantity, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    if scan.station.work == .receipt, scan.state.receipt != nil, scan.state.pending != nil {
      return try decideReceivedQuantity(quantity, person, scan)
    }
    var preparation = scan.state.preparation
    preparation.quantity = quantity
    return .accepted(
      [
        .stationPrepared(
          StationPrepared(station: scan.station.name, person: person, preparation: preparation))
      ],
      scan.station.work == .production
        ? "\(quantity): scan the label of the material, or GOOD, SCRAP or REWORK"
        : "\(quantity): scan the label of the material",
      scan.station.work == .production
        ? "数量 \(quantity)：请扫描物料标签，或“合格”“报废”“返工”卡" : "数量 \(quantity)：请扫描物料标签")
  }

  func invalidQuantity(_ label: ScannedLabel) -> Refusal {
    Refusal(
      .quantityInvalid, read: label.text, why: Words("this is no amount above zero", "这不是大于零的数量"),
      remedy: Words("Use a quantity card such as LOTWIRE:QUANTITY:12.5", "请使用数量卡，例如 LOTWIRE:QUANTITY:12.5"))
  }

  private func decideCancel(_ person: PersonID, _ scan: Scan) -> Decision {
    var events: [Event] = []
    if !scan.state.preparation.isEmpty {
      events.append(
        .stationPrepared(
          StationPrepared(station: scan.station.name, person: person, preparation: StationPreparation())))
    }
    if scan.state.pending != nil {
      events.append(.receiptPending(ReceiptPending(station: scan.station.name, pending: nil)))
    }
    return .accepted(events, "put aside; nothing waits here", "已取消；没有等待中的操作")
  }

  // MARK: Hold

  private func decideHoldCard(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    let run = try activeRun(
      scan, remedy: Words("Use \"lotwire hold\" for a lot that is not running", "未在运行的批次请用 “lotwire hold”"))
    let reason = "HOLD card at \(scan.station.name)"
    var decision = try decideEnd(completes: false, person, scan)
    decision.events += run.lots.filter { lots[$0]?.hold == nil }.map {
      .lotHeld(LotHeld(lot: $0, person: person, reason: reason))
    }
    decision.answer = .accepted(
      Words(
        "lot \(Self.list(run.lots)) is on hold and the run is paused; quality must lift the hold",
        "批次 \(Self.list(run.lots)) 已扣留，运行已暂停；须由质量部门解除"))
    return decision
  }

  /// Any operator may block material; only quality releases it.
  func decideBlock(_ material: MaterialLot, _ person: PersonID, _ scan: Scan) -> Decision {
    var blocked = material
    blocked.status = .blocked
    let done = Event.materialDisposed(
      MaterialDisposed(
        material: material.number, status: .blocked, person: person, reason: "HOLD card at \(scan.station.name)",
        at: scan.time))
    let cleared = Event.stationPrepared(
      StationPrepared(station: scan.station.name, person: person, preparation: StationPreparation()))
    return .accepted(
      (material.status == .blocked ? [] : [done, .materialLotUpdated(blocked)]) + [cleared],
      "material lot \(material.number) is blocked; keep it apart and tell quality",
      "物料批次 \(material.number) 已冻结；请隔离存放并通知质量部门")
  }
}
