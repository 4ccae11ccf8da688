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
      return .accepted(
        [],
        "material lot \(material.number) is already recorded for run \(run.id); for more of it scan ANOTHER ONE first",
        "物料批次 \(material.number) 已记录于运行 \(run.id)；如需再投，请先扫描“再来一件”卡")
    }
    try checkUsable(material, scan)
    let substituteFor = try checkBills(material, run, scan)
    let (quantity, shares) = try consumedQuantity(material, run, scan)
    let use = MaterialConsumed(
      run: run.id, materialLot: material.number, item: material.item, person: person,
      quantity: quantity?.doubleValue, serial: scan.label.serial, container: scan.label.container,
      substituteFor: substituteFor, fromPicked: shares.isEmpty ? nil : shares, at: scan.time)
    if let piece = use.piece { try checkNotConsumed(piece, scan) }
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
    let single = scan.label.serial == nil ? nil : Quantity(1)
    let usual = picked.isPositive ? min(printed ?? single ?? picked, picked) : printed ?? single
    let quantity = scan.state.preparation.quantity ?? usual
    if let free = freeQuantity(of: material.number) {
      guard let quantity else {
        throw Refusal(
          .quantityMissing, read: scan.label.text,
          why: Words(
            "material lot \(material.number) is counted, and neither the label nor a picking says how much this is",
            "物料批次 \(material.number) 按数量管理，而标签和拣料均未说明数量"),
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
}
