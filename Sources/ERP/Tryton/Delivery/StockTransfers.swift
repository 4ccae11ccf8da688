import Shopfloor

/// Moves stock of a lot to the location of held goods and back, by internal shipments under our key.
struct StockTransfers: Sendable {
  struct Held: Hashable, Sendable {
    var shipment: Int64
    var reference: String
    var lot: Int64
    var product: Int64
    var unit: Int64
    var quantity: Quantity
    var from: Int64
  }

  static let model = "stock.shipment.internal"
  let desk: TrytonDesk
  let warehouse: TrytonDesk.Warehouse
  let quarantine: Int64

  /// What we hold of the lots and have not brought back.
  func held(lots: [Int64]) async throws(DeliveryStop) -> [Held] {
    guard !lots.isEmpty else { return [] }
    let moves = try await desk.rows(
      "stock.move",
      [
        .clause("lot", "in", .integers(lots)),
        .clause("shipment.reference", "like", .text("lotwire:%"), model: Self.model),
      ],
      [
        "shipment", "shipment.reference", "shipment.state", "lot", "product", "unit", "quantity", "from_location",
        "to_location",
      ])
    let back = Set(
      moves.filter { $0["shipment"].text("state") == "done" && $0.integer("from_location") == quarantine }
        .compactMap { $0["shipment"].text("reference") })
    return moves.compactMap { move in
      guard let id = move.reference("shipment", to: Self.model), let reference = move["shipment"].text("reference"),
        move["shipment"].text("state") == "done", move.integer("to_location") == quarantine,
        !back.contains(Self.backKey(reference)), let lot = move.integer("lot"),
        let product = move.integer("product"), let unit = move.integer("unit"),
        let quantity = move.quantity("quantity"), let from = move.integer("from_location")
      else { return nil }
      return Held(
        shipment: id, reference: reference, lot: lot, product: product, unit: unit, quantity: quantity, from: from)
    }
  }

  static func backKey(_ reference: String) -> String { reference + ":back" }

  func bringBack(_ held: Held) async throws(DeliveryStop) {
    try await transfer(
      Self.backKey(held.reference), held.product, lot: held.lot, unit: held.unit, held.quantity, from: quarantine,
      to: held.from)
  }

  /// All that the storage location has of the lot; nothing where it has nothing.
  func hold(_ lot: TrytonDesk.Lot, under key: String) async throws(DeliveryStop) {
    let known = try await ShipmentLookUp(desk: desk).found(Self.model, under: [key], into: nil)
    let stock = try await desk.rows(
      "stock.lot", [.clause("id", "=", .integer(lot.id))], ["quantity", "default_uom"],
      context: [
        "locations": .integers([warehouse.storage]), "with_childs": .flag(false), "active_test": .flag(false),
      ]
    ).first
    // An earlier attempt decided how much.
    let decided = known.first?.content["quantity"].flatMap { Quantity(decimal: $0) }
    guard let quantity = decided ?? stock?.quantity("quantity"), quantity.isPositive,
      let unit = stock?.integer("default_uom")
    else { return }
    try await transfer(
      key, lot.product, lot: lot.id, unit: unit, quantity, from: warehouse.storage, to: quarantine)
  }

  private func transfer(
    _ key: String, _ product: Int64, lot: Int64, unit: Int64, _ quantity: Quantity, from: Int64, to: Int64
  ) async throws(DeliveryStop) {
    let company = try await desk.rows("company.company", [], ["currency"]).first?.id ?? 0
    let outcomes = try await desk.ensure(
      Self.model, [.init(key: key, content: ["lot": String(lot), "quantity": quantity.description])],
      lookUp: { keys throws(DeliveryStop) in
        try await ShipmentLookUp(desk: desk).found(Self.model, under: keys, into: nil)
      },
      values: { key in
        [
          "reference": .text(key), "company": .integer(company), "from_location": .integer(from),
          "to_location": .integer(to),
          "moves": .list([
            .list([
              .text("create"),
              .list([
                .object([
                  "product": .integer(product), "lot": .integer(lot), "quantity": .quantity(quantity),
                  "unit": .integer(unit), "from_location": .integer(from), "to_location": .integer(to),
                  "company": .integer(company),
                ])
              ]),
            ])
          ]),
        ]
      })
    guard case .there(let id, _)? = outcomes[key] else {
      if case .blocked(let reason)? = outcomes[key] { throw .blocked(reason) }
      throw .unexpected("the ERP confirmed the transfer \(key) but does not show it")
    }
    try await press("wait", id, from: ["draft"], to: ["waiting", "assigned", "shipped", "done"])
    try await press("assign_try", id, from: ["waiting"], to: ["assigned", "shipped", "done"])
    try await press("do", id, from: ["assigned"], to: ["done"])
  }

  private func press(
    _ button: String, _ id: Int64, from: Set<String>, to: Set<String>
  ) async throws(DeliveryStop) {
    if case .blocked(let reason)? = try await desk.advance(Self.model, [id], press: button, from: from, to: to)[id] {
      throw .blocked("the transfer of held goods: \(reason)")
    }
  }
}
