import Shopfloor

/// Items are Tryton's products. Pure.
enum TrytonItems {
  /// - Parameter withSuppliers: the suppliers' own codes are there with Tryton's purchases only.
  static func fields(withSuppliers: Bool) -> [String] {
    let own = [
      "code", "name", "default_uom.symbol", "identifiers.code", "identifiers.type", "identifiers.write_date",
      "template.expiration_state", "template.expiration_time", "template.shelf_life_time", "template.write_date",
      "write_date", "create_date",
    ]
    return withSuppliers
      ? own + ["product_suppliers.code", "product_suppliers.write_date", "template.product_suppliers.code"] : own
  }

  static func domain(since time: Timestamp?, withSuppliers: Bool) -> TrytonValue {
    let goods = TrytonDomain.clause("type", "=", .text("goods"))
    guard let time else { return TrytonDomain.all([goods]) }
    var paths = ["", "template.", "identifiers."]
    if withSuppliers { paths += ["product_suppliers.", "template.product_suppliers."] }
    return TrytonDomain.all([goods, TrytonDomain.any(TrytonDomain.changed(paths, since: time))])
  }

  static func item(_ row: TrytonRow) throws(FieldFault) -> Item {
    let code: ItemCode = try row.name("code", of: row.text("code"))
    let template = row.one("template")
    return Item(
      code: code, name: try row.words("name", of: row.text("name"), maximumBytes: maximumProductNameBytes),
      unit: try row.words("default_uom", of: row.one("default_uom")?.text("symbol"), maximumBytes: maximumUnitBytes),
      otherCodes: try otherCodes(row, besides: code), minimumRemainingLifeDays: minimumRemainingLifeDays(template),
      requiresExpiry: template?.text("expiration_state") == "required")
  }

  /// Trade item numbers of the product, in 14 digits, in Tryton's order.
  static func tradeItemNumbers(_ product: TrytonRow) -> [String] {
    product.many("identifiers").compactMap { row in
      row.text("code").flatMap { TradeItemNumber.inFourteenDigits($0) }
    }
  }

  private static func otherCodes(_ row: TrytonRow, besides own: ItemCode) throws(FieldFault) -> [String] {
    var codes: [String] = []
    for identifier in row.many("identifiers") {
      guard let text = identifier.text("code") else { continue }
      let number = TradeItemNumber.inFourteenDigits(text)
      if number == nil, identifier.text("type") == "ean" {
        throw FieldFault(field: "identifiers", why: "\"\(oneLine(text))\" is no trade item number: wrong check digit")
      }
      codes.append(number ?? text)
    }
    let suppliers = row.many("product_suppliers") + (row.one("template")?.many("product_suppliers") ?? [])
    codes += suppliers.compactMap { $0.text("code") }
    var kept: [String] = []
    for code in codes where code != own.text && !kept.contains(code) {
      let _: ItemCode = try row.name("identifiers", of: code)
      kept.append(code)
    }
    guard kept.count <= maximumCodesPerItem else {
      throw FieldFault(field: "identifiers", why: "the item has \(kept.count) codes; at most \(maximumCodesPerItem)")
    }
    return kept
  }

  /// Tryton counts both from the making of the lot: what lies between the end of the shelf life and the expiry must be
  /// left when the goods come. Nil where one of them is not given.
  private static func minimumRemainingLifeDays(_ template: TrytonRow?) -> Int? {
    guard let expiration = template?.integer("expiration_time"), let shelfLife = template?.integer("shelf_life_time"),
      expiration > shelfLife, expiration - shelfLife <= Int64(maximumDays)
    else { return nil }
    return Int(expiration - shelfLife)
  }
}
