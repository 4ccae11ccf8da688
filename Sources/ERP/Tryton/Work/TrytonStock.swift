import Shopfloor

/// Material lots are Tryton's lots of what productions take, with what lies where. Pure.
enum TrytonStock {
  static let fields = [
    "number", "product", "product.code", "product.template.producible", "expiration_date", "quantity", "write_date",
    "create_date",
  ]

  /// How much of a lot lies where, in the unit of the item.
  struct Amounts: Hashable {
    var inWarehouse = 0.0
    /// Below the storage locations, those of the quarantine among them.
    var inStorage = 0.0
    var inQuarantine = 0.0
    /// Booked into productions that we report to: the floor counts that itself.
    var consumedByUs = 0.0

    /// Everything that ever came of it, as far as the floor may take of it.
    var inAll: Double { TrytonUnits.rounded(inWarehouse + consumedByUs) }
  }

  /// - Parameter repeated: lots whose number an older one carries too.
  static func material(_ row: TrytonRow, _ amounts: Amounts, repeated: Set<Int64>) throws(FieldFault) -> MaterialLot {
    let number: MaterialLotNumber = try row.name("number", of: row.text("number"))
    guard let product = row.one("product") else { throw FieldFault(field: "product", why: "it is missing") }
    guard !repeated.contains(row.id) else {
      throw FieldFault(field: "number", why: "an older lot has the same number; the floor knows a lot by its number")
    }
    guard let quantity = Quantity(nearest: max(0, amounts.inAll)) else {
      throw FieldFault(field: "quantity", why: "\(amounts.inAll) is too much")
    }
    return MaterialLot(
      number: number, item: try product.name("product.code", of: product.text("code")), status: status(amounts),
      unusableFrom: row.instantAfterDay("expiration_date"), quantity: quantity)
  }

  /// Some of it in quarantine: nobody may take of the lot, because the floor knows a lot as a whole.
  private static func status(_ amounts: Amounts) -> MaterialLot.Status {
    if amounts.inQuarantine > 0 { return .blocked }
    if amounts.inStorage > 0 { return .released }
    if amounts.inWarehouse > 0 { return .quarantined }
    // All gone: taken by us, or taken elsewhere.
    return amounts.consumedByUs > 0 ? .released : .blocked
  }
}

/// People are Tryton's employees, known by the code of their party.
enum TrytonPeople {
  static let fields = ["party.code", "party.name", "party.write_date", "write_date", "create_date"]

  static func domain(since time: Timestamp?) -> TrytonValue {
    guard let time else { return .list([]) }
    return TrytonDomain.any(TrytonDomain.changed(["", "party."], since: time))
  }

  static func person(_ row: TrytonRow) throws(FieldFault) -> PersonName {
    guard let party = row.one("party") else { throw FieldFault(field: "party", why: "it is missing") }
    return PersonName(
      id: try party.name("party.code", of: party.text("code")),
      name: try party.words("party.name", of: party.text("name"), maximumBytes: maximumProductNameBytes))
  }
}
