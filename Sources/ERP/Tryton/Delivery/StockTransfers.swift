import Shopfloor

/// Moves stock of a lot to the location of held goods and back, by internal shipments under our key.
struct StockTransfers: Sendable {
  /// One move of such a shipment. Assigning splits moves: several may be of one lot.
  struct Move: Hashable, Sendable {
    var shipment: Int64
    var reference: String
    /// Of the shipment.
    var state: String
    /// Cancelled on its own, a move of a shipment that is done has moved nothing.
    var isCancelled: Bool
    var lot: Int64
    var product: Int64
    var unit: Int64
    var quantity: Quantity
    var from: Int64
    var to: Int64
  }

  /// What was taken from one location to the held goods and is not back.
  struct Held: Hashable, Sendable {
    var lot: Int64
    var product: Int64
    var unit: Int64
    var quantity: Quantity
    var from: Int64
    /// What brings it back stands under this.
    var backKey: String
  }

  static let model = "stock.shipment.internal"
  let desk: TrytonDesk
  let warehouse: TrytonDesk.Warehouse
  let quarantine: Int64

  /// All that we ever moved of the lots.
  func moves(of lots: [Int64]) async throws(DeliveryStop) -> [Move] {
    guard !lots.isEmpty else { return [] }
    return try await desk.rows(
      "stock.move",
      [
        .clause("lot", "in", .integers(lots)),
        .clause("shipment.reference", "like", .text("lotwire:%"), model: Self.model),
      ],
      [
        "shipment", "shipment.reference", "shipment.state", "state", "lot", "product", "unit", "quantity",
        "from_location", "to_location",
      ]
    ).compactMap { row in
      guard let shipment = row.reference("shipment", to: Self.model),
        let reference = row["shipment"].text("reference"), let lot = row.integer("lot"),
        let product = row.integer("product"), let unit = row.integer("unit"), let quantity = row.quantity("quantity"),
        let from = row.integer("from_location"), let to = row.integer("to_location")
      else { return nil }
      return Move(
        shipment: shipment, reference: reference, state: row["shipment"].text("state") ?? "",
        isCancelled: row.text("state") == "cancelled", lot: lot, product: product, unit: unit, quantity: quantity,
        from: from, to: to)
    }
  }

  /// What we hold of a lot and have not brought back, a part for each location that it came from.
  func held(_ lot: Int64, _ moves: [Move]) -> [Held] {
    let done = moves.filter { $0.lot == lot && $0.state == "done" && !$0.isCancelled }
    let references = Set(done.map(\.reference))
    var held: [String: Held] = [:]
    for move in done where move.to == quarantine {
      let key = backKey(move.reference, to: move.from)
      guard !references.contains(key) else { continue }
      let before = held[key]?.quantity ?? .zero
      held[key] = Held(
        lot: lot, product: move.product, unit: move.unit, quantity: before + move.quantity, from: move.from,
        backKey: key)
    }
    return held.sorted { $0.key < $1.key }.map(\.value)
  }

  private func backKey(_ reference: String, to location: Int64) -> String {
    location == warehouse.storage ? "\(reference):back" : "\(reference):back:\(location)"
  }

  func bringBack(_ held: Held) async throws(DeliveryStop) {
    try await transfer(
      held.backKey, product: held.product, lot: held.lot, unit: held.unit, held.quantity, from: quarantine,
      to: held.from)
  }

  /// All that the storage location and the places below it have of the lot, in one shipment: Tryton finds the places.
  /// Nothing where they have nothing. What stands anywhere else outside the location of held goods blocks the row: a hold
  /// that leaves goods to be taken is none.
  ///
  /// - Parameters:
  ///   - waits: some of the lot is received and waits to be put away.
  ///   - moves: all that we ever moved of it.
  func hold(_ lot: TrytonDesk.Lot, waits: Bool, _ moves: [Move], under key: String) async throws(DeliveryStop) {
    let before = try await LotStock(lot, desk)
    let held = before.tree(quarantine)
    guard !held.contains(warehouse.storage) else {
      throw .blocked(
        "the location that the configuration names for held goods has the storage location below it; nothing can be held "
          + "there: name another one, then release the delivery")
    }
    // An earlier attempt decided how much; it may have broken off between two copies of the shipment.
    let ours = moves.filter { $0.lot == lot.id && $0.reference == key && !$0.isCancelled }
    let first = ours.map(\.shipment).min()
    let decided = ours.filter { $0.shipment == first }.map(\.quantity).reduce(.zero, +)
    let quantity = decided.isPositive ? decided : before.total(of: before.tree(warehouse.storage).subtracting(held))
    if quantity.isPositive {
      try await transfer(
        key, product: lot.product, lot: lot.id, unit: try await unit(of: lot), quantity, from: warehouse.storage,
        to: quarantine)
    }
    let after = try await LotStock(lot, desk)
    guard let rest = after.words(outside: held.union(waits ? after.tree(warehouse.input) : [])) else { return }
    throw .blocked(
      "\(lot.number) is held, but not all of it stands in the location of held goods: \(rest); move it there in the ERP, "
        + "then release the delivery")
  }

  private func unit(of lot: TrytonDesk.Lot) async throws(DeliveryStop) -> Int64 {
    let product = try await desk.read("product.product", [lot.product], ["default_uom"]).first
    guard let unit = product?.integer("default_uom") else {
      throw .unexpected("the ERP does not show the product of \(lot.number)")
    }
    return unit
  }

  private func transfer(
    _ key: String, product: Int64, lot: Int64, unit: Int64, _ quantity: Quantity, from: Int64, to: Int64
  ) async throws(DeliveryStop) {
    let company = try await desk.rows("company.company", [], ["currency"]).first?.id ?? 0
    let move: TrytonValue = .object([
      "product": .integer(product), "lot": .integer(lot), "quantity": .quantity(quantity), "unit": .integer(unit),
      "from_location": .integer(from), "to_location": .integer(to), "company": .integer(company),
    ])
    let outcomes = try await desk.ensure(
      Self.model, [.init(key: key, content: ["lot": String(lot), "quantity": quantity.description])],
      lookUp: { keys throws(DeliveryStop) in
        try await ShipmentLookUp(desk: desk).found(Self.model, under: keys, into: nil)
      },
      values: { key in
        [
          "reference": .text(key), "company": .integer(company), "from_location": .integer(from),
          "to_location": .integer(to), "moves": .list([.list([.text("create"), .list([move])])]),
        ]
      })
    guard case .there(let id, _)? = outcomes[key] else {
      if case .blocked(let reason)? = outcomes[key] { throw .blocked(reason) }
      throw .unexpected("the ERP confirmed the transfer \(key) but does not show it")
    }
    try await press("wait", id, from: ["draft"], to: ["waiting", "assigned", "shipped", "done"])
    try await press("assign_try", id, from: ["waiting"], to: ["assigned", "shipped", "done"], Self.notFree(quantity))
    try await press("do", id, from: ["assigned"], to: ["done"])
  }

  private static func notFree(_ quantity: Quantity) -> String {
    "; not all of the \(quantity) is free where it is taken from: release there what something else has assigned, or "
      + "correct the quantity of the shipment, then release the delivery"
  }

  private func press(
    _ button: String, _ id: Int64, from: Set<String>, to: Set<String>, _ hint: String = ""
  ) async throws(DeliveryStop) {
    if case .blocked(let reason)? = try await desk.advance(Self.model, [id], press: button, from: from, to: to)[id] {
      throw .blocked("the transfer of held goods (internal shipment \(id)): \(reason)\(hint)")
    }
  }
}
