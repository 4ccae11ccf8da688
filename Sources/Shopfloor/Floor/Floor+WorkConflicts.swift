/// An order that the ERP changes after lots of it began: what was made stays, and what contradicts it is named.
extension Floor {
  /// Whether anything was done with the lot.
  func hasBegun(_ lot: LotNumber) -> Bool {
    guard let state = lots[lot] else { return false }
    return state.hasRun == true || state.completedAt != nil || !state.completedOperations.isEmpty
      || state.quantities != nil
      || stations.values.contains { station in
        station.activeRun?.lots.contains(lot) == true || station.endedRuns.contains { $0.lots.contains(lot) }
      }
  }

  private func begunLots(of order: WorkOrder) -> [LotNumber] { order.lots.filter(hasBegun) }

  /// What the ERP says of an order, with the lots that have begun and, once one has, the product that is made.
  func merged(_ incoming: WorkOrder) -> WorkOrder {
    guard let known = orders[incoming.number] else { return incoming }
    let begun = begunLots(of: known)
    guard !begun.isEmpty else { return incoming }
    var order = incoming
    order.lots += begun.filter { !incoming.lots.contains($0) }
    if incoming.product != known.product || incoming.unit != known.unit {
      // A quantity counts in its unit, and a bill belongs to its product.
      order.quantity = known.quantity
      order.materials = known.materials
    }
    order.product = known.product
    order.unit = known.unit
    if incoming.product != known.product {
      order.productName = known.productName
      order.deviceIdentifier = known.deviceIdentifier
    }
    return order
  }

  /// A lot that is held stays so in its new order, and the move is named.
  func heldLots(movedTo incoming: WorkOrder, _ time: Timestamp) -> [Event] {
    let held = incoming.lots.filter { lots[$0]?.hold != nil && lots[$0]?.order != incoming.number }
    guard !held.isEmpty else { return [] }
    let words = Words(
      "the ERP moved lot \(Self.list(held)) to work order \(incoming.number); it is held here and stays so until the "
        + "hold is lifted",
      "ERP 已将批次 \(Self.list(held)) 移至工单 \(incoming.number)；该批次在现场已扣留，解除前保持扣留")
    return [
      .workConflict(
        WorkConflict(kind: .lotRemoved, order: incoming.number, lots: held, words: words, at: time))
    ]
  }

  /// What contradicts what was done here; what was noted before is not noted again.
  func conflicts(of incoming: WorkOrder, _ time: Timestamp) -> [Event] {
    guard let known = orders[incoming.number] else { return [] }
    let begun = begunLots(of: known)
    guard !begun.isEmpty else { return [] }
    var found: [WorkConflict] = []
    func note(_ kind: WorkConflict.Kind, _ lots: [LotNumber], _ english: String, _ chinese: String) {
      found.append(
        WorkConflict(kind: kind, order: incoming.number, lots: lots, words: Words(english, chinese), at: time))
    }
    let number = incoming.number
    let removed = begun.filter { !incoming.lots.contains($0) }
    if !removed.isEmpty {
      note(
        .lotRemoved, removed,
        "the ERP took lot \(Self.list(removed)) out of work order \(number); it has begun and stays in it here",
        "ERP 已将批次 \(Self.list(removed)) 从工单 \(number) 中移除；该批次已开始，现场仍保留")
    }
    let misplaced = begun.filter { lot in
      let done = lots[lot]?.completedOperations ?? []
      return incoming.operations.filter(done.contains) != done
    }
    if !misplaced.isEmpty {
      note(
        .operationsChanged, misplaced,
        "the ERP changed the operations of work order \(number) to "
          + "\(incoming.operations.map(\.text).joined(separator: ", ")); lot \(Self.list(misplaced)) has passed others, "
          + "or in another order",
        "ERP 已将工单 \(number) 的工序改为 \(incoming.operations.map(\.text).joined(separator: "、"))；"
          + "批次 \(Self.list(misplaced)) 已完成其他工序或顺序不同")
    }
    let unfinished = begun.filter { lots[$0]?.completedAt == nil }
    if incoming.state != .released, !unfinished.isEmpty {
      note(
        .ended, unfinished,
        "the ERP says that work order \(number) is \(incoming.state.words.english); lot \(Self.list(unfinished)) has "
          + "begun and is not completed",
        "ERP 中工单 \(number) \(incoming.state.words.chinese)，而批次 \(Self.list(unfinished)) 已开始且未完工")
    }
    if incoming.product != known.product || incoming.unit != known.unit {
      note(
        .otherProduct, begun,
        "the ERP says that work order \(number) makes \(incoming.product) (\(incoming.unit)); lot \(Self.list(begun)) was "
          + "begun as \(known.product) (\(known.unit)) and stays so here",
        "ERP 中工单 \(number) 的产品为 \(incoming.product)（\(incoming.unit)），而批次 \(Self.list(begun)) 已按 "
          + "\(known.product)（\(known.unit)）开始，现场不变")
    }
    return found.filter { orderConflicts?[$0.key] != $0.words }.map(Event.workConflict)
  }
}
