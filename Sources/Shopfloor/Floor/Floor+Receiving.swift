extension Floor {
  /// Adds what a label says to the container at hand; receives the container once everything is known.
  func join(_ receipt: ReceiptOpened, _ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    var pending = scan.state.pending ?? PendingReceipt()
    try joinItem(&pending, scan)
    try joinLot(&pending, scan)
    let label = scan.label
    try agree(pending.unusableFrom, label.unusableFrom, Words("the expiry", "有效期"), scan)
    try agree(pending.container, label.container, Words("the container number", "容器号"), scan)
    try agree(pending.serial, label.serial, Words("the serial number", "序列号"), scan)
    if let link = pending.link, let other = label.link, link != other {
      throw Refusal(
        .labelUnlinked, read: label.text,
        why: Words("this label belongs to another container", "此标签属于另一件"),
        remedy: Words("Scan the two labels of one container", "请扫描同一件上的两个标签"))
    }
    pending.unusableFrom = pending.unusableFrom ?? label.unusableFrom
    pending.container = pending.container ?? label.container
    pending.serial = pending.serial ?? label.serial
    pending.link = pending.link ?? label.link
    pending.quantity = quantity(on: label, of: pending.item) ?? pending.quantity
    pending.countedQuantity = scan.state.preparation.quantity ?? pending.countedQuantity
    pending.isAnother = pending.isAnother || scan.state.preparation.cards.contains(.another)
    if pending.quantity == nil, pending.serial != nil, pending.item.map(isCountedInPieces) == true {
      pending.quantity = Quantity(1)
    }
    return try receive(pending, receipt, person, scan)
  }

  func decideReceivedQuantity(_ quantity: Quantity, _ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    guard var pending = scan.state.pending, let receipt = scan.state.receipt else { return Decision.nothing }
    pending.countedQuantity = quantity
    return try receive(pending, receipt, person, scan)
  }

  // MARK: Joining labels

  private func joinItem(_ pending: inout PendingReceipt, _ scan: Scan) throws(Refusal) {
    let label = scan.label
    var named = itemsNamed(by: label)
    if label.itemCodes.isEmpty, label.scheme == "plain", label.kind != .lot { named = itemsCalled(label.text) }
    guard named.count <= 1 else {
      throw Refusal(
        label.itemCodes.count > 1 ? .labelContradicts : .itemAmbiguous, read: label.text,
        why: Words(
          "the label names \(named.map(\.code.text).joined(separator: " and "))",
          "标签指向多个物料：\(named.map(\.code.text).joined(separator: "、"))"),
        remedy: Words("Set the goods aside and tell quality", "请将货物放置一旁并通知质量部门"))
    }
    guard let item = named.first else {
      guard label.itemCodes.isEmpty else {
        throw Refusal(
          .itemUnknown, read: label.text,
          why: Words("no item is called \(label.itemCodes[0])", "没有编码为 \(label.itemCodes[0]) 的物料"),
          remedy: Words(
            "Set the goods aside; the item must be added in the ERP first", "请将货物放置一旁；须先在 ERP 中建立此物料"))
      }
      return
    }
    try agree(pending.item, item.code, Words("the item", "物料"), scan)
    pending.item = item.code
  }

  private func joinLot(_ pending: inout PendingReceipt, _ scan: Scan) throws(Refusal) {
    let label = scan.label
    var lot = label.lot
    if lot == nil, label.kind == .lot || label.kind == .material { lot = label.text }
    guard let lot else {
      try checkDoubt(lot, scan)
      let saysNothing =
        itemsNamed(by: label).isEmpty && itemsCalled(label.text).isEmpty && label.container == nil
        && label.serial == nil && label.unusableFrom == nil && label.quantity == nil
      guard saysNothing else { return }
      throw Refusal(
        .scanUnknown, read: label.text,
        why: Words(
          "this label names no item, lot, expiry, quantity or container", "此标签没有物料、批号、有效期、数量或容器信息"),
        remedy: Words("Scan another label of the container", "请扫描该件上的其他标签"))
    }
    try checkDoubt(lot, scan)
    try agree(pending.supplierLot, lot, Words("the lot", "批号"), scan)
    pending.supplierLot = lot
  }

  /// Nothing of a label that may hold a field too long or cut off is taken before a person has compared it.
  private func checkDoubt(_ lot: String?, _ scan: Scan) throws(Refusal) {
    let label = scan.label
    guard label.isLotDoubtful, !scan.state.preparation.cards.contains(.confirm) else { return }
    var english: [String] = []
    var chinese: [String] = []
    func add(_ value: String?, _ name: Words) {
      guard let value else { return }
      english.append("\(name.english) \"\(value)\"")
      chinese.append("\(name.chinese)“\(value)”")
    }
    add(label.itemCodes.first, Words("item", "物料"))
    add(lot, Words("lot", "批号"))
    add(label.serial, Words("serial number", "序列号"))
    add(label.container, Words("container", "容器号"))
    add(label.quantity.map { "\($0)" }, Words("quantity", "数量"))
    throw Refusal(
      .labelDoubtful, read: label.text,
      why: Words(
        "a separator or the end of this label may be missing, so that a field is too long or cut off: "
          + english.joined(separator: ", "),
        "此标签可能缺少分隔符或结尾，字段可能过长或被截断：" + chinese.joined(separator: "，")),
      remedy: Words(
        "Compare with the print; if it is exactly this, scan LOT CHECKED and then the label",
        "请与印刷内容核对；如完全一致，请扫描“批号已核对”卡，再扫描标签"))
  }

  private func agree<Value: Equatable>(_ known: Value?, _ new: Value?, _ what: Words, _ scan: Scan) throws(Refusal) {
    guard let known, let new, known != new else { return }
    throw Refusal(
      .labelContradicts, read: scan.label.text,
      why: Words(
        "\(what.english) is \(new) on this label and \(known) on the one before",
        "此标签的\(what.chinese)为 \(new)，而前一标签为 \(known)"),
      remedy: Words(
        "Scan labels of one container only, or CANCEL and begin again; if they are on one container, tell quality",
        "请只扫描同一件的标签，或扫描“取消”卡重新开始；如确为同一件，请通知质量部门"))
  }

  // MARK: Receiving

  private func receive(
    _ pending: PendingReceipt, _ receipt: ReceiptOpened, _ person: PersonID, _ scan: Scan
  ) throws(Refusal) -> Decision {
    if let item = pending.item { try checkArrival(pending, item, receipt, scan) }
    guard let item = pending.item, let lot = pending.supplierLot, let quantity = pending.amount,
      pending.unusableFrom != nil || items[item]?.requiresExpiry != true
    else {
      let missing = missing(in: pending)
      return .accepted(
        [.receiptPending(ReceiptPending(station: scan.station.name, pending: pending))],
        "\(pending.item.map(name) ?? "container"): still missing: \(missing.english)",
        "\(pending.item.map(name) ?? "此件")：还缺\(missing.chinese)")
    }
    let ofReceipt = try materialLots(item, lot, pending, receipt, scan)
    try checkDistinct(pending, item, ofReceipt, scan)
    let known = ofReceipt.first { $0.status == .quarantined && $0.receivedAt != nil }
    let number = known?.number ?? nextMaterialLotNumber()
    let received = MaterialReceived(
      material: number, item: item, supplierLot: lot, quantity: quantity, unusableFrom: pending.unusableFrom,
      container: pending.container, serial: pending.serial, delivery: receipt.delivery, station: scan.station.name,
      person: person, at: scan.time)
    var material =
      known
      ?? MaterialLot(
        number: number, item: item, status: .quarantined, unusableFrom: pending.unusableFrom, supplierLot: lot,
        quantity: .zero, delivery: receipt.delivery, receivedAt: scan.time)
    material.quantity = (material.quantity ?? .zero) + quantity
    let unit = items[item]?.unit ?? ""
    return witnessed(
      .receive, scan, person,
      .accepted(
        [.materialReceived(received), .materialLotUpdated(material)],
        "received \(quantity) \(unit) of \(name(of: item)), lot \(lot), as \(number), in quarantine",
        "已收货：\(name(of: item)) \(quantity) \(unit)，批号 \(lot)，内部批次 \(number)，待检"))
  }

  /// The material lots of this receipt that are of this maker's lot, whatever became of them since.
  private func materialLots(
    _ item: ItemCode, _ lot: String, _ pending: PendingReceipt, _ receipt: ReceiptOpened, _ scan: Scan
  ) throws(Refusal) -> [MaterialLot] {
    let ofLot = (materialsBySupplierLot[lot] ?? []).compactMap { materials[$0] }.filter { $0.item == item }
    if let other = ofLot.first(where: { $0.unusableFrom != pending.unusableFrom && !isTakenBack($0) }) {
      throw Refusal(
        .labelContradicts, read: scan.label.text,
        why: Words(
          "lot \(lot) was received as \(other.number) with another expiry (\(Self.expiry(other.unusableFrom)))",
          "批号 \(lot) 曾以 \(other.number) 收货，有效期不同（\(Self.expiry(other.unusableFrom))）"),
        remedy: Words("Set the goods aside and tell quality", "请将货物放置一旁并通知质量部门"))
    }
    return ofLot.filter { material in
      guard material.unusableFrom == pending.unusableFrom else { return false }
      return scan.state.receivedHere.contains(material.number)
        || (receipt.delivery != nil && material.delivery == receipt.delivery)
    }
  }

  private static func expiry(_ time: Timestamp?) -> String { time.map { "\($0)" } ?? "none" }

  private func checkDistinct(_ pending: PendingReceipt, _ item: ItemCode, _ ofReceipt: [MaterialLot], _ scan: Scan)
    throws(Refusal)
  {
    let units = [pending.container, serialKey(item, pending.serial)].compactMap { $0 }
    if let earlier = units.lazy.compactMap({ receivedUnits[$0] }).first {
      throw Refusal(
        .containerDuplicate, read: scan.label.text,
        why: Words(
          "container or piece \(pending.container ?? pending.serial ?? "") was received before, as \(earlier)",
          "容器或序列号 \(pending.container ?? pending.serial ?? "") 已收货，内部批次 \(earlier)"),
        remedy: Words("It counts once; go on with the next container", "只计一次；请继续下一件"))
    }
    let soFar = ofReceipt.compactMap(\.quantity).reduce(.zero, +)
    guard units.isEmpty, soFar.isPositive, !pending.isAnother else { return }
    throw Refusal(
      .containerRepeated, read: scan.label.text,
      why: Words(
        "lot \(pending.supplierLot ?? "") was read in this receipt (\(soFar) so far), and the label has no number of its "
          + "own", "本次收货已读取批号 \(pending.supplierLot ?? "")（累计 \(soFar)），且标签没有唯一编号"),
      remedy: Words(
        "If it is a further container, scan ANOTHER ONE and then its label; otherwise CANCEL",
        "如为另一件，请扫描“再来一件”卡，再扫描其标签；否则扫描“取消”卡"))
  }

  // MARK: What may come in

  private func checkArrival(
    _ pending: PendingReceipt, _ code: ItemCode, _ receipt: ReceiptOpened, _ scan: Scan
  ) throws(Refusal) {
    if let limit = pending.unusableFrom { try checkLife(limit, code, scan) }
    guard let number = receipt.delivery, let delivery = deliveries[number] else { return }
    guard delivery.state == .expected else {
      throw Refusal(
        .deliveryEnded, read: scan.label.text,
        why: Words(
          "delivery \(number) is \(delivery.state.words.english)", "送货单 \(number) \(delivery.state.words.chinese)"),
        remedy: Words("Scan COMPLETE, set the rest aside and tell purchasing", "请扫描“完成”卡，其余放置一旁并通知采购部门"))
    }
    let lines = delivery.lines.filter { $0.item == code }
    guard !lines.isEmpty else {
      let mayBeBlind = plan.materialRules?.allowsBlindReceipt ?? true
      throw Refusal(
        .itemUnexpected, read: scan.label.text,
        why: Words("delivery \(number) has no \(name(of: code))", "送货单 \(number) 中没有 \(name(of: code))"),
        remedy: mayBeBlind
          ? Words(
            "Set it aside and tell purchasing, or close this receipt and receive it blind",
            "请放置一旁并通知采购部门，或关闭本次收货后无单收货")
          : Words("Set it aside and tell purchasing", "请放置一旁并通知采购部门"))
    }
    if let lot = pending.supplierLot { try checkExpected(pending, lot, lines, delivery, scan) }
  }

  /// A lot that the delivery names is held to its own lines, every other one to the lines without a lot.
  private func checkExpected(
    _ pending: PendingReceipt, _ lot: String, _ lines: [ExpectedDelivery.Line], _ delivery: ExpectedDelivery,
    _ scan: Scan
  ) throws(Refusal) {
    let named = lines.compactMap(\.supplierLot)
    let isNamed = named.contains(lot)
    let fitting = lines.filter { isNamed ? $0.supplierLot == lot : $0.supplierLot == nil }
    guard let code = fitting.first?.item else {
      throw Refusal(
        .lotUnexpected, read: scan.label.text,
        why: Words(
          "delivery \(delivery.number) announces lot \(named.joined(separator: ", ")), not \(lot)",
          "送货单 \(delivery.number) 预告的批号为 \(named.joined(separator: "、"))，而非 \(lot)"),
        remedy: Words("Set it aside and tell purchasing", "请放置一旁并通知采购部门"))
    }
    guard let quantity = pending.amount else { return }
    let expected = fitting.map(\.quantity).reduce(.zero, +)
    let received = (deliveryReceipts[delivery.number] ?? []).filter { count in
      count.item == code && (isNamed ? count.supplierLot == lot : !named.contains(count.supplierLot))
    }.map(\.quantity).reduce(.zero, +)
    let percent = delivery.overDeliveryPercent ?? plan.materialRules?.overDeliveryPercent ?? 0
    guard received + quantity > expected + expected.percent(percent) else { return }
    throw Refusal(
      .overDelivery, read: scan.label.text,
      why: Words(
        "\(expected) of \(name(of: code)) was expected, \(received) has come, and this is \(quantity) more",
        "\(name(of: code)) 应到 \(expected)，已到 \(received)，此件又有 \(quantity)"),
      remedy: Words("Set it aside and tell purchasing", "请放置一旁并通知采购部门"))
  }

  private func checkLife(_ limit: Timestamp, _ code: ItemCode, _ scan: Scan) throws(Refusal) {
    guard scan.time < limit else {
      throw Refusal(
        .receiptExpired, read: scan.label.text,
        why: Words("it may not be used since \(limit)", "自 \(limit) 起不可使用"),
        remedy: Words("Refuse it, or set it aside for return", "请拒收，或放置一旁待退货"))
    }
    let days = items[code]?.minimumRemainingLifeDays ?? plan.materialRules?.minimumRemainingLifeDays ?? 0
    let left = limit.microseconds(since: scan.time) / Self.microsecondsPerDay
    guard left < Int64(days) else { return }
    throw Refusal(
      .remainingLife, read: scan.label.text,
      why: Words("\(left) days are left and \(days) are asked for", "剩余有效期 \(left) 天，要求至少 \(days) 天"),
      remedy: Words("Set it aside and tell purchasing", "请放置一旁并通知采购部门"))
  }

  static let microsecondsPerDay: Int64 = 86_400_000_000
}
