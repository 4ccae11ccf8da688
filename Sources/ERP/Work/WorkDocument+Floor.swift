import Shopfloor

/// Order states and material status as the interface spells them.
enum OrderStateName: String, CaseIterable {
  case released, closed, cancelled
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
          item: try line.name("item"), quantityPerUnit: try line.number("quantity_per_unit", above: 0)))
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
      lots: try reader.names("lots", maximum: maximumLotsPerOrder), materials: materials, state: state)
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
      unusableFrom: try reader.instantAfterDate("expires_on"))
  }
}
