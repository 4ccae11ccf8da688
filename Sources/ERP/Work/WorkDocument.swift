import Shopfloor

/// Reads the work document of the interface (README.md of this room, "Work") into values of the floor. Pure. An element
/// (order, material lot, item, delivery, person) with one fault is refused as a whole, with the field and the reason; the others
/// go through.
public enum WorkDocument {
  /// - Parameter name: what the document is called in messages.
  public static func read(_ bytes: some Sequence<UInt8>, name: String) throws(ERPFailure) -> WorkUpdate {
    guard let document = JSONValue.parse(bytes) else {
      throw unexpected(name, "is not JSON in UTF-8")
    }
    guard case .object = document else { throw unexpected(name, "is \(document.kindName), not an object") }
    var update = WorkUpdate(cursor: try cursor(in: document, name: name))
    try take(
      "items", Item.read, kind: "item", maximum: maximumItemsPerDocument, from: document, name, into: &update
    ) { $0.change.items.append($1) }
    try take(
      "expected_deliveries", ExpectedDelivery.read, kind: "delivery", maximum: maximumDeliveriesPerDocument,
      from: document, name, into: &update
    ) { $0.change.deliveries.append($1) }
    try take(
      "orders", WorkOrder.read, kind: "order", maximum: maximumOrdersPerDocument, from: document, name, into: &update
    ) { $0.change.orders.append($1) }
    try take(
      "material_lots", MaterialLot.read, kind: "material lot", maximum: maximumMaterialLotsPerDocument, from: document,
      name, into: &update
    ) { $0.change.materials.append($1) }
    try take(
      "people", PersonName.read, kind: "person", maximum: maximumPeoplePerDocument, from: document, name, into: &update
    ) { $0.change.people = ($0.change.people ?? []) + [$1] }
    return update
  }

  private static func take<Value>(
    _ key: String, _ read: (FieldReader) throws(FieldFault) -> Value, kind: String, maximum: Int,
    from document: JSONValue, _ name: String, into update: inout WorkUpdate, append: (inout WorkUpdate, Value) -> Void
  ) throws(ERPFailure) {
    for (index, value) in try elements(key, in: document, maximum: maximum, name: name).enumerated() {
      take(read, with: FieldReader(value), kind: kind, place: "\(key)[\(index)]", into: &update, append: append)
    }
  }

  private static func take<Value>(
    _ read: (FieldReader) throws(FieldFault) -> Value, with reader: FieldReader, kind: String, place: String,
    into update: inout WorkUpdate, append: (inout WorkUpdate, Value) -> Void
  ) {
    do throws(FieldFault) {
      append(&update, try read(reader))
    } catch {
      update.refusalCount += 1
      guard update.refusals.count < maximumRefusalsListed else { return }
      let number = (reader.value["number"] ?? reader.value["code"] ?? reader.value["id"])?.text.map {
        displayable($0, maximumCharacters: 60)
      }
      let subject = number.map { "\(kind) \"\($0)\" (\(place))" } ?? "\(kind) at \(place)"
      update.refusals.append(WorkRefusal(subject: subject, field: error.field, why: error.why))
    }
  }

  private static func cursor(in document: JSONValue, name: String) throws(ERPFailure) -> String? {
    switch document["cursor"] {
    case nil, .null?: return nil
    case .text(let text)?:
      if let fault = OutsideTextFault(in: text, maximumBytes: maximumCursorBytes) {
        throw unexpected(name, "has a cursor that cannot be used: \(fault.words.english)")
      }
      return text
    case let other?: throw unexpected(name, "has a cursor that is \(other.kindName), not a text")
    }
  }

  private static func elements(
    _ key: String, in document: JSONValue, maximum: Int, name: String
  ) throws(ERPFailure) -> [JSONValue] {
    switch document[key] {
    case nil, .null?: return []
    case .list(let values)?:
      guard values.count <= maximum else {
        throw unexpected(name, "has \(values.count) elements in \"\(key)\"; at most \(maximum) are taken at once")
      }
      return values
    case let other?: throw unexpected(name, "has \(other.kindName) in \"\(key)\", not a list")
    }
  }

  private static func unexpected(_ name: String, _ problem: String) -> ERPFailure {
    ERPFailure(
      .unexpectedAnswer, problem: "the work list of the ERP (\(name)) \(problem)",
      remedy: "Check address and interface version with the ERP's administrator; nothing of it was taken over")
  }
}

/// Bounds of one work document, in elements.
public let maximumOrdersPerDocument = 10_000
public let maximumMaterialLotsPerDocument = 100_000
public let maximumItemsPerDocument = 100_000
public let maximumDeliveriesPerDocument = 10_000
public let maximumPeoplePerDocument = 10_000
/// Bounds of one order, in elements.
public let maximumLotsPerOrder = 1_000
public let maximumOperationsPerOrder = 100
public let maximumMaterialsPerOrder = 1_000
public let maximumSubstitutesPerLine = 100
/// Other codes of one item.
public let maximumCodesPerItem = 100
/// Lines of one expected delivery.
public let maximumLinesPerDelivery = 1_000
/// Longest cursor, in bytes.
public let maximumCursorBytes = 256
/// Longest product name and unit, in bytes.
let maximumProductNameBytes = 400
let maximumUnitBytes = 32
