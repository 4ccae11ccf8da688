import Shopfloor

extension TrytonWork {
  func orders(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) {
    let rows = try await questions.all(
      "production", TrytonOrders.domain(since: gathering.since(.orders), withOpen: gathering.isFull),
      TrytonOrders.fields, maximum: maximumOrdersPerDocument)
    note(.orders, rows, &gathering)
    guard !rows.isEmpty else { return }
    let numbers = try await repeated(
      rows, in: "production", by: "reference", except: ["cancelled", "draft", "request"])
    let rules = TrytonOrders.Rules(
      operations: settings.operations, customerSupplied: try await customerSuppliedCategory(&gathering),
      repeated: numbers.later)
    for row in rows {
      // A new production took the number of a cancelled one.
      if row.text("state") == "cancelled", numbers.carried.contains(row.text("reference") ?? "") { continue }
      take(
        "order", TrytonOrders.numberText(row), row, &gathering,
        { row throws(FieldFault) in
          try TrytonOrders.order(row, rules)
        }, into: \.orders)
    }
  }

  /// The category that the configuration names; a name that Tryton does not know is said as a refusal.
  private func customerSuppliedCategory(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) -> Int64? {
    guard let name = settings.customerSuppliedCategory else { return nil }
    let found = try await questions.all(
      "product.category", TrytonDomain.all([TrytonDomain.clause("name", "=", .text(name))]), ["name"], maximum: 100)
    if found.count != 1 {
      gathering.refusals.append(
        WorkRefusal(
          subject: "category \"\(displayable(name, maximumCharacters: 60))\"", field: "customer_supplied_category",
          why: "Tryton has \(found.count) product categories of this name; nothing is marked as the customer's"))
    }
    return found.count == 1 ? found.first?.id : nil
  }

  /// Those of the records whose text another record with a lower id carries too, and all texts that are carried.
  func repeated(
    _ rows: [TrytonRow], in model: String, by field: String, except states: [String]
  ) async throws(TrytonQuestions.Trouble) -> (later: Set<Int64>, carried: Set<String>) {
    var later: Set<Int64> = []
    var carried: Set<String> = []
    let texts = Set(rows.compactMap { $0.text(field) }).sorted()
    for start in stride(from: 0, to: texts.count, by: TrytonQuestions.pageRows) {
      let part = Array(texts[start..<min(start + TrytonQuestions.pageRows, texts.count)])
      var clauses = [TrytonDomain.isOneOf(field, part)]
      if !states.isEmpty {
        clauses.append(TrytonDomain.clause("state", "not in", .list(states.map { .text($0) })))
      }
      let found = try await questions.all(
        model, TrytonDomain.all(clauses), [field], maximum: maximumMaterialLotsPerDocument)
      for row in found {
        guard let text = row.text(field) else { continue }
        if !carried.insert(text).inserted { later.insert(row.id) }
      }
    }
    return (later, carried)
  }

  func deliveries(_ gathering: inout Gathering) async throws(TrytonQuestions.Trouble) {
    let rows = try await questions.all(
      "purchase.purchase", TrytonDeliveries.domain(since: gathering.since(.deliveries), withOpen: gathering.isFull),
      TrytonDeliveries.fields, maximum: maximumDeliveriesPerDocument)
    note(.deliveries, rows, &gathering)
    guard !rows.isEmpty else { return }
    let ours = try await ourShipments(Set(rows.flatMap { TrytonDeliveries.shipments(of: $0) }))
    let numbers = try await repeated(
      rows, in: "purchase.purchase", by: "reference", except: ["cancelled", "draft", "quotation", "done"])
    for row in rows {
      // As with orders: an open purchase has the number now.
      if !TrytonDeliveries.openStates.contains(row.text("state") ?? ""),
        numbers.carried.contains(row.text("reference") ?? "")
      {
        continue
      }
      take(
        "delivery", TrytonDeliveries.numberText(row), row, &gathering,
        { row throws(FieldFault) in
          try TrytonDeliveries.delivery(row, ours: ours, repeated: numbers.later)
        }, into: \.deliveries)
    }
  }

  /// Shipments that carry a key of ours.
  private func ourShipments(_ ids: Set<Int64>) async throws(TrytonQuestions.Trouble) -> Set<Int64> {
    guard !ids.isEmpty else { return [] }
    let found = try await questions.all(
      "stock.shipment.in",
      TrytonDomain.all([
        TrytonDomain.isOneOf("id", ids.sorted()), TrytonDomain.clause("reference", "like", .text("lotwire:%")),
      ]), ["reference"], maximum: maximumMaterialLotsPerDocument)
    return Set(found.map(\.id))
  }
}
