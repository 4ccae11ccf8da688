import Shopfloor

/// A product as the flows need it.
struct TrytonProduct: Hashable, Sendable {
  var id: Int64
  var code: String
  var template: Int64?
  /// The unit that our quantities are in.
  var unit: Int64
  var unitName: String
  /// What Tryton asks about the expiry of its lots: "none", "optional", "required".
  var expirationState: String
  var shelfLifeState: String
  /// Days from making to expiry, and to the end of shelf life; nil: not said.
  var expirationDays: Int64?
  var shelfLifeDays: Int64?
  var categories: Set<Int64>
  var costPrice: TrytonValue
}

/// Warehouse, products and orders, looked up by our names for many rows at once.
extension TrytonDesk {
  /// Products under each code; where several have the code, all of them.
  func products(_ codes: Set<String>) async throws(DeliveryStop) -> [String: [TrytonProduct]] {
    guard !codes.isEmpty else { return [:] }
    let rows = try await rows(
      "product.product", [.clause("code", "in", .texts(codes.sorted()))],
      [
        "code", "template", "default_uom", "default_uom.symbol", "expiration_state", "shelf_life_state",
        "expiration_time", "shelf_life_time",
        "categories_all", "cost_price",
      ])
    return Dictionary(grouping: rows.map(product), by: \.code)
  }

  private func product(_ row: TrytonRecord) -> TrytonProduct {
    TrytonProduct(
      id: row.id, code: row.text("code") ?? "", template: row.integer("template"),
      unit: row.integer("default_uom") ?? 0, unitName: row["default_uom"].text("symbol") ?? "",
      expirationState: row.text("expiration_state") ?? "none",
      shelfLifeState: row.text("shelf_life_state") ?? "none", expirationDays: row.integer("expiration_time"),
      shelfLifeDays: row.integer("shelf_life_time"), categories: Set(row.integers("categories_all")),
      costPrice: row.members["cost_price"] ?? .null)
  }

  /// The one product of a code.
  static func theOne(
    _ code: ItemCode, in products: [String: [TrytonProduct]]
  ) -> Result<TrytonProduct, DeliveryStop> {
    let found = products[code.text] ?? []
    guard let first = found.first else {
      return .failure(
        .blocked("the ERP has no product with the code \(code); create it there, then release the delivery"))
    }
    guard found.count == 1 else {
      return .failure(.blocked("the ERP has \(found.count) products with the code \(code); one may have it"))
    }
    return .success(first)
  }

  struct Production: Sendable {
    var row: TrytonRecord
    var id: Int64 { row.id }
    var state: String { row.text("state") ?? "" }
    var resource: String { "production,\(row.id)" }
  }

  /// Productions under each number of a work order: our number is their reference, or else the ERP's own number.
  func productions(_ orders: Set<String>) async throws(DeliveryStop) -> [String: [Production]] {
    guard !orders.isEmpty else { return [:] }
    let numbers = TrytonValue.texts(orders.sorted())
    let rows = try await rows(
      "production", [.any([.clause("reference", "in", numbers), .clause("number", "in", numbers)])],
      [
        "number", "reference", "state", "product", "product.code", "quantity", "unit", "unit.symbol", "company",
        "location",
        "warehouse",
        "warehouse.storage_location", "warehouse.production_picking_location", "effective_start_date", "effective_date",
        "_timestamp",
      ])
    var found: [String: [Production]] = [:]
    for row in rows {
      let reference = row.text("reference") ?? ""
      let number = reference.isEmpty ? row.text("number") ?? "" : reference
      if orders.contains(number) { found[number, default: []].append(Production(row: row)) }
    }
    return found.mapValues { Self.living($0, unless: ["cancelled", "draft", "request"], state: \.state) }
  }

  /// Where several have one number, those that are no work any more or not yet do not count, as with what comes in; where
  /// all are such, all of them.
  static func living<Candidate>(
    _ found: [Candidate], unless states: Set<String>, state: (Candidate) -> String
  ) -> [Candidate] {
    let living = found.filter { !states.contains(state($0)) }
    return living.isEmpty ? found : living
  }

  static func theOne(
    _ order: WorkOrderNumber, in productions: [String: [Production]]
  ) -> Result<Production, DeliveryStop> {
    let found = productions[order.text] ?? []
    guard let first = found.first else {
      return .failure(
        .blocked("the ERP has no production with the reference \(order); create it there, then release the delivery"))
    }
    guard found.count == 1 else {
      return .failure(.blocked("the ERP has \(found.count) productions with the reference \(order); one may have it"))
    }
    return .success(first)
  }

  struct Lot: Hashable, Sendable {
    var id: Int64
    var number: String
    var product: Int64
    var expiry: String?
    var shelfLife: String?
    var creator: Int64?

    /// Whether the days that are to be written are others than those that stand there.
    func differs(from values: [String: TrytonValue]) -> Bool {
      func isOther(_ field: String, _ there: String?) -> Bool {
        guard case .date(let year, let month, let day)? = values[field] else { return false }
        return there != TrytonDay(year: year, month: month, day: day).description
      }
      return isOther("expiration_date", expiry) || isOther("shelf_life_expiration_date", shelfLife)
    }
  }

  /// Lots with one of the numbers, deactivated ones too.
  func lots(_ numbers: Set<String>) async throws(DeliveryStop) -> [Lot] {
    guard !numbers.isEmpty else { return [] }
    return try await rows(
      "stock.lot", [.clause("number", "in", .texts(numbers.sorted()))],
      ["number", "product", "expiration_date", "shelf_life_expiration_date", "create_uid"],
      context: ["active_test": .flag(false)]
    ).map {
      Lot(
        id: $0.id, number: $0.text("number") ?? "", product: $0.integer("product") ?? 0,
        expiry: $0.day("expiration_date"), shelfLife: $0.day("shelf_life_expiration_date"),
        creator: $0.integer("create_uid"))
    }
  }

  struct Warehouse: Hashable, Sendable {
    var id: Int64
    var input: Int64
    var storage: Int64
    var quarantine: Int64?
  }

  /// The warehouse of the plant: the only one, or the first.
  func warehouse() async throws(DeliveryStop) -> Warehouse {
    let rows = try await rows(
      "stock.location", [.clause("type", "=", .text("warehouse"))], ["input_location", "storage_location"])
    guard let row = rows.first, let input = row.integer("input_location"), let storage = row.integer("storage_location")
    else { throw .blocked("the ERP shows our user no warehouse with a place for receipts and one for storage") }
    return Warehouse(id: row.id, input: input, storage: storage, quarantine: try await quarantine())
  }

  private func quarantine() async throws(DeliveryStop) -> Int64? {
    guard let name = options.quarantineLocation else { return nil }
    let found = try await rows(
      "stock.location", [.any([.clause("name", "=", .text(name)), .clause("code", "=", .text(name))])], ["type"])
    guard found.count == 1, let place = found.first else {
      throw .blocked(
        "the ERP has \(found.count) locations \"\(name)\", which the configuration names for held goods; one is needed")
    }
    return place.id
  }
}
