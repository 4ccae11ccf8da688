extension Floor {
  /// Takes back the last movement of material at the station: a further event, never an erasure.
  func decideUndo(_ person: PersonID, _ scan: Scan) throws(Refusal) -> Decision {
    guard let step = scan.state.lastStep else {
      throw Refusal(
        .undoNothing, read: scan.label.text,
        why: Words("nothing at \(scan.station.name) can be taken back", "\(scan.station.name) 没有可撤销的操作"),
        remedy: Words(
          "Only the last movement of material can be undone; a run is paused or put on hold instead",
          "只能撤销最近一次物料操作；运行请使用暂停或扣留"))
    }
    let undone = Event.stepUndone(
      StepUndone(station: scan.station.name, person: person, step: step, at: scan.time, totals: totals(after: step)))
    let decision: Decision
    switch step {
    case .received(let received): decision = try undo(received, undone, scan)
    case .picked(let picked): decision = try undo(picked, undone, scan)
    case .unpicked(let back): decision = try undo(back, undone, scan)
    case .consumed(let use): decision = try undo(use, undone, scan)
    }
    return witnessed(.undo, scan, person, decision)
  }

  private func usedSince(_ scan: Scan, _ english: String, _ chinese: String) -> Refusal {
    Refusal(
      .undoUsed, read: scan.label.text, why: Words(english, chinese),
      remedy: Words("Take the later step back first, or tell the line lead", "请先撤销后续操作，或通知线长"))
  }

  private func undo(_ received: MaterialReceived, _ undone: Event, _ scan: Scan) throws(Refusal) -> Decision {
    let number = received.material
    guard var material = materials[number], let quantity = material.quantity, material.status != .released else {
      throw usedSince(scan, "material lot \(number) was released since", "物料批次 \(number) 已被放行")
    }
    guard let free = freeQuantity(of: number), free >= received.quantity else {
      throw usedSince(scan, "some of \(number) was picked or consumed since", "\(number) 的一部分已被领用")
    }
    material.quantity = quantity - received.quantity
    return .accepted(
      [undone, .materialLotUpdated(material)],
      "taken back: \(received.quantity) of \(number); \(quantity - received.quantity) remain",
      "已撤销：\(number) 的 \(received.quantity)；剩余 \(quantity - received.quantity)")
  }

  private func undo(_ picked: MaterialPicked, _ undone: Event, _ scan: Scan) throws(Refusal) -> Decision {
    guard let allocated = stock[picked.material]?.allocated[picked.order], allocated >= picked.quantity,
      pieceKey(picked.item, picked.serial, picked.quantity).map({
        pickedPieces[$0]?.order == picked.order && consumedPieces[$0] == nil
      }) ?? true
    else {
      throw usedSince(
        scan, "some of \(picked.material) was consumed since", "\(picked.material) 的一部分已被使用")
    }
    return .accepted(
      [undone], "taken back: \(picked.quantity) of \(picked.material) is in the stock again",
      "已撤销：\(picked.material) 的 \(picked.quantity) 已退回库存")
  }

  private func undo(_ back: MaterialUnpicked, _ undone: Event, _ scan: Scan) throws(Refusal) -> Decision {
    let piece = pieceKey(back.item, back.serial, back.quantity)
    if freeQuantity(of: back.material).map({ $0 < back.quantity }) ?? false
      || piece.map({ pickedPieces[$0] != nil || consumedPieces[$0] != nil }) ?? false
    {
      throw usedSince(scan, "\(back.material) was picked for other work since", "\(back.material) 已被其他工单领用")
    }
    let served = back.substituteFor ?? back.item
    guard let order = orders[back.order], let line = order.materials.first(where: { $0.item == served }),
      needed(line, of: order) >= back.quantity
    else {
      throw usedSince(
        scan, "\(back.order) no longer needs so much: other material was picked for it, or the order changed",
        "\(back.order) 不再需要这么多：已拣其他物料，或工单已变更")
    }
    return .accepted(
      [undone], "taken back: \(back.quantity) of \(back.material) is picked for \(back.order) again",
      "已撤销：\(back.material) 的 \(back.quantity) 重新分配给 \(back.order)")
  }

  private func undo(_ use: MaterialConsumed, _ undone: Event, _ scan: Scan) throws(Refusal) -> Decision {
    guard scan.state.activeRun?.id == use.run else {
      throw usedSince(scan, "run \(use.run) has ended", "运行 \(use.run) 已结束")
    }
    return .accepted(
      [undone], "taken back: \(use.materialLot) is no longer recorded for run \(use.run)",
      "已撤销：\(use.materialLot) 不再记录于运行 \(use.run)")
  }
}
