import Shopfloor

/// The bill of materials of a production: what one unit of its product takes, in the unit of each material. Pure.
enum TrytonMaterials {
  /// Empty where the production has none.
  static func lines(of row: TrytonRow, customerSupplied: Int64?) throws(FieldFault) -> [BillOfMaterialsLine] {
    guard let bom = row.one("bom") else { return [] }
    let product = row.one("product")?.id
    guard let output = bom.many("outputs").first(where: { $0.integer("product") == product }) else {
      throw FieldFault(field: "bom.outputs", why: "the product of the production is not among them")
    }
    // In the unit of the production, in which the floor counts.
    let made = try TrytonUnits.converted(
      try output.positive("quantity"), from: output.one("unit"), to: row.one("unit"))
    var lines: [BillOfMaterialsLine] = []
    for input in bom.many("inputs") {
      if input.integer("phantom_bom") != nil || input.one("phantom_bom") != nil, input.one("product") == nil {
        try add(phantom: input, per: made, customerSupplied, to: &lines)
      } else {
        try add(input, times: 1, per: made, customerSupplied, to: &lines)
      }
    }
    guard lines.count <= maximumMaterialsPerOrder else {
      throw FieldFault(field: "bom.inputs", why: "they are \(lines.count); at most \(maximumMaterialsPerOrder)")
    }
    return lines
  }

  /// A bill within the bill: its inputs are taken as if they stood here.
  private static func add(
    phantom input: TrytonRow, per made: Double, _ customerSupplied: Int64?, to lines: inout [BillOfMaterialsLine]
  ) throws(FieldFault) {
    guard let inner = input.one("phantom_bom") else {
      throw FieldFault(field: "bom.inputs.phantom_bom", why: "it cannot be read")
    }
    let wanted = try TrytonUnits.converted(
      try input.positive("quantity"), from: input.one("unit"), to: inner.one("phantom_unit"))
    let times = wanted / (try inner.positive("phantom_quantity"))
    for part in inner.many("inputs") {
      guard part.one("product") != nil else {
        throw FieldFault(field: "bom.inputs.phantom_bom", why: "bills within bills go one level deep here")
      }
      try add(part, times: times, per: made, customerSupplied, to: &lines)
    }
  }

  private static func add(
    _ input: TrytonRow, times: Double, per made: Double, _ customerSupplied: Int64?,
    to lines: inout [BillOfMaterialsLine]
  ) throws(FieldFault) {
    guard let product = input.one("product") else {
      throw FieldFault(field: "bom.inputs.product", why: "it is missing")
    }
    let item: ItemCode = try product.name("bom.inputs.product.code", of: product.text("code"))
    let amount = try TrytonUnits.converted(
      try input.positive("quantity"), from: input.one("unit"), to: product.one("default_uom"))
    let perUnit = TrytonUnits.rounded(amount * times / made)
    if let index = lines.firstIndex(where: { $0.item == item }) {
      lines[index].quantityPerUnit = TrytonUnits.rounded(lines[index].quantityPerUnit + perUnit)
      return
    }
    // Nil where the configuration names no category: then the ERP says nothing about it.
    let isSupplied = customerSupplied.map { product.integers("categories_all").contains($0) }
    lines.append(BillOfMaterialsLine(item: item, quantityPerUnit: perUnit, suppliedByCustomer: isSupplied))
  }
}
