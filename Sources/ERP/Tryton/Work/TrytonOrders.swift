import Shopfloor

/// Work orders are Tryton's productions. Pure.
enum TrytonOrders {
  static let openStates = ["waiting", "assigned", "running"]
  static let endedStates = ["done", "cancelled"]

  static let fields =
    [
      "number", "reference", "state", "quantity", "unit.symbol", "unit.factor", "origin", "write_date", "create_date",
      "product.code", "product.name", "product.identifiers.code", "product.identifiers.type",
      "outputs.product", "outputs.state", "outputs.lot.number", "outputs.write_date", "outputs.create_date",
      "outputs.lot.write_date", "routing.steps.operation.name", "routing.steps.operation.write_date",
      "routing.steps.write_date", "routing.write_date", "bom.write_date",
      "bom.outputs.product", "bom.outputs.quantity", "bom.outputs.unit.factor", "bom.outputs.write_date",
    ] + inputFields("bom.inputs.") + inputFields("bom.inputs.phantom_bom.inputs.")
    + ["bom.inputs.phantom_bom.phantom_quantity", "bom.inputs.phantom_bom.phantom_unit.factor"]

  private static func inputFields(_ path: String) -> [String] {
    [
      "quantity", "unit.factor", "write_date", "product.code", "product.default_uom.factor", "product.categories_all",
      "phantom_bom",
    ].map { path + $0 }
  }

  /// Everything that is open, and what changed since then; nil: nothing but the open.
  static func domain(since time: Timestamp?, withOpen: Bool) -> TrytonValue {
    let open = TrytonDomain.isOneOf("state", openStates)
    guard let time else { return TrytonDomain.all([open]) }
    let own = TrytonDomain.any(TrytonDomain.changed(["", "outputs.", "outputs.lot."], since: time))
    let known = TrytonDomain.all([TrytonDomain.isOneOf("state", openStates + endedStates), own])
    if withOpen { return TrytonDomain.any([open, known]) }
    let around = TrytonDomain.any(
      TrytonDomain.changed(
        [
          "product.", "product.template.", "product.identifiers.", "bom.", "bom.inputs.", "bom.outputs.",
          "bom.inputs.product.", "bom.inputs.product.template.", "bom.inputs.phantom_bom.inputs.", "routing.",
          "routing.steps.", "routing.steps.operation.",
        ], since: time))
    return TrytonDomain.any([known, TrytonDomain.all([open, around])])
  }

  static func numberText(_ row: TrytonRow) -> String? { row.text("reference") ?? row.text("number") }

  struct Rules {
    /// Operations in Tryton's words and what the line calls them.
    var operations: [String: String]
    /// Category whose goods the customer provides.
    var customerSupplied: Int64?
    /// Productions whose reference an older one carries too.
    var repeated: Set<Int64> = []
  }

  static func order(_ row: TrytonRow, _ rules: Rules) throws(FieldFault) -> WorkOrder {
    let number: WorkOrderNumber = try row.name("reference", of: numberText(row))
    guard !rules.repeated.contains(row.id) else {
      throw FieldFault(
        field: "reference", why: "an older production has the same; this one is number \(row.text("number") ?? "?")")
    }
    guard let product = row.one("product") else { throw FieldFault(field: "product", why: "it is missing") }
    return WorkOrder(
      number: number, product: try product.name("product.code", of: product.text("code")),
      productName: try product.words("product.name", of: product.text("name"), maximumBytes: maximumProductNameBytes),
      quantity: try row.positive("quantity"),
      unit: try row.words("unit", of: row.one("unit")?.text("symbol"), maximumBytes: maximumUnitBytes),
      operations: try operations(row, rules), lots: try lots(row, number),
      materials: try TrytonMaterials.lines(of: row, customerSupplied: rules.customerSupplied),
      state: try state(row), deviceIdentifier: TrytonItems.tradeItemNumbers(product).first)
  }

  private static func state(_ row: TrytonRow) throws(FieldFault) -> WorkOrder.State {
    switch row.text("state") {
    case "waiting", "assigned", "running": return .released
    case "done": return .closed
    case "cancelled": return .cancelled
    case let other: throw FieldFault(field: "state", why: "\"\(oneLine(other ?? ""))\" is not known here")
    }
  }

  private static func operations(_ row: TrytonRow, _ rules: Rules) throws(FieldFault) -> [OperationName] {
    let steps = row.one("routing")?.many("steps") ?? []
    guard !steps.isEmpty else { throw FieldFault(field: "routing", why: "the production has no routing with steps") }
    guard steps.count <= maximumOperationsPerOrder else {
      throw FieldFault(field: "routing", why: "it has \(steps.count) steps; at most \(maximumOperationsPerOrder)")
    }
    var operations: [OperationName] = []
    for step in steps {
      let words = step.one("operation")?.text("name")
      let name: OperationName = try row.name(
        "routing.steps.operation", of: words.map { rules.operations[$0] ?? $0.lowercased() })
      guard !operations.contains(name) else {
        throw FieldFault(
          field: "routing.steps", why: "operation \"\(name)\" stands there twice; a lot passes an operation once")
      }
      operations.append(name)
    }
    return operations
  }

  /// The lots that are planned for the product, by number; the order's own number where there are none.
  private static func lots(_ row: TrytonRow, _ number: WorkOrderNumber) throws(FieldFault) -> [LotNumber] {
    let product = row.one("product")?.id
    var lots: Set<LotNumber> = []
    for move in row.many("outputs") where move.integer("product") == product && move.text("state") != "cancelled" {
      guard let lot = move.one("lot") else { continue }
      lots.insert(try lot.name("outputs.lot", of: lot.text("number")))
    }
    guard lots.count <= maximumLotsPerOrder else {
      throw FieldFault(field: "outputs", why: "they have \(lots.count) lots; at most \(maximumLotsPerOrder)")
    }
    if lots.isEmpty { return [try row.name("reference", of: number.text)] }
    return lots.sorted()
  }
}
