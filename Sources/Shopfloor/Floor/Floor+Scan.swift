extension Floor {
  /// What a label turned out to be.
  enum Meaning: Hashable {
    case card(CommandCard)
    case person(Person)
    case lot(LotNumber)
    case material(MaterialLot)
  }

  func decideScan(_ label: ScannedLabel, _ stationName: StationName, _ time: Timestamp) throws(Refusal) -> Decision {
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
    switch try meaning(of: label) {
    case .card(let card): return try decideCard(card, station, label, time)
    case .person(let person): return try decideBadge(person, station, time)
    case .lot(let lot): return try decideLot(lot, station, label, time)
    case .material(let material): return try decideMaterial(material, station, label, time)
    }
  }

  /// Finds the one thing on the floor that the label names. Two candidates are a refusal, never a guess.
  private func meaning(of label: ScannedLabel) throws(Refusal) -> Meaning {
    var found: [Meaning] = []
    func mayBe(_ kind: ScannedLabel.Kind) -> Bool { label.kind == .unknown || label.kind == kind }
    if mayBe(.card), let card = CommandCard(rawValue: label.text) { found.append(.card(card)) }
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
    if mayBe(.material), let number = try? MaterialLotNumber(named), let material = materials[number],  // as above
      isNamed(material.item, by: label)
    {
      found.append(.material(material))
    }
    if found.count == 1, let only = found.first { return only }
    guard found.isEmpty else {
      throw Refusal(
        .scanAmbiguous, read: shown(label), why: Words("more than one thing has this label", "有多个对象使用此标签"),
        remedy: Words("Tell the line lead; the labels must be made distinct", "请通知线长；标签必须唯一"))
    }
    throw unknown(label)
  }

  /// Whether the label names this item, or none at all.
  func isNamed(_ code: ItemCode?, by label: ScannedLabel) -> Bool {
    guard !label.itemCodes.isEmpty else { return true }
    guard let code else { return false }
    return label.itemCodes.contains { code.text == $0 || items[code]?.otherCodes.contains($0) == true }
  }

  private func unknown(_ label: ScannedLabel) -> Refusal {
    switch label.kind {
    case .badge:
      Refusal(
        .personUnknown, read: shown(label), why: Words("this badge is not known", "未知工卡"),
        remedy: Words("Ask the line lead to register it", "请让线长登记此工卡"))
    case .lot: unknownLot(shown(label))
    case .material:
      Refusal(
        .materialUnknown, read: shown(label), why: Words("the ERP has no such material lot", "ERP 中没有此物料批次"),
        remedy: Words("Set the material aside and tell the warehouse", "请将物料放置一旁并通知仓库"))
    case .unknown, .card:
      Refusal(
        .scanUnknown, read: shown(label),
        why: Words("no person, lot, material lot or command card has this label", "没有人员、批次、物料批次或指令卡使用此标签"),
        remedy: Words(
          "Check that it is the right label; new lots come with the work order from the ERP", "请确认标签正确；新批次随 ERP 工单下达"))
    }
  }

  /// A badge's text stays out of every message and record.
  func shown(_ label: ScannedLabel) -> String { label.kind == .badge ? "(badge)" : label.text }

  private func decideBadge(_ person: Person, _ station: StationPlan, _ time: Timestamp) throws(Refusal) -> Decision {
    let state = self.station(station.name)
    if state.person == person.id {
      return .accepted([], "\(person.name) is at \(station.name)", "\(person.name) 已在 \(station.name)")
    }
    if let run = state.activeRun, let present = state.person {
      throw Refusal(
        .personSecondInRun, read: "\(person.name)",
        why: Words(
          "\(people[present]?.name ?? present.text) is at this station and run \(run.id) is active",
          "\(people[present]?.name ?? present.text) 正在此工位，运行 \(run.id) 进行中"),
        remedy: Words("Scan the LEAVE card first to hand over", "交接请先扫描“离开”卡"))
    }
    guard person.rights.contains(.operate) else {
      throw Refusal(
        .personRight, read: person.name,
        why: Words("\(person.name) does not have the right \"operate\"", "\(person.name) 没有“operate”权限"),
        remedy: Words("Ask an operator to scan a badge", "请让操作员扫描工卡"))
    }
    var events: [Event] = []
    if let present = state.person {
      events.append(.personLeft(StationPerson(station: station.name, person: present)))
    }
    events.append(.personIdentified(StationPerson(station: station.name, person: person.id)))
    return .accepted(events, "Welcome, \(person.name)", "\(person.name)，您好")
  }

  /// The person at the station, without whom nothing is done there.
  func presentPerson(_ station: StationPlan, _ label: ScannedLabel) throws(Refusal) -> PersonID {
    guard let person = self.station(station.name).person else {
      throw Refusal(
        .personMissing, read: shown(label),
        why: Words("nobody is identified at \(station.name)", "\(station.name) 尚无人员登录"),
        remedy: Words("Scan your badge first, then this label again", "请先扫描工卡，再扫描此标签"))
    }
    return person
  }
}

/// Longest scan that is looked at, in bytes.
public let maximumScanBytes = 512
