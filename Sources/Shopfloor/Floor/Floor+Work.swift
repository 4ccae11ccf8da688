extension Floor {
  /// Takes over what changed in the ERP. One bad entry is refused and recorded; the others go through. What contradicts
  /// what happened here in the meantime is taken over too, and named.
  func decideWork(_ change: WorkChange, _ time: Timestamp) -> Decision {
    var taken: [Event] = []
    var refused: [Event] = []
    var conflicts: [Event] = []
    for item in change.items where items[item.code] != item { taken.append(.itemUpdated(item)) }
    // A lot may move from one order to another in the same document: what loses lots comes first.
    var floor = self
    let losing = change.orders.filter(losesLots)
    let gaining = change.orders.filter { !losesLots($0) }
    for incoming in losing + gaining {
      if let refusal = floor.lotOfAnotherOrder(in: incoming) {
        guard orders[incoming.number] != incoming else { continue }
        refused.append(
          .commandRefused(CommandRefused(station: nil, person: nil, run: nil, refusal: refusal, at: time)))
        continue
      }
      let order = floor.merged(incoming)
      conflicts += floor.conflicts(of: incoming, time)
      conflicts += floor.heldLots(movedTo: incoming, time)
      guard floor.orders[order.number] != order else { continue }
      taken.append(.workOrderUpdated(order))
      floor.apply(.workOrderUpdated(order))
    }
    taken += (change.people ?? []).compactMap(named)
    for delivery in change.deliveries where deliveries[delivery.number] != delivery {
      taken.append(.deliveryExpected(delivery))
      conflicts += self.conflicts(of: delivery, time)
    }
    for incoming in change.materials {
      let material = merged(incoming)
      guard materials[material.number] != material else { continue }
      taken.append(.materialLotUpdated(material))
      conflicts += self.conflicts(of: material, time)
    }
    return .accepted(
      taken + refused + conflicts,
      "\(taken.count) changes taken, \(refused.count) orders refused, \(conflicts.count) contradictions noted",
      "已接收 \(taken.count) 项变更，拒绝 \(refused.count) 个工单，记录 \(conflicts.count) 处矛盾")
  }

  private func losesLots(_ order: WorkOrder) -> Bool {
    guard let known = orders[order.number] else { return false }
    return !Set(known.lots).isSubset(of: order.lots)
  }

  private func lotOfAnotherOrder(in order: WorkOrder) -> Refusal? {
    guard let taken = order.lots.first(where: { belongsElsewhere($0, than: order.number) }) else { return nil }
    return Refusal(
      .lotInOtherOrder, read: "\(order.number)",
      why: Words(
        "lot \(taken) already belongs to work order \(lots[taken]?.order.text ?? "")",
        "批次 \(taken) 已属于工单 \(lots[taken]?.order.text ?? "")"),
      remedy: Words("Correct the lot number in the ERP", "请在 ERP 中更正批号"))
  }

  /// A lot that its former order no longer names, and that never ran, is free.
  private func belongsElsewhere(_ lot: LotNumber, than order: WorkOrderNumber) -> Bool {
    guard let state = lots[lot], state.order != order else { return false }
    return hasBegun(lot) || orders[state.order]?.lots.contains(lot) ?? false
  }

  /// The printed name is the ERP's; badge, rights and language are the configuration's, and so is who is known at all.
  private func named(_ name: PersonName) -> Event? {
    guard var person = people[name.id], person.erpName != name.name else { return nil }
    person.erpName = name.name
    person.name = name.name
    return .personUpdated(person)
  }

  /// What the ERP says, completed by what only the receipt at the line knows.
  private func merged(_ incoming: MaterialLot) -> MaterialLot {
    var material = incoming
    material.erpStatus = incoming.status
    guard let known = materials[incoming.number] else { return material }
    material.status = status(of: incoming, known)
    material.supplierLot = incoming.supplierLot ?? known.supplierLot
    material.unusableFrom = incoming.unusableFrom ?? known.unusableFrom
    material.delivery = known.delivery ?? incoming.delivery
    material.receivedAt = known.receivedAt ?? incoming.receivedAt
    // What was counted at the dock is not overwritten by what was ordered.
    material.quantity = known.receivedAt == nil ? (incoming.quantity ?? known.quantity) : known.quantity
    return material
  }

  /// Only news of the ERP changes a status: the same work may be sent twice, and a receipt comes back as quarantined
  /// long after the lot was released here. What was blocked here is lifted here.
  private func status(of incoming: MaterialLot, _ known: MaterialLot) -> MaterialLot.Status {
    let before = known.erpStatus ?? (known.receivedAt == nil ? known.status : .quarantined)
    guard incoming.status != before else { return known.status }
    return isBlockedHere(known) ? .blocked : incoming.status
  }

  private func isBlockedHere(_ material: MaterialLot) -> Bool {
    material.status == .blocked && material.erpStatus != .blocked
  }

  // MARK: What contradicts

  private func conflicts(of material: MaterialLot, _ time: Timestamp) -> [Event] {
    guard let known = materials[material.number] else { return [] }
    var found: [Event] = []
    func note(_ kind: MaterialConflict.Kind, _ english: String, _ chinese: String) {
      found.append(
        .materialConflict(
          MaterialConflict(
            kind: kind, material: material.number, item: material.item, words: Words(english, chinese), at: time)))
    }
    let stock = self.stock[material.number] ?? MaterialStock()
    let used = stock.consumed + stock.allocatedInAll
    let isUsed = used.isPositive || stock.uses > 0
    if isBlockedHere(known), material.erpStatus != known.erpStatus, material.erpStatus != .blocked {
      note(
        .blockedHere,
        "the ERP says that material lot \(material.number) is \(material.erpStatus?.words.english ?? ""); "
          + "it was blocked at the line and stays so until it is released here",
        "ERP 中物料批次 \(material.number) 状态为\(material.erpStatus?.words.chinese ?? "")，但现场已冻结，须在现场解除")
    }
    if material.item != known.item {
      note(
        .otherItem, "the ERP calls material lot \(material.number) item \(material.item); it was \(known.item) here",
        "ERP 中物料批次 \(material.number) 为物料 \(material.item)，而现场记录为 \(known.item)")
    }
    if isUsed, material.status != .released, known.status == .released {
      note(
        .notReleasedAfterUse,
        "the ERP says that material lot \(material.number) is \(material.status.words.english); "
          + "\(used) of it was picked or consumed before",
        "ERP 中物料批次 \(material.number) 状态为\(material.status.words.chinese)，而此前已拣或已用 \(used)")
    }
    if isUsed, let limit = material.unusableFrom, limit <= time, known.unusableFrom.map({ limit < $0 }) ?? true {
      note(
        .expiredBeforeUse,
        "the ERP says that material lot \(material.number) may not be used since \(limit); some of it was used",
        "ERP 中物料批次 \(material.number) 自 \(limit) 起不可使用，而已有部分被使用")
    }
    if known.receivedAt == nil, let quantity = material.quantity, used > quantity {
      note(
        .lessThanUsed, "the ERP knows \(quantity) of material lot \(material.number); \(used) was picked or consumed",
        "ERP 中物料批次 \(material.number) 仅有 \(quantity)，而已拣或已用 \(used)")
    }
    return found
  }

  private func conflicts(of delivery: ExpectedDelivery, _ time: Timestamp) -> [Event] {
    guard delivery.state != .expected, deliveries[delivery.number]?.state ?? .expected == .expected else { return [] }
    // A delivery that was received to its end is closed by the ERP as a matter of course.
    guard delivery.state == .cancelled || stations.values.contains(where: { $0.receipt?.delivery == delivery.number })
    else { return [] }
    let received = materials.values.filter { $0.delivery == delivery.number }.sorted { $0.number < $1.number }
    return received.map { material in
      .materialConflict(
        MaterialConflict(
          kind: .deliveryEnded, material: material.number, item: material.item,
          words: Words(
            "the ERP says that delivery \(delivery.number) is \(delivery.state.rawValue); material lot "
              + "\(material.number) was received with it",
            "ERP 中送货单 \(delivery.number) 已\(delivery.state == .closed ? "关闭" : "取消")，而物料批次 "
              + "\(material.number) 已按此单收货"), at: time))
    }
  }

  // MARK: What became of outbox rows

  func decideDelivery(_ report: DeliveryReport, _ time: Timestamp) -> Decision {
    switch report.outcome {
    case .delivered: return .accepted([.delivered(report)], "delivered", "已送达")
    case .failed: return .accepted([], "will be tried again", "将重试")
    case .blocked(let reason):
      var events: [Event] = [.deliveryBlocked(report)]
      if let number = report.material, let material = materials[number] {
        let shown = displayable(reason)
        events.append(
          .materialConflict(
            MaterialConflict(
              kind: .movementRefused, material: number, item: material.item,
              words: Words(
                "the ERP refused to book a movement of material lot \(number): \(shown)",
                "ERP 拒绝记录物料批次 \(number) 的移动：\(shown)"), at: time)))
      }
      return .accepted(events, "blocked", "已阻止")
    }
  }
}
