extension Floor {
  /// Every material lot that the label can mean: by our own number, by its container or piece, by the maker's lot.
  func materialLots(named label: ScannedLabel) -> [MaterialLot] {
    var found: [MaterialLot] = []
    func add(_ number: MaterialLotNumber) {
      guard let material = materials[number], isNamed(material.item, by: label), !found.contains(material) else {
        return
      }
      found.append(material)
    }
    // A text that cannot be a name is no material lot.
    if let number = try? MaterialLotNumber(label.lot ?? label.text) { add(number) }
    if let unit = units(named: label).lazy.compactMap({ receivedUnits[$0] }).first {
      add(unit)
      return found
    }
    if !label.itemCodes.isEmpty, let lot = label.lot {
      (materialsBySupplierLot[lot] ?? []).filter { materials[$0].map(isTakenBack) == false }.forEach(add)
    }
    return found
  }

  /// Whether everything of a lot that was received here was taken back: then there is no such lot.
  func isTakenBack(_ material: MaterialLot) -> Bool { material.receivedAt != nil && material.quantity == .zero }

  /// The keys of the container or piece that the label names, for each item that it may be.
  private func units(named label: ScannedLabel) -> [String] {
    [label.container].compactMap { $0 } + itemsNamed(by: label).compactMap { serialKey($0.code, label.serial) }
  }

  /// The items that the codes of the label name, each once.
  func itemsNamed(by label: ScannedLabel) -> [Item] {
    var found: [Item] = []
    for code in label.itemCodes {
      for item in itemsCalled(code) where !found.contains(item) { found.append(item) }
    }
    return found
  }

  func itemsCalled(_ code: String) -> [Item] {
    (itemsByCode[code] ?? []).compactMap { items[$0] }
  }

  func isCountedInPieces(_ code: ItemCode) -> Bool {
    items[code].map { Item.pieceUnits.contains($0.unit.lowercased()) } ?? false
  }

  /// Whether the label names this item, or none at all.
  func isNamed(_ code: ItemCode?, by label: ScannedLabel) -> Bool {
    guard !label.itemCodes.isEmpty else { return true }
    guard let code else { return false }
    return label.itemCodes.contains { code.text == $0 || items[code]?.otherCodes.contains($0) == true }
  }

  /// What nobody has consumed or set aside; nil where the lot is not counted.
  public func freeQuantity(of number: MaterialLotNumber) -> Quantity? {
    guard let received = materials[number]?.quantity else { return nil }
    return (stock[number] ?? MaterialStock()).free(of: received)
  }

  /// The quantity on the label in the item's own unit: its count or its net measure, whichever is in that unit. A count
  /// of pieces says nothing of an item that is weighed.
  func quantity(on label: ScannedLabel, of item: ItemCode?) -> Quantity? {
    if let quantity = label.quantity, quantity.isPositive, label.quantityUnit.map({ isUnit($0, of: item) }) ?? true {
      return quantity
    }
    guard let measure = label.measure, measure.isPositive, let unit = label.measureUnit, isUnit(unit, of: item) else {
      return nil
    }
    return measure
  }

  private func isUnit(_ unit: String, of code: ItemCode?) -> Bool {
    guard let code, let own = items[code]?.unit.lowercased() else { return false }
    return own == unit.lowercased() || (isCountedInPieces(code) && Item.pieceUnits.contains(unit.lowercased()))
  }

  /// The key of a single piece with a serial number, which goes to one place as a whole. A container is no piece: a drum
  /// serves several orders and runs.
  func pieceKey(_ item: ItemCode, _ serial: String?, _ quantity: Quantity?) -> String? {
    guard let key = serialKey(item, serial) else { return nil }
    return pieces.contains(key) || quantity == nil || quantity == Quantity(1) ? key : nil
  }

  /// What the label says of the material must be true of the lot that was found by the number on it.
  func checkLabel(_ material: MaterialLot, _ scan: Scan) throws(Refusal) {
    if let lot = scan.label.lot, let known = material.supplierLot, lot != known, lot != material.number.text {
      throw Refusal(
        .labelContradicts, read: scan.label.text,
        why: Words(
          "the label says lot \(lot), but this container was received as \(material.number), lot \(known)",
          "标签批号为 \(lot)，而此件收货时为 \(material.number)，批号 \(known)"),
        remedy: Words("Set it aside and tell quality", "请放置一旁并通知质量部门"))
    }
    if let key = serialKey(material.item, scan.label.serial), pieces.contains(key),
      let quantity = scan.state.preparation.quantity, quantity != Quantity(1)
    {
      throw Refusal(
        .quantityInvalid, read: scan.label.text,
        why: Words("this is a single piece with a serial number", "这是带序列号的单件"),
        remedy: Words("Scan CANCEL, then the label without a quantity card", "请扫描“取消”卡，再扫描标签（不用数量卡）"))
    }
  }

  // MARK: Checks

  func checkUsable(_ material: MaterialLot, _ scan: Scan) throws(Refusal) {
    guard material.status == .released else {
      throw Refusal(
        .materialNotReleased, read: scan.label.text,
        why: Words(
          "material lot \(material.number) is \(material.status.words.english)",
          "物料批次 \(material.number) \(material.status.words.chinese)"),
        remedy: Words(
          "Set it aside; use a released lot or ask quality to release this one", "请放置一旁；使用已放行的批次，或请质量部门放行"))
    }
    // The label and the stock may disagree on the expiry; the earlier one counts.
    let limits = [material.unusableFrom, scan.label.unusableFrom].compactMap { $0 }
    if let limit = limits.min(), scan.time >= limit {
      throw Refusal(
        .materialExpired, read: scan.label.text,
        why: Words(
          "material lot \(material.number) may not be used since \(limit)", "物料批次 \(material.number) 自 \(limit) 起不可使用"),
        remedy: Words("Set it aside for the warehouse and take a lot that is in date", "请放置一旁交仓库处理，并领用在有效期内的批次"))
    }
  }

  /// The line of the bill of materials that the item serves.
  func billLine(of order: WorkOrder, for item: ItemCode, _ scan: Scan) throws(Refusal) -> BillOfMaterialsLine {
    if let line = order.materials.first(where: { $0.item == item }) { return line }
    let allowed = order.materials.first { line in
      line.substitutes?.contains(item) == true
        || plan.materialRules?.substitutes.contains {
          $0.item == line.item && $0.substitute == item && ($0.product == nil || $0.product == order.product)
        } == true
    }
    if let allowed { return allowed }
    throw Refusal(
      .materialForeign, read: scan.label.text,
      why: Words(
        "item \(item) is not in the bill of materials of work order \(order.number), nor allowed as a substitute",
        "物料 \(item) 不在工单 \(order.number) 的物料清单中，也不是允许的替代料"),
      remedy: Words("Take the material that the work order lists", "请领用工单所列的物料"))
  }

  /// Refuses more than there is; what other orders have set aside is named.
  func checkEnough(
    _ wanted: Quantity, of material: MaterialLot, available: Quantity, for order: [WorkOrderNumber], _ scan: Scan
  ) throws(Refusal) {
    guard wanted > available else { return }
    let others = (stock[material.number]?.allocated ?? [:]).filter { !order.contains($0.key) }
      .sorted { $0.key < $1.key }
    if !others.isEmpty {
      let names = others.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
      throw Refusal(
        .materialAllocated, read: scan.label.text,
        why: Words(
          "\(wanted) of \(material.number) is wanted and \(available) is free; set aside for \(names)",
          "需要 \(material.number) 的 \(wanted)，仅剩 \(available)；已分配给 \(names)"),
        remedy: Words("Take another lot, or put the other picking back first", "请领用其他批次，或先退回其他工单的拣料"))
    }
    throw Refusal(
      .materialShort, read: scan.label.text,
      why: Words(
        "\(wanted) of \(material.number) is wanted and only \(available) is there",
        "需要 \(material.number) 的 \(wanted)，库存仅有 \(available)"),
      remedy: Words(
        "Count what is there and scan a quantity card, or take another lot", "请清点实物并扫描数量卡，或领用其他批次"))
  }
}
