extension Floor {
  /// Consumption of material by the run at a station.
  func decideMaterial(_ material: MaterialLot, _ scan: Scan) throws(Refusal) -> Decision {
    let person = try presentPerson(scan)
    let run = try activeRun(
      scan, remedy: Words("Scan the lot label to start the run, then the material", "请先扫描批次标签开始运行，再扫描物料"))
    let unit = unitKey(item: material.item, container: scan.label.container, serial: scan.label.serial)
    let isKnown = scan.state.consumed.contains { $0.materialLot == material.number && $0.unit == unit }
    if isKnown, unit != nil || !scan.state.preparation.cards.contains(.another) {
      return .accepted(
        [],
        "material lot \(material.number) is already recorded for run \(run.id)"
          + (unit == nil ? "; for a further container scan ANOTHER ONE first" : ""),
        "物料批次 \(material.number) 已记录于运行 \(run.id)" + (unit == nil ? "；如为另一件，请先扫描“再来一件”卡" : ""))
    }
    if let unit { try checkNotConsumed(unit, scan) }
    try checkUsable(material, scan)
    let substituteFor = try checkBills(material, run, scan)
    let (quantity, shares) = try consumedQuantity(material, run, scan)
    let use = MaterialConsumed(
      run: run.id, materialLot: material.number, item: material.item, person: person,
      quantity: quantity?.doubleValue, serial: scan.label.serial, container: scan.label.container,
      substituteFor: substituteFor, fromPicked: shares.isEmpty ? nil : shares, at: scan.time)
    let amount = quantity.map { "\($0) \(items[material.item]?.unit ?? "")" } ?? ""
    return witnessed(
      .consume, scan, person,
      .accepted(
        [.materialConsumed(use)], "material lot \(material.number) \(amount) recorded for run \(run.id)",
        "物料批次 \(material.number) \(amount) 已记录于运行 \(run.id)"))
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
    // What was picked counts before what is printed: a container may have been opened for the picking.
    let printed = self.quantity(on: scan.label, of: material.item)
    let usual = picked.isPositive ? min(printed ?? picked, picked) : printed
    let quantity = scan.state.preparation.quantity ?? usual
    if let free = freeQuantity(of: material.number) {
      let available = free + picked
      // Without a number something must at least be there.
      try checkEnough(
        quantity ?? Quantity(millionths: 1), of: material, available: available, for: run.workOrders, scan)
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
}
