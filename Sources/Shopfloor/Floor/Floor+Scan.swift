extension Floor {
  /// What a label turned out to be.
  enum Meaning: Hashable {
    case card(CommandCard)
    case quantity(Quantity)
    case rejected(RejectKind, reason: String)
    case person(Person)
    case lot(LotNumber)
    case material(MaterialLot)
  }

  /// One scan on its way to a decision.
  struct Scan {
    var label: ScannedLabel
    var station: StationPlan
    var state: StationState
    var time: Timestamp
    /// The second person who stands by.
    var witness: PersonID?
  }

  /// Answers a scan. The label as it came is part of the events, whatever became of it; a badge never is.
  func decideScan(_ label: ScannedLabel, _ stationName: StationName, _ time: Timestamp) -> Decision {
    let state = station(stationName)
    if isBadge(label) {
      return answering(label, stationName, time) { () throws(Refusal) in
        try decideMeaning(label, stationName, time)
      }
    }
    func scanned(_ outcome: LabelScanned.Outcome) -> Event {
      .labelScanned(
        LabelScanned(
          station: stationName, person: state.person, raw: hexadecimal(label.raw), scheme: label.scheme,
          aimIdentifier: label.aimIdentifier, outcome: outcome, at: time))
    }
    // A step that waits for a second person has not been done: its label asks again.
    if state.awaitedWitness == nil, let last = state.lastAccepted, last.raw == hexadecimal(label.raw) {
      return .accepted(
        [scanned(.repeated)], "\(label.text) was read already; nothing is counted twice",
        "\(label.text) 已读取过，不会重复计数")
    }
    var decision = answering(label, stationName, time) { () throws(Refusal) in
      try decideMeaning(label, stationName, time)
    }
    decision.events.insert(scanned(decision.answer.isAccepted ? .accepted : .refused), at: 0)
    return decision
  }

  private func answering(
    _ label: ScannedLabel, _ station: StationName, _ time: Timestamp, _ decide: () throws(Refusal) -> Decision
  ) -> Decision {
    do throws(Refusal) {
      return try decide()
    } catch {
      return Decision(
        events: [refused(error, .scan(label, station: station), time)], answer: .refused(error))
    }
  }

  private func isBadge(_ label: ScannedLabel) -> Bool {
    label.kind == .badge || (label.kind == .unknown && people.values.contains { $0.badge == label.text })
  }

  private func decideMeaning(_ label: ScannedLabel, _ stationName: StationName, _ time: Timestamp) throws(Refusal)
    -> Decision
  {
    guard let station = plan.station(stationName) else {
      throw Refusal(
        .stationUnknown, read: stationName.text, why: Words("no such station is configured", "配置中没有此工位"),
        remedy: Words("Correct the scanner's station in the configuration", "请更正扫描器所属工位的配置"))
    }
    if let fault = label.fault {
      throw Refusal(
        .labelFault, read: shown(label),
        why: Words("\(fault.words.english) (\(fault.code))", "\(fault.words.chinese)（\(fault.code)）"),
        remedy: Words("Scan again; if it fails again, replace the label", "请重新扫描；如再次失败，请更换标签"))
    }
    if let fault = OutsideTextFault(in: label.text, maximumBytes: maximumScanBytes), label.scheme == "plain" {
      throw Refusal(
        .scanUnreadable, read: shown(label), why: fault.words,
        remedy: Words("Scan again; if it fails again, replace the label", "请重新扫描；如再次失败，请更换标签"))
    }
    return try carryOut(
      Scan(label: label, station: station, state: self.station(stationName), time: time))
  }

  /// Carries out a label that can be read; again, with a witness, once a second person is there.
  func carryOut(_ scan: Scan) throws(Refusal) -> Decision {
    let label = scan.label
    if scan.station.work == .receipt, !isCardOrBadge(label) { return try decideReceipt(scan) }
    if scan.station.work == .picking, let order = order(named: label) { return try decideOrder(order, scan) }
    switch try meaning(of: label) {
    case .card(let card): return try decideCard(card, scan)
    case .quantity(let quantity): return try decideQuantity(quantity, scan)
    case .rejected(let kind, let reason): return try decideRejected(kind, reason, scan)
    case .person(let person): return try decideBadge(person, scan)
    case .lot(let lot):
      guard scan.station.work == .production else { throw labelElsewhere(scan) }
      return try decideLot(lot, scan)
    case .material(let material):
      return scan.station.work == .picking ? try decidePick(material, scan) : try decideMaterial(material, scan)
    }
  }

  private func isCardOrBadge(_ label: ScannedLabel) -> Bool {
    if label.kind == .badge || label.kind == .card { return true }
    guard label.kind == .unknown else { return false }
    return CommandCard(rawValue: label.text) != nil || label.text.hasPrefix(CommandCard.quantityPrefix)
      || CommandCard.rejection(on: label.text) != nil
      || people.values.contains { $0.badge == label.text }
  }

  /// Finds the one thing on the floor that the label names. Two candidates are a refusal, never a guess.
  private func meaning(of label: ScannedLabel) throws(Refusal) -> Meaning {
    var found: [Meaning] = []
    func mayBe(_ kind: ScannedLabel.Kind) -> Bool { label.kind == .unknown || label.kind == kind }
    if mayBe(.card) {
      if let card = CommandCard(rawValue: label.text) { found.append(.card(card)) }
      if label.text.hasPrefix(CommandCard.quantityPrefix) {
        guard let quantity = CommandCard.quantity(on: label.text) else { throw invalidQuantity(label) }
        found.append(.quantity(quantity))
      }
      if let card = CommandCard.rejection(on: label.text) { found.append(.rejected(card.kind, reason: card.reason)) }
    }
    if mayBe(.badge) {
      // Sorted, so that two people with one badge give the same refusal in every replay.
      for person in people.values.sorted(by: { $0.id < $1.id }) where person.badge == label.text {
        found.append(.person(person))
      }
    }
    let named = label.lot ?? label.text
    if mayBe(.lot), let lot = try? LotNumber(named), let state = lots[lot],  // a text that cannot be a name is no lot
      isNamed(orders[state.order]?.product, by: label)
    {
      found.append(.lot(lot))
    }
    if mayBe(.material) { found += materialLots(named: label).map(Meaning.material) }
    if found.count == 1, let only = found.first { return only }
    guard found.isEmpty else {
      throw Refusal(
        .scanAmbiguous, read: shown(label), why: Words("more than one thing has this label", "有多个对象使用此标签"),
        remedy: Words(
          "Scan the internal label instead; if it has none, tell the line lead: labels must be distinct",
          "请改扫内部标签；如没有，请通知线长：标签必须唯一"))
    }
    throw unknown(label)
  }

  private func unknown(_ label: ScannedLabel) -> Refusal {
    switch label.kind {
    case .badge:
      Refusal(
        .personUnknown, read: shown(label), why: Words("this badge is not known", "未知工卡"),
        remedy: Words("Ask the line lead to register it", "请让线长登记此工卡"))
    case .lot: unknownLot(shown(label))
    case .material: unknownMaterial(label)
    case .unknown, .card:
      label.itemCodes.isEmpty
        ? Refusal(
          .scanUnknown, read: shown(label),
          why: Words(
            "no person, lot, material lot or command card has this label", "没有人员、批次、物料批次或指令卡使用此标签"),
          remedy: Words(
            "Check that it is the right label; new lots come with the work order from the ERP",
            "请确认标签正确；新批次随 ERP 工单下达"))
        : unknownMaterial(label)
    }
  }

  private func unknownMaterial(_ label: ScannedLabel) -> Refusal {
    Refusal(
      .materialUnknown, read: shown(label),
      why: Words("no such material lot was received or sent by the ERP", "没有收到过此物料批次，ERP 中也没有"),
      remedy: Words("Set the material aside and tell the warehouse", "请将物料放置一旁并通知仓库"))
  }

  private func labelElsewhere(_ scan: Scan) -> Refusal {
    Refusal(
      .stationRole, read: shown(scan.label),
      why: Words("lots do not run at \(scan.station.name)", "批次不在 \(scan.station.name) 运行"),
      remedy: Words("Scan the lot at its own station", "请在其所属工位扫描该批次"))
  }

  /// A badge's text stays out of every message and record.
  func shown(_ label: ScannedLabel) -> String { isBadge(label) ? "(badge)" : label.text }

  /// The person at the station, without whom nothing is done there.
  func presentPerson(_ scan: Scan) throws(Refusal) -> PersonID {
    guard let person = scan.state.person else {
      throw Refusal(
        .personMissing, read: shown(scan.label),
        why: Words("nobody is identified at \(scan.station.name)", "\(scan.station.name) 尚无人员登录"),
        remedy: Words("Scan your badge first, then this label again", "请先扫描工卡，再扫描此标签"))
    }
    return person
  }
}

/// Longest scan that is looked at, in bytes.
public let maximumScanBytes = 512

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
