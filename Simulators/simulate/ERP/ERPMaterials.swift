import Devices

/// Something that is bought or made, as the interface sends it.
struct ERPItem: Codable, Hashable {
  var code: String
  var name: String
  var unit: String
  var codes: [String]
  var minimum_remaining_life_days: Int?
  var requires_expiry: Bool

  init?(_ node: DocumentNode) {
    node.allowKeys(["code", "name", "unit", "codes", "minimum_remaining_life_days", "requires_expiry"])
    guard let code = node.required("code", "Write the item code")?.string("Write it as text"),
      let name = node.required("name", "Write the name")?.string("Write it as text"),
      let unit = node.required("unit", "Write the unit")?.string("Write it as text")
    else { return nil }
    self.code = code
    self.name = name
    self.unit = unit
    codes = node["codes"]?.elements("Write a list").compactMap { $0.string("Write it as text") } ?? []
    minimum_remaining_life_days = node["minimum_remaining_life_days"]?.integer(in: 0...100_000, "Write days")
    requires_expiry = node["requires_expiry"]?.flag("Write true or false") ?? false
  }
}

/// A delivery that the ERP expects, as the interface sends it.
struct ERPDelivery: Codable, Hashable {
  struct Line: Codable, Hashable {
    var item: String
    var quantity: Double
    var supplier_lot: String?
  }

  var number: String
  var supplier: String
  var state: String
  var over_delivery_percent: Double?
  var lines: [Line]

  init?(_ node: DocumentNode) {
    node.allowKeys(["number", "supplier", "state", "over_delivery_percent", "lines"])
    guard let number = node.required("number", "Write the number")?.string("Write it as text"),
      let supplier = node.required("supplier", "Write the supplier")?.string("Write it as text")
    else { return nil }
    self.number = number
    self.supplier = supplier
    state = node["state"]?.choice(["expected", "closed", "cancelled"]) ?? "expected"
    over_delivery_percent = node["over_delivery_percent"]?.number("Write percent")
    lines = node.required("lines", "Write a list")?.elements("Write a list").compactMap(Self.line) ?? []
  }

  private static func line(_ node: DocumentNode) -> Line? {
    node.allowKeys(["item", "quantity", "supplier_lot"])
    guard let item = node.required("item", "Write the item code")?.string("Write it as text"),
      let quantity = node.required("quantity", "Write a number")?.number("Write a number")
    else { return nil }
    return Line(item: item, quantity: quantity, supplier_lot: node["supplier_lot"]?.string("Write it as text"))
  }
}
