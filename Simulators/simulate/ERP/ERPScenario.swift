import Devices

/// What a simulated ERP knows and how it misbehaves.
struct ERPScenario {
  /// The bearer token it asks for; nil: none.
  var token: String?
  /// The key that it asks requests to be signed with; nil: none.
  var signing: ERPSignatureCheck.Key?
  var orders: [ERPOrder] = []
  var materialLots: [ERPMaterialLot] = []
  var items: [ERPItem] = []
  var expectedDeliveries: [ERPDelivery] = []
  var refusedMovements: [ERPMovementRefusal] = []
  var faults: [ERPFault] = []

  static func read(_ text: String, file: String) throws -> ERPScenario {
    let (root, issues) = try DocumentNode.parse(text, file: file)
    root.allowKeys([
      "token", "signing", "orders", "material_lots", "items", "expected_deliveries", "refuse_movements", "faults",
    ])
    var scenario = ERPScenario()
    scenario.token = root["token"]?.string("Write the token as text")
    scenario.signing = root["signing"].flatMap(ERPSignatureCheck.Key.init)
    scenario.orders = root["orders"]?.elements("Write a list of orders").compactMap(ERPOrder.init) ?? []
    scenario.materialLots =
      root["material_lots"]?.elements("Write a list of material lots").compactMap(ERPMaterialLot.init) ?? []
    scenario.items = root["items"]?.elements("Write a list of items").compactMap(ERPItem.init) ?? []
    scenario.expectedDeliveries =
      root["expected_deliveries"]?.elements("Write a list of deliveries").compactMap(ERPDelivery.init) ?? []
    scenario.refusedMovements =
      root["refuse_movements"]?.elements("Write a list of movements").compactMap(ERPMovementRefusal.init) ?? []
    scenario.faults = root["faults"]?.elements("Write a list of faults").compactMap(ERPFault.init) ?? []
    try issues.throwIfAny()
    return scenario
  }
}

/// An order as the interface sends it.
struct ERPOrder: Codable, Hashable {
  struct Material: Codable, Hashable {
    var item: String
    var quantity_per_unit: Double
    var substitutes: [String]?
  }

  var number: String
  var state: String
  var product: String
  var product_name: String
  var quantity: Double
  var unit: String
  var operations: [String]
  var lots: [String]
  var materials: [Material]

  init?(_ node: DocumentNode) {
    node.allowKeys([
      "number", "state", "product", "product_name", "quantity", "unit", "operations", "lots", "materials",
    ])
    func text(_ key: String) -> String? { node.required(key, "Write it as text")?.string("Write it as text") }
    func texts(_ key: String) -> [String] {
      node.required(key, "Write a list")?.elements("Write a list").compactMap { $0.string("Write it as text") } ?? []
    }
    guard let number = text("number"), let product = text("product"), let name = text("product_name"),
      let quantity = node.required("quantity", "Write a number")?.number("Write a number"), let unit = text("unit")
    else { return nil }
    self.number = number
    self.product = product
    self.product_name = name
    self.quantity = quantity
    self.unit = unit
    state = node["state"]?.choice(["released", "closed", "cancelled"]) ?? "released"
    operations = texts("operations")
    lots = texts("lots")
    materials = node["materials"]?.elements("Write a list").compactMap(Self.material) ?? []
  }

  private static func material(_ node: DocumentNode) -> Material? {
    node.allowKeys(["item", "quantity_per_unit", "substitutes"])
    guard let item = node.required("item", "Write the item code")?.string("Write the item code"),
      let quantity = node.required("quantity_per_unit", "Write a number")?.number("Write a number")
    else { return nil }
    return Material(
      item: item, quantity_per_unit: quantity,
      substitutes: node["substitutes"]?.elements("Write a list").compactMap { $0.string("Write it as text") })
  }
}

/// A material lot as the interface sends it.
struct ERPMaterialLot: Codable, Hashable {
  var number: String
  var item: String
  var status: String
  /// The last day of use, YYYY-MM-DD; nil: none.
  var expires_on: String?
  var quantity: Double?
  var supplier_lot: String?
  var delivery: String?

  init?(_ node: DocumentNode) {
    node.allowKeys(["number", "item", "status", "expires_on", "quantity", "supplier_lot", "delivery"])
    guard let number = node.required("number", "Write the lot number")?.string("Write it as text"),
      let item = node.required("item", "Write the item code")?.string("Write it as text"),
      let status = node.required("status", "Write a status")?.choice(["quarantined", "released", "blocked"])
    else { return nil }
    self.number = number
    self.item = item
    self.status = status
    expires_on = node["expires_on"]?.string("Write a date, 2027-12-31")
    quantity = node["quantity"]?.number("Write a number")
    supplier_lot = node["supplier_lot"]?.string("Write it as text")
    delivery = node["delivery"]?.string("Write the number")
  }
}
