extension Floor {
  // MARK: Opening and closing

  /// The work order that the label names: by its own number, or by one of its lots.
  func order(named label: ScannedLabel) -> WorkOrder? {
    // A text that cannot be a name is no order and no lot.
    if let number = try? WorkOrderNumber(label.text), let order = orders[number] { return order }
    guard label.kind == .unknown || label.kind == .lot else { return nil }
    guard let lot = try? LotNumber(label.lot ?? label.text), let state = lots[lot],  // as above
      let order = orders[state.order], isNamed(order.product, by: label)
    else { return nil }
    return order
  }

  func decideOrder(_ order: WorkOrder, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    let next = suggestionWords(for: order, scan.time)
    if let open = scan.state.picking {
      guard open.order == order.number else {
        throw Refusal(
          .pickingOpen, read: scan.label.text,
          why: Words(
            "picking for \(open.order) is open at \(scan.station.name)", "\(scan.station.name) 正在为 \(open.order) 拣料"),
          remedy: Words("Scan COMPLETE to close it first", "请先扫描“完成”卡"))
      }
      return .accepted([], "picking for \(order.number): \(next.english)", "\(order.number) 拣料：\(next.chinese)")
    }
    // What an ended order has left is put back.
    if !stock.values.contains(where: { $0.allocated[order.number] != nil }) { try checkReleased(order, scan) }
    return .accepted(
      [
        .pickingOpened(
          PickingOpened(station: scan.station.name, order: order.number, person: person, at: scan.time))
      ], "picking for \(order.number), \(order.productName): \(next.english)",
      "\(order.number)（\(order.productName)）开始拣料：\(next.chinese)")
  }

  private func checkReleased(_ order: WorkOrder, _ scan: Scan) throws(Refusal) {
    guard order.state != .released else { return }
    throw Refusal(
      .orderNotReleased, read: scan.label.text,
      why: Words(
        "work order \(order.number) is \(order.state.words.english)", "工单 \(order.number) \(order.state.words.chinese)"),
      remedy: Words(
        "Nothing is picked for it any more; put back what is left with the PUT BACK card",
        "不可再为其拣料；请用“退回库存”卡退回剩余物料"))
  }

  private func openOrder(_ scan: Scan) throws(Refusal) -> WorkOrder {
    guard let open = scan.state.picking, let order = orders[open.order] else {
      throw Refusal(
        .pickingMissing, read: scan.label.text,
        why: Words("no picking is open at \(scan.station.name)", "\(scan.station.name) 尚未开始拣料"),
        remedy: Words(
          "Scan the work order or one of its lots first", "请先扫描工单或其批次"))
    }
    return order
  }

  func decidePickingEnd(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    let order = try openOrder(scan)
    let shortages = order.materials.compactMap { line -> Shortage? in
      let required = required(line, of: order)
      let picked = self.picked[order.number]?[line.item] ?? .zero
      return picked < required ? Shortage(item: line.item, expected: required, actual: picked) : nil
    }
    let short = shortages.map { "\(name(of: $0.item)): \($0.actual) / \($0.expected)" }.joined(separator: "; ")
    return witnessed(
      .complete, scan, person,
      .accepted(
        [
          .pickingClosed(
            PickingClosed(
              station: scan.station.name, order: order.number, person: person, shortages: shortages, at: scan.time))
        ],
        shortages.isEmpty ? "picking complete" : "picking closed; still missing: \(short)",
        shortages.isEmpty ? "拣料完成" : "拣料已关闭；尚缺：\(short)"))
  }

  // MARK: What to take

  func required(_ line: BillOfMaterialsLine, of order: WorkOrder) -> Quantity {
    Quantity(nearest: line.quantityPerUnit * order.quantity) ?? .zero
  }

  func needed(_ line: BillOfMaterialsLine, of order: WorkOrder) -> Quantity {
    required(line, of: order) - (picked[order.number]?[line.item] ?? .zero)
  }

  /// The lot of an item that expires first, of those that may be used and have something free; without an expiry date
  /// last, then by arrival.
  public func firstExpired(of item: ItemCode, at time: Timestamp) -> MaterialLot? {
    (materialsByItem[item] ?? []).compactMap { materials[$0] }.filter { material in
      material.status == .released && (material.unusableFrom.map { time < $0 } ?? true)
        && (freeQuantity(of: material.number)?.isPositive ?? true)
    }.min { Self.isUsedFirst($0, before: $1) }
  }

  private static func isUsedFirst(_ left: MaterialLot, before right: MaterialLot) -> Bool {
    func key(_ material: MaterialLot) -> (Int64, Int64, String) {
      (
        material.unusableFrom?.microseconds ?? .max, material.receivedAt?.microseconds ?? .min,
        material.number.text
      )
    }
    return key(left) < key(right)
  }

  private func suggestionWords(for order: WorkOrder, _ time: Timestamp) -> Words {
    for line in order.materials {
      let need = needed(line, of: order)
      guard need.isPositive else { continue }
      let unit = items[line.item]?.unit ?? ""
      guard let lot = firstExpired(of: line.item, at: time) else {
        return Words(
          "\(need) \(unit) of \(name(of: line.item)) needed, and no released lot is there",
          "需要 \(name(of: line.item)) \(need) \(unit)，但没有已放行的批次")
      }
      return Words(
        "take \(need) \(unit) of \(name(of: line.item)) from \(lot.number)\(lot.supplierLot.map { " (\($0))" } ?? "")",
        "请从 \(lot.number)\(lot.supplierLot.map { "（\($0)）" } ?? "") 领取 \(name(of: line.item)) \(need) \(unit)")
    }
    return Words("everything is picked: scan COMPLETE", "已全部拣齐：请扫描“完成”卡")
  }

  // MARK: Taking and putting back

  func decidePick(_ material: MaterialLot, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    let cards = scan.state.preparation.cards
    if cards.contains(.hold) { return decideBlock(material, person, scan) }
    let order = try openOrder(scan)
    if cards.contains(.unpick) { return try decideUnpick(material, order, person, scan) }
    try checkReleased(order, scan)
    let line = try billLine(of: order, for: material.item, scan)
    try checkLabel(material, scan)
    try checkUsable(material, scan)
    try checkDistinctPick(material, scan)
    let need = needed(line, of: order)
    guard need.isPositive else {
      throw Refusal(
        .pickNothingNeeded, read: scan.label.text,
        why: Words(
          "\(required(line, of: order)) of \(name(of: line.item)) is picked already",
          "\(name(of: line.item)) 已拣 \(required(line, of: order))"),
        remedy: Words("Put it back; go on with the next item", "请放回；继续下一种物料"))
    }
    let quantity = try pickedQuantity(material, need, order, scan)
    try checkPiece(material, quantity, scan)
    let instead = try checkFirstExpired(material, scan)
    let picked = MaterialPicked(
      order: order.number, material: material.number, item: material.item,
      substituteFor: line.item == material.item ? nil : line.item, quantity: quantity, insteadOf: instead,
      container: scan.label.container, serial: scan.label.serial, station: scan.station.name, person: person,
      at: scan.time, totals: totals(of: material.number, for: order.number, picked: quantity))
    var after = self
    after.apply(.materialPicked(picked))
    let next = after.suggestionWords(for: order, scan.time)
    let decision = Decision.accepted(
      [.materialPicked(picked)], "picked \(quantity) of \(material.number) for \(order.number); \(next.english)",
      "已为 \(order.number) 拣取 \(material.number) \(quantity)；\(next.chinese)")
    let overridden = instead == nil ? decision : witnessed(.override, scan, person, decision)
    return overridden == decision ? witnessed(.pick, scan, person, decision) : overridden
  }

  /// A label that was picked in this picking counts again only with the card.
  private func checkDistinctPick(_ material: MaterialLot, _ scan: Scan) throws(Refusal) {
    let label = PickedLabel(
      material: material.number, container: scan.label.container, serial: scan.label.serial)
    guard scan.state.pickedHere.contains(label), !scan.state.preparation.cards.contains(.another) else { return }
    throw Refusal(
      .containerRepeated, read: scan.label.text,
      why: Words("this label was picked in this picking already", "本次拣料已读取过此标签"),
      remedy: Words(
        "If more of it is to be taken, scan ANOTHER ONE and then the label", "如需再取，请扫描“再来一件”卡，再扫描标签"))
  }

  private func checkPiece(_ material: MaterialLot, _ quantity: Quantity, _ scan: Scan) throws(Refusal) {
    guard let piece = pieceKey(material.item, scan.label.serial, quantity) else { return }
    try checkNotConsumed(piece, scan)
    if let picked = pickedPieces[piece] {
      throw Refusal(
        .materialAllocated, read: scan.label.text,
        why: Words("this piece is picked for \(picked.order)", "此件已分配给 \(picked.order)"),
        remedy: Words("Take another one", "请领用另一件"))
    }
  }

  func checkNotConsumed(_ piece: String, _ scan: Scan) throws(Refusal) {
    guard let run = consumedPieces[piece] else { return }
    throw Refusal(
      .materialSpent, read: scan.label.text,
      why: Words("this piece was consumed in run \(run)", "此件已在运行 \(run) 中使用"),
      remedy: Words("Check the label; take another one", "请核对标签；领用另一件"))
  }

  private func pickedQuantity(_ material: MaterialLot, _ need: Quantity, _ order: WorkOrder, _ scan: Scan)
    throws(Refusal) -> Quantity
  {
    let free = freeQuantity(of: material.number)
    let single = scan.label.serial == nil ? nil : Quantity(1)
    let named = scan.state.preparation.quantity ?? quantity(on: scan.label, of: material.item) ?? single
    if let named, named > need {
      throw Refusal(
        .pickMoreThanNeeded, read: scan.label.text,
        why: Words("\(need) is needed and this is \(named)", "需要 \(need)，而此件为 \(named)"),
        remedy: Words(
          "Take only what is needed and scan a quantity card first", "只取所需数量，并先扫描数量卡"))
    }
    // Without a number the lot gives what it has, up to what is needed: several lots may serve one item.
    let quantity = named ?? min(need, free.flatMap { $0.isPositive ? $0 : nil } ?? need)
    if let free { try checkEnough(quantity, of: material, available: free, for: [order.number], scan) }
    return quantity
  }

  /// - Returns: the lot that should have been taken, where a person took another one knowingly.
  private func checkFirstExpired(_ material: MaterialLot, _ scan: Scan) throws(Refusal) -> MaterialLotNumber? {
    guard let first = firstExpired(of: material.item, at: scan.time), first.number != material.number,
      let firstLimit = first.unusableFrom, material.unusableFrom.map({ firstLimit < $0 }) ?? true
    else { return nil }
    if scan.state.preparation.cards.contains(.override) { return first.number }
    throw Refusal(
      .pickNotFirstExpired, read: scan.label.text,
      why: Words(
        "\(first.number) expires earlier (\(firstLimit))", "\(first.number) 更早到期（\(firstLimit)）"),
      remedy: Words(
        "Take that lot; if it must be this one, scan TAKE THIS LOT and then this label",
        "请领用该批次；如必须使用此批，请扫描“指定此批”卡，再扫描此标签"))
  }

  private func decideUnpick(_ material: MaterialLot, _ order: WorkOrder, _ person: PersonID, _ scan: Scan)
    throws(Refusal) -> Decision
  {
    guard let allocated = stock[material.number]?.allocated[order.number], allocated.isPositive else {
      throw Refusal(
        .pickNotPicked, read: scan.label.text,
        why: Words(
          "nothing of \(material.number) is picked for \(order.number)", "\(order.number) 没有拣取 \(material.number)"),
        remedy: Words("Check the label", "请核对标签"))
    }
    if let piece = pieceKey(material.item, scan.label.serial, nil),
      pieces.contains(piece) || pickedPieces[piece] != nil, pickedPieces[piece]?.order != order.number
    {
      throw Refusal(
        .pickNotPicked, read: scan.label.text,
        why: Words("this piece is not picked for \(order.number)", "此件未分配给 \(order.number)"),
        remedy: Words("Check the label", "请核对标签"))
    }
    if let piece = serialKey(material.item, scan.label.serial) { try checkNotConsumed(piece, scan) }
    let single = scan.label.serial == nil ? nil : Quantity(1)
    let quantity =
      scan.state.preparation.quantity
      ?? min(self.quantity(on: scan.label, of: material.item) ?? single ?? allocated, allocated)
    guard quantity <= allocated else {
      throw Refusal(
        .quantityInvalid, read: scan.label.text,
        why: Words(
          "\(quantity) is to go back and \(allocated) is picked", "要退回 \(quantity)，而仅拣取了 \(allocated)"),
        remedy: Words("Scan a quantity card with what goes back", "请扫描与退回数量一致的数量卡"))
    }
    try checkPieces(of: material, order, without: quantity, leaving: allocated - quantity, scan)
    let billItem = stock[material.number]?.pickedFor[order.number] ?? material.item
    let back = MaterialUnpicked(
      order: order.number, material: material.number, item: material.item,
      substituteFor: billItem == material.item ? nil : billItem, quantity: quantity,
      container: scan.label.container, serial: scan.label.serial, station: scan.station.name, person: person,
      at: scan.time, totals: totals(of: material.number, for: order.number, picked: .zero - quantity))
    return .accepted(
      [.materialUnpicked(back)], "\(quantity) of \(material.number) is in the stock again",
      "\(material.number) 的 \(quantity) 已退回库存")
  }

  /// Pieces that were picked by their own labels go back by them: another label does not say which one it is.
  private func checkPieces(
    of material: MaterialLot, _ order: WorkOrder, without quantity: Quantity, leaving rest: Quantity, _ scan: Scan
  ) throws(Refusal) {
    guard pieceKey(material.item, scan.label.serial, quantity) == nil else { return }
    let taken = PickedPiece(order: order.number, material: material.number)
    let pieces = pickedPieces.filter { $0.value == taken && consumedPieces[$0.key] == nil }
    guard let first = pieces.keys.min(), rest < Quantity(pieces.count) else { return }
    throw Refusal(
      .pickNotPicked, read: scan.label.text,
      why: Words(
        "\(pieces.count) pieces of \(material.number) were picked by their own labels, such as \(first)",
        "\(material.number) 有 \(pieces.count) 件是按件拣取的，例如 \(first)"),
      remedy: Words("Scan the label of the piece that goes back", "请扫描要退回的那一件的标签"))
  }
}
