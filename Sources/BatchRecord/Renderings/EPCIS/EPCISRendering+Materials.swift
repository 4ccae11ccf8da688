import Shopfloor

extension EPCISRendering {
  /// What was consumed and not taken back, lot by lot, in the order of first use.
  var consumed: [(number: String, item: String, supplierLot: String?, amount: Quantity?)] {
    var order: [String] = []
    var lots: [String: (item: String, supplierLot: String?, amount: Quantity?)] = [:]
    for one in record["materials"].list where one["undone"].bool != true {
      guard let number = one["materialLot"].text, let item = one["item"].text else { continue }
      let amount = one["quantity"].decimal.flatMap { Quantity(nearest: $0) }
      if let known = lots[number] {
        // A use without a quantity leaves the sum unknown.
        lots[number]?.amount = known.amount.flatMap { sum in amount.map { sum + $0 } }
      } else {
        order.append(number)
        lots[number] = (item, one["supplierLot"].text, amount)
      }
    }
    return order.compactMap { number in lots[number].map { (number, $0.item, $0.supplierLot, $0.amount) } }
  }

  /// How much of a consumed lot had been picked for which order, in the order of the orders' names.
  private func shares(of number: String) -> [PlainJSON] {
    var sums: [String: Quantity] = [:]
    for one in record["materials"].list where one["undone"].bool != true && one["materialLot"].text == number {
      for share in one["fromPicked"].list {
        guard let order = share["workOrder"].text,
          let amount = share["quantity"].text.flatMap({ Quantity(decimal: $0) })
        else { continue }
        sums[order, default: .zero] += amount
      }
    }
    return sums.sorted { $0.key < $1.key }.map { order, amount in
      .object(("lotwire:workOrder", .string(order)), ("lotwire:amount", .number(amount.description)))
    }
  }

  /// The receipts of the lots that were consumed. Under a name of our own the lot begins with the receipt: it is added,
  /// with its master data; a lot of its maker's GTIN began there and is observed.
  var received: [Draft] {
    let used = Set(consumed.map(\.number))
    return events.compactMap { event in
      let data = event.data
      guard event.kind == "materialReceived", let number = data["material"].text, used.contains(number),
        let item = data["item"].text, let at = event.time
      else { return nil }
      let name = material(number: number, item: item, supplierLot: data["supplierLot"].text)
      let isOurs = !name.hasPrefix("https://id.gs1.org/")
      let expiry = Self.lastDay(before: data["unusableFrom"].integer)
      return Draft(
        "ObjectEvent", at: at, ("action", .string(isOurs ? "ADD" : "OBSERVE")), ("bizStep", .string("receiving")),
        ("quantityList", .array([quantity(of: name, data["quantity"].plainNumber, unit: unit(of: item))])),
        ("readPoint", place(event.station)),
        ("bizTransactionList", data["delivery"].text.map(purchaseOrder)),
        (
          "ilmd",
          isOurs
            ? .object(
              ("cbvmda:lotNumber", .text(data["supplierLot"].text)), ("cbvmda:itemExpirationDate", .text(expiry)))
            : nil
        ),
        ("lotwire:event", .number(String(event.sequence))), ("lotwire:materialLot", .string(number)),
        ("lotwire:expiry", isOurs ? nil : .text(expiry)),
        ("lotwire:amount", amountWithoutUnit(data["quantity"].plainNumber, item: item)))
    }
  }

  /// The picks for the order.
  var picked: [Draft] {
    events.compactMap { event in
      let data = event.data
      guard event.kind == "materialPicked", let number = data["material"].text, let item = data["item"].text,
        let at = event.time
      else { return nil }
      let lot = record["materials"].list.first { $0["materialLot"].text == number }?["supplierLot"].text
      let name = material(number: number, item: item, supplierLot: lot)
      return Draft(
        "ObjectEvent", at: at, ("action", .string("OBSERVE")), ("bizStep", .string("picking")),
        ("quantityList", .array([quantity(of: name, data["quantity"].plainNumber, unit: unit(of: item))])),
        ("readPoint", place(event.station)), ("bizTransactionList", data["order"].text.map(productionOrder)),
        ("lotwire:event", .number(String(event.sequence))), ("lotwire:materialLot", .string(number)),
        ("lotwire:amount", amountWithoutUnit(data["quantity"].plainNumber, item: item)))
    }
  }

  /// What became of the materials. The identifier has the lot beside the order: events of one transformation share their
  /// inputs and outputs (EPCIS 2.0, 7.4.6), and the lots of an order do not.
  var transformed: Draft? {
    guard let at = completedAt else { return nil }
    let order = record["workOrder"]["number"].text ?? "none"
    let lots = consumed
    let names = lots.map { material(number: $0.number, item: $0.item, supplierLot: $0.supplierLot) }
    let inputs = zip(lots, names).map { lot, name in
      quantity(of: name, lot.amount?.description, unit: unit(of: lot.item))
    }
    let uses: [PlainJSON] = zip(lots, names).map { lot, name in
      let shares = shares(of: lot.number)
      return .object(
        ("lotwire:materialLot", .string(lot.number)), ("lotwire:item", .string(lot.item)),
        ("lotwire:epcClass", .string(name)),
        ("lotwire:amount", lot.amount.map { .number($0.description) }), ("lotwire:unit", .text(unit(of: lot.item))),
        ("lotwire:fromPicked", shares.isEmpty ? nil : .array(shares)))
    }
    let orderUnit = record["workOrder"]["unit"].text
    return Draft(
      "TransformationEvent", at: at, ("inputQuantityList", inputs.isEmpty ? nil : .array(inputs)),
      ("outputQuantityList", .array([quantity(of: product, goodQuantity, unit: orderUnit)])),
      ("transformationID", .string(naming.transformation(order: order, lot: source.lot))),
      ("bizStep", .string("creating_class_instance")), ("disposition", .string("active")),
      ("readPoint", place(record["runs"].list.last?["station"].text)), ("bizTransactionList", productionOrder),
      ("ilmd", .object(("cbvmda:lotNumber", .string(source.lot)))),
      ("lotwire:consumed", uses.isEmpty ? nil : .array(uses)))
  }

  /// When the lot was completed, or its last run ended.
  var completedAt: Timestamp? {
    events.last { $0.kind == "lotCompleted" }?.time ?? record["runs"].list.compactMap { $0["end"].time }.max()
  }

  /// What the last operation that was counted made of the lot; nil where nobody counted. Counts that a later one
  /// replaced say nothing.
  var goodQuantity: String? {
    let counted = record["quantities"].list.filter { !$0["good"].isNull && $0["replaced"].bool != true }
    let operations = record["workOrder"]["operations"].texts
    let inOrder = operations.reversed().lazy.compactMap { name in counted.last { $0["operation"].text == name } }
    return (inOrder.first ?? counted.last)?["good"].text
  }

  private func unit(of item: String) -> String? { ItemNames(events).unit(of: item) }

  private func purchaseOrder(_ number: String) -> PlainJSON {
    .array([.object(("bizTransaction", .string(naming.transaction(number))), ("type", .string("po")))])
  }

  /// The amount where the quantity list cannot say it, because the unit is not known there.
  private func amountWithoutUnit(_ amount: String?, item: String) -> PlainJSON? {
    let unit = unit(of: item)
    let isKnown = unit.map { EPCISUnits.unit($0) != nil || EPCISUnits.pieces.contains($0) } == true
    return isKnown ? nil : amount.map { .number($0) }
  }

  /// The day before the first instant at which it may no longer be used.
  private static func lastDay(before microseconds: Int64?) -> String? {
    microseconds.flatMap { Timestamp(microseconds: $0).advanced(byMicroseconds: -1).rendered }.map {
      String($0.prefix(10))
    }
  }
}
