import Shopfloor

/// Lots by number and product: "ML-000007|12".
struct LotLookUp: Sendable {
  let desk: TrytonDesk

  func found(under keys: [String]) async throws(DeliveryStop) -> [EnsureConversation.Found] {
    let wanted = Set(keys)
    let numbers = Set(keys.compactMap { key in key.lastIndex(of: "|").map { String(key[..<$0]) } })
    let lots = try await desk.lots(numbers).filter { wanted.contains("\($0.number)|\($0.product)") }
    let grouped = Dictionary(grouping: lots) { "\($0.number)|\($0.product)" }
    let several = grouped.values.filter { $0.count > 1 }.flatMap { $0.map(\.id) }
    let used = try await usedLots(several)
    return lots.map { lot in
      EnsureConversation.Found(
        key: "\(lot.number)|\(lot.product)", id: lot.id, content: lot.expiry.map { ["expiry": $0] } ?? [:],
        creator: lot.creator, isUntouched: several.contains(lot.id) && !used.contains(lot.id))
    }
  }

  private func usedLots(_ lots: [Int64]) async throws(DeliveryStop) -> Set<Int64> {
    guard !lots.isEmpty else { return [] }
    let moves = try await desk.rows("stock.move", [.clause("lot", "in", .integers(lots))], ["lot"])
    return Set(moves.compactMap { $0.integer("lot") })
  }
}

/// Shipments by our key in their reference, with what the one move of each says.
struct ShipmentLookUp: Sendable {
  let desk: TrytonDesk

  /// - Parameter destination: the location that the move of interest goes to; nil: any.
  func found(
    _ model: String, under keys: [String], into destination: Int64?
  ) async throws(DeliveryStop) -> [EnsureConversation.Found] {
    let wanted = Set(keys)
    let moves = try await desk.rows(
      "stock.move", [.clause("shipment.reference", "in", .texts(keys), model: model)],
      [
        "shipment", "shipment.reference", "shipment.create_uid", "shipment.state", "lot", "quantity", "to_location",
      ])
    var found: [Int64: EnsureConversation.Found] = [:]
    for move in moves {
      guard let id = move.reference("shipment", to: model), let key = move["shipment"].text("reference"),
        wanted.contains(key), destination == nil || move.integer("to_location") == destination
      else { continue }
      var one =
        found[id]
        ?? EnsureConversation.Found(
          key: key, id: id, content: [:], creator: move["shipment"].integer("create_uid"),
          isUntouched: move["shipment"].text("state") == "draft")
      let before = one.content["quantity"].flatMap { Quantity(decimal: $0) } ?? .zero
      one.content["quantity"] = (before + (move.quantity("quantity") ?? .zero)).description
      let lot = move.integer("lot").map(String.init) ?? "none"
      one.content["lot"] = one.content["lot"].map { $0 == lot ? lot : "\($0) and \(lot)" } ?? lot
      found[id] = one
    }
    return found.values.sorted { $0.id < $1.id }
  }
}
