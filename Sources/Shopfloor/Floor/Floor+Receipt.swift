extension Floor {
  // MARK: Opening and closing

  /// A label at a station for receipt: the number of a delivery, or something that came.
  func decideReceipt(_ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    if scan.state.preparation.cards.contains(.hold) {
      return decideBlock(try onlyMaterial(scan), person, scan)
    }
    if scan.label.scheme == "plain", scan.label.kind == .unknown,
      // A text that cannot be a name is no delivery.
      let number = try? DeliveryNumber(scan.label.text), let delivery = deliveries[number]
    {
      return try open(delivery, person, scan)
    }
    guard let receipt = scan.state.receipt else {
      throw Refusal(
        .receiptMissing, read: scan.label.text,
        why: Words(
          "no receipt is open at \(scan.station.name), and no expected delivery has this number",
          "\(scan.station.name) 尚未开始收货，也没有此编号的预期送货"),
        remedy: Words(
          "Scan the delivery note first, or the BLIND RECEIPT card", "请先扫描送货单，或扫描“无单收货”卡"))
    }
    return try join(receipt, person, scan)
  }

  private func onlyMaterial(_ scan: Scan) throws(Refusal) -> MaterialLot {
    let found = materialLots(named: scan.label)
    guard found.count == 1, let only = found.first else {
      throw Refusal(
        found.isEmpty ? .materialUnknown : .scanAmbiguous, read: scan.label.text,
        why: found.isEmpty
          ? Words("no material lot has this label", "没有物料批次使用此标签")
          : Words("\(found.count) material lots have this label", "有 \(found.count) 个物料批次使用此标签"),
        remedy: Words("Scan the internal label of the lot", "请扫描该批次的内部标签"))
    }
    return only
  }

  private func open(_ delivery: ExpectedDelivery, _ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    if let receipt = scan.state.receipt {
      if receipt.delivery == delivery.number {
        return .accepted(
          [], "the receipt of \(delivery.number) is open; scan what came", "\(delivery.number) 的收货已开始；请扫描到货")
      }
      throw otherReceipt(receipt, scan)
    }
    guard delivery.state == .expected else {
      throw Refusal(
        .deliveryEnded, read: scan.label.text,
        why: Words(
          "delivery \(delivery.number) is \(delivery.state.words.english)",
          "送货单 \(delivery.number) \(delivery.state.words.chinese)"),
        remedy: Words("Tell purchasing; do not receive on it", "请通知采购部门；不要按此单收货"))
    }
    let lines = delivery.lines.map { "\($0.quantity) \(items[$0.item]?.unit ?? "") \(name(of: $0.item))" }
      .joined(separator: "; ")
    return .accepted(
      [
        .receiptOpened(
          ReceiptOpened(station: scan.station.name, delivery: delivery.number, person: person, at: scan.time))
      ], "receipt of \(delivery.number) from \(delivery.supplier): expected \(lines)",
      "开始收货 \(delivery.number)（\(delivery.supplier)）：应到 \(lines)")
  }

  func decideBlindReceipt(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    if let receipt = scan.state.receipt {
      guard receipt.delivery != nil else {
        return .accepted([], "a blind receipt is open; scan what came", "无单收货已开始；请扫描到货")
      }
      throw otherReceipt(receipt, scan)
    }
    guard plan.materialRules?.allowsBlindReceipt ?? true else {
      throw Refusal(
        .receiptBlind, read: scan.label.text,
        why: Words("goods without an expected delivery are not received here", "此处不允许无单收货"),
        remedy: Words("Ask purchasing for the delivery, or set the goods aside", "请向采购部门索取送货单，或将货物放置一旁"))
    }
    return .accepted(
      [.receiptOpened(ReceiptOpened(station: scan.station.name, delivery: nil, person: person, at: scan.time))],
      "blind receipt: scan what came", "无单收货：请扫描到货")
  }

  private func otherReceipt(_ receipt: ReceiptOpened, _ scan: Scan) -> Refusal {
    let open = receipt.delivery.map { Words("delivery \($0)", "送货单 \($0)") } ?? Words("a blind receipt", "无单收货")
    return Refusal(
      .receiptOpen, read: scan.label.text,
      why: Words("\(open.english) is open at \(scan.station.name)", "\(scan.station.name) 正在进行\(open.chinese)"),
      remedy: Words("Scan COMPLETE to close it first", "请先扫描“完成”卡"))
  }

  func decideReceiptEnd(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    guard let receipt = scan.state.receipt else {
      throw Refusal(
        .receiptMissing, read: scan.label.text,
        why: Words("no receipt is open at \(scan.station.name)", "\(scan.station.name) 尚未开始收货"),
        remedy: Words("Nothing is to be closed", "无需关闭"))
    }
    if let pending = scan.state.pending {
      throw Refusal(
        .receiptIncomplete, read: scan.label.text,
        why: Words(
          "a container is not complete: \(missing(in: pending).english)", "有一件尚不完整：\(missing(in: pending).chinese)"),
        remedy: Words("Scan what is missing, or the CANCEL card", "请补扫缺少的内容，或扫描“取消”卡"))
    }
    let shortages = receipt.delivery.map(shortages) ?? []
    let short = shortages.map { "\(name(of: $0.item)): \($0.actual) of \($0.expected)" }.joined(separator: "; ")
    return witnessed(
      .complete, scan, person,
      .accepted(
        [
          .receiptClosed(
            ReceiptClosed(
              station: scan.station.name, delivery: receipt.delivery, person: person, shortages: shortages,
              at: scan.time))
        ],
        shortages.isEmpty ? "receipt closed" : "receipt closed; less came than expected: \(short)",
        shortages.isEmpty ? "收货已完成" : "收货已完成；到货少于预期：\(short)"))
  }

  private func shortages(of number: DeliveryNumber) -> [Shortage] {
    guard let delivery = deliveries[number] else { return [] }
    var seen: [ItemCode] = []
    for line in delivery.lines where !seen.contains(line.item) { seen.append(line.item) }
    return seen.compactMap { item in
      let expected = delivery.lines.filter { $0.item == item }.map(\.quantity).reduce(.zero, +)
      let actual = (deliveryReceipts[number] ?? []).filter { $0.item == item }.map(\.quantity).reduce(.zero, +)
      return actual < expected ? Shortage(item: item, expected: expected, actual: actual) : nil
    }
  }

  func name(of item: ItemCode) -> String { items[item]?.name ?? item.text }

  // MARK: What is missing

  func missing(in pending: PendingReceipt) -> Words {
    var english: [String] = []
    var chinese: [String] = []
    func want(_ isMissing: Bool, _ words: Words) {
      guard isMissing else { return }
      english.append(words.english)
      chinese.append(words.chinese)
    }
    want(pending.item == nil, Words("the label of the item", "物料标签"))
    want(pending.supplierLot == nil, Words("the label with the lot", "带批号的标签"))
    want(
      pending.unusableFrom == nil && pending.item.flatMap { items[$0]?.requiresExpiry } == true,
      Words("the label with the expiry date", "带有效期的标签"))
    want(pending.amount == nil, Words("a quantity card", "数量卡"))
    return Words(english.joined(separator: ", "), chinese.joined(separator: "、"))
  }
}
