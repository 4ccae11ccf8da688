extension Floor {
  /// Consumption of material by the run at a station.
  func decideMaterial(_ material: MaterialLot, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    let run = try activeRun(
      scan, remedy: Words("Scan the lot label to start the run, then the material", "请先扫描批次标签开始运行，再扫描物料"))
    let isKnown = scan.state.consumed.contains {
      $0.materialLot == material.number && $0.serial == scan.label.serial && $0.container == scan.label.container
    }
    if isKnown, !scan.state.preparation.cards.contains(.another) {
      // What was prepared is used up by this label, not left for another one.
      let cleared = Event.stationPrepared(
        StationPrepared(station: scan.station.name, person: person, preparation: StationPreparation()))
      return .accepted(
        scan.state.preparation.isEmpty ? [] : [cleared],
        "material lot \(material.number) is already recorded for run \(run.id); for more of it scan ANOTHER ONE first",
        "物料批次 \(material.number) 已记录于运行 \(run.id)；如需再投，请先扫描“再来一件”卡")
    }
    try checkLabel(material, scan)
    try checkPiece(material, run, scan)
    try checkUsable(material, scan)
    let substituteFor = try checkBills(material, run, scan)
    let (quantity, shares) = try consumedQuantity(material, run, scan)
    let use = MaterialConsumed(
      run: run.id, materialLot: material.number, item: material.item, person: person,
      quantity: quantity?.doubleValue, serial: scan.label.serial, container: scan.label.container,
      substituteFor: substituteFor, fromPicked: shares.isEmpty ? nil : shares, at: scan.time,
      totals: totals(of: material.number, in: run, quantity, shares))
    let amount = quantity.map { "\($0) \(items[material.item]?.unit ?? "")" } ?? ""
    return witnessed(
      .consume, scan, person,
      .accepted(
        [.materialConsumed(use)], "material lot \(material.number) \(amount) recorded for run \(run.id)",
        "物料批次 \(material.number) \(amount) 已记录于运行 \(run.id)"))
  }

  private func checkPiece(_ material: MaterialLot, _ run: Run, _ scan: Scan) throws(Refusal) {
    let quantity = scan.state.preparation.quantity ?? quantity(on: scan.label, of: material.item)
    guard let piece = pieceKey(material.item, scan.label.serial, quantity) else { return }
    try checkNotConsumed(piece, scan)
    if let picked = pickedPieces[piece], !run.workOrders.contains(picked.order) {
      throw Refusal(
        .materialAllocated, read: scan.label.text,
        why: Words("this piece is picked for \(picked.order)", "此件已分配给 \(picked.order)"),
        remedy: Words("Take another one", "请领用另一件"))
    }
  }

  /// Every lot of the run must have the item in its bill of materials, or an item that it may stand in for.
  private func checkBills(_ material: MaterialLot, _ run: Run, _ scan: Scan) throws(Refusal) -> ItemCode? {
    var substituteFor: ItemCode?
    for number in run.workOrders {
      guard let order = orders[number] else { continue }
      let line = try billLine(of: order, for: material.item, scan)
      if line.item != material.item { substituteFor = line.item }
    }
    return substituteFor
  }

  /// How much is consumed, and how much of it had been picked for the work orders of the run.
  private func consumedQuantity(_ material: MaterialLot, _ run: Run, _ scan: Scan) throws(Refusal) -> (
    Quantity?, [MaterialConsumed.Share]
  ) {
    let allocated = stock[material.number]?.allocated ?? [:]
    let mine = run.workOrders.compactMap { order in
      allocated[order].map { MaterialConsumed.Share(order: order, quantity: $0) }
    }
    let picked = mine.map(\.quantity).reduce(.zero, +)
    let printed = self.quantity(on: scan.label, of: material.item) ?? (scan.label.serial == nil ? nil : Quantity(1))
    // What was picked counts before what is printed, as a container may have been opened for the picking. The whole of
    // it is meant only where no other lot of the order still waits for its share.
    let rest = run.workOrders.allSatisfy { isLast(of: $0, in: run) } ? picked : nil
    let usual = picked.isPositive ? printed.map { min($0, picked) } ?? rest : printed
    let quantity = scan.state.preparation.quantity ?? usual
    if let free = freeQuantity(of: material.number) {
      guard let quantity else {
        try checkEnough(
          Quantity(millionths: 1), of: material, available: free + picked, for: run.workOrders, scan)
        throw Refusal(
          .quantityMissing, read: scan.label.text,
          why: Words(
            "material lot \(material.number) is counted, and neither the label nor the picking says how much of it this lot gets",
            "物料批次 \(material.number) 按数量管理，而标签和拣料均未说明本批次用多少"),
          remedy: Words("Scan a quantity card, then the label again", "请先扫描数量卡，再扫描标签"))
      }
      try checkEnough(quantity, of: material, available: free + picked, for: run.workOrders, scan)
    }
    guard var rest = quantity else { return (nil, []) }
    var shares: [MaterialConsumed.Share] = []
    for share in mine where rest.isPositive {
      let part = min(rest, share.quantity)
      shares.append(MaterialConsumed.Share(order: share.order, quantity: part))
      rest -= part
    }
    return (quantity, shares)
  }

  /// Whether every other lot of the order has passed this operation.
  private func isLast(of order: WorkOrderNumber, in run: Run) -> Bool {
    orders[order]?.lots.allSatisfy { lot in
      run.lots.contains(lot) || lots[lot]?.completedOperations.contains(run.operation) == true
    } ?? true
  }
}
