import Shopfloor

/// Order states and material status as the interface spells them.
enum OrderStateName: String, CaseIterable {
  case released, closed, cancelled
}

enum DeliveryStateName: String, CaseIterable {
  case expected, closed, cancelled
}

enum MaterialStatusName: String, CaseIterable {
  case quarantined, released, blocked
}

extension WorkOrder {
  static func read(_ reader: FieldReader) throws(FieldFault) -> WorkOrder {
    let number: WorkOrderNumber = try reader.name("number")
    let operations: [OperationName] = try reader.names("operations", maximum: maximumOperationsPerOrder)
    guard !operations.isEmpty else { throw FieldFault(field: "operations", why: "the list is empty") }
    var materials: [BillOfMaterialsLine] = []
    for line in try reader.objects("materials", maximum: maximumMaterialsPerOrder) {
      materials.append(
        BillOfMaterialsLine(
          item: try line.name("item"), quantityPerUnit: try line.number("quantity_per_unit", above: 0),
          substitutes: try line.optionalSubstitutes(), suppliedByCustomer: try line.optionalFlag("supplied_by_customer")
        ))
    }
    let state: State =
      switch try reader.choice("state", of: OrderStateName.self, absent: .released) {
      case .released: .released
      case .closed: .closed
      case .cancelled: .cancelled
      }
    return WorkOrder(
      number: number, product: try reader.name("product"),
      productName: try reader.words("product_name", maximumBytes: maximumProductNameBytes),
      quantity: try reader.number("quantity", above: 0),
      unit: try reader.words("unit", maximumBytes: maximumUnitBytes), operations: operations,
      lots: try reader.names("lots", maximum: maximumLotsPerOrder), materials: materials, state: state,
      customer: try reader.optionalWords("customer", maximumBytes: maximumIdentifierBytes),
      deviceIdentifier: try reader.optionalTradeItemNumber("device_identifier"))
  }
}

extension PersonName {
  static func read(_ reader: FieldReader) throws(FieldFault) -> PersonName {
    PersonName(
      id: try reader.name("id"), name: try reader.words("name", maximumBytes: maximumProductNameBytes))
  }
}

extension MaterialLot {
  static func read(_ reader: FieldReader) throws(FieldFault) -> MaterialLot {
    let status: Status =
      switch try reader.choice("status", of: MaterialStatusName.self) {
      case .quarantined: .quarantined
      case .released: .released
      case .blocked: .blocked
      }
    return MaterialLot(
      number: try reader.name("number"), item: try reader.name("item"), status: status,
      unusableFrom: try reader.instantAfterDate("expires_on"),
      supplierLot: try reader.optionalWords("supplier_lot", maximumBytes: maximumIdentifierBytes),
      quantity: try reader.optionalQuantity("quantity"), delivery: try reader.optionalName("delivery"))
  }
}

extension Item {
  static func read(_ reader: FieldReader) throws(FieldFault) -> Item {
    let codes: [ItemCode] = try reader.optionalNames("codes", maximum: maximumCodesPerItem)
    return Item(
      code: try reader.name("code"), name: try reader.words("name", maximumBytes: maximumProductNameBytes),
      unit: try reader.words("unit", maximumBytes: maximumUnitBytes), otherCodes: codes.map(\.text),
      minimumRemainingLifeDays: try reader.optionalDays("minimum_remaining_life_days"),
      requiresExpiry: try reader.flag("requires_expiry", absent: false))
  }
}

extension ExpectedDelivery {
  static func read(_ reader: FieldReader) throws(FieldFault) -> ExpectedDelivery {
    var lines: [Line] = []
    for line in try reader.objects("lines", maximum: maximumLinesPerDelivery) {
      lines.append(
        Line(
          item: try line.name("item"), quantity: try line.quantity("quantity"),
          supplierLot: try line.optionalWords("supplier_lot", maximumBytes: maximumIdentifierBytes)))
    }
    guard !lines.isEmpty else { throw FieldFault(field: "lines", why: "the list is empty") }
    let state: State =
      switch try reader.choice("state", of: DeliveryStateName.self, absent: .expected) {
      case .expected: .expected
      case .closed: .closed
      case .cancelled: .cancelled
      }
    return ExpectedDelivery(
      number: try reader.name("number"),
      supplier: try reader.words("supplier", maximumBytes: maximumProductNameBytes), lines: lines,
      overDeliveryPercent: try reader.optionalPercent("over_delivery_percent", upTo: 1_000), state: state)
  }
}

extension FieldReader {
  /// A GTIN in 14 digits whose check digit is right (GS1 General Specifications 7.9); nil where the field is absent.
  fileprivate func optionalTradeItemNumber(_ key: String) throws(FieldFault) -> String? {
    guard let text = try optionalWords(key, maximumBytes: maximumIdentifierBytes) else { return nil }
    guard text.utf8.count == 14, TradeItemNumber.inFourteenDigits(text) == text else {
      throw FieldFault(
        field: path + key,
        why: "\"\(displayable(text, maximumCharacters: 60))\" is no GTIN in 14 digits with its check digit")
    }
    return text
  }

  /// Nil where the line names none.
  fileprivate func optionalSubstitutes() throws(FieldFault) -> [ItemCode]? {
    let found: [ItemCode] = try optionalNames("substitutes", maximum: maximumSubstitutesPerLine)
    return found.isEmpty ? nil : found
  }
}
