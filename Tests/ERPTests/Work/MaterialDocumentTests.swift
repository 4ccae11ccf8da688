import ERP
import Shopfloor
import Testing

/// Items, expected deliveries, substitutes and what a material lot may say beyond its status.
@Suite struct MaterialDocumentTests {
  static let item = """
    {"code":"FILM","name":"Film 70 µm","unit":"m","codes":["04012345678901","+A123FILM1"],
     "minimum_remaining_life_days":90,"requires_expiry":true}
    """
  static let delivery = """
    {"number":"PO-1","supplier":"Folien AG","state":"expected","over_delivery_percent":5,
     "lines":[{"item":"FILM","quantity":500.25,"supplier_lot":"S-1"},{"item":"LABEL","quantity":"2000"}]}
    """
  static let order = """
    {"number":"WO-1","product":"P","product_name":"Pouch","quantity":5,"unit":"pcs","operations":["seal"],
     "lots":["L1"],"materials":[{"item":"FILM","quantity_per_unit":0.1,"substitutes":["FILM-B","FILM-C"]}]}
    """
  static let lot = """
    {"number":"M1","item":"FILM","status":"released","quantity":"12.000001","supplier_lot":"S-9","delivery":"PO-1"}
    """

  static func read(_ members: [String: String]) throws -> WorkUpdate {
    let text = members.map { "\"\($0)\":[\($1)]" }.joined(separator: ",")
    return try WorkDocument.read("{\(text)}".utf8, name: "test")
  }

  @Test func wholeDocument() throws {
    let update = try Self.read([
      "items": Self.item, "expected_deliveries": Self.delivery, "orders": Self.order, "material_lots": Self.lot,
    ])
    #expect(update.refusals.isEmpty, "\(update.refusals)")
    #expect(
      update.change.items == [
        Item(
          code: "FILM", name: "Film 70 µm", unit: "m", otherCodes: ["04012345678901", "+A123FILM1"],
          minimumRemainingLifeDays: 90, requiresExpiry: true)
      ])
    #expect(
      update.change.deliveries == [
        ExpectedDelivery(
          number: "PO-1", supplier: "Folien AG",
          lines: [
            .init(item: "FILM", quantity: Quantity(millionths: 500_250_000), supplierLot: "S-1"),
            .init(item: "LABEL", quantity: Quantity(2_000)),
          ], overDeliveryPercent: 5)
      ])
    #expect(update.change.orders.first?.materials.first?.substitutes == ["FILM-B", "FILM-C"])
    #expect(
      update.change.materials == [
        MaterialLot(
          number: "M1", item: "FILM", status: .released, supplierLot: "S-9",
          quantity: Quantity(millionths: 12_000_001), delivery: "PO-1")
      ])
  }

  @Test func whatMayBeAbsentIsAbsent() throws {
    let update = try Self.read([
      "items": #"{"code":"A","name":"a","unit":"pcs"},{"code":"B","name":"b","unit":"pcs","codes":null}"#,
      "expected_deliveries": #"{"number":"D","supplier":"s","lines":[{"item":"A","quantity":1}]}"#,
    ])
    #expect(update.change.items.map(\.otherCodes) == [[], []])
    #expect(update.change.items.map(\.requiresExpiry) == [false, false])
    #expect(update.change.items.map(\.minimumRemainingLifeDays) == [nil, nil])
    #expect(update.change.deliveries.map(\.state) == [.expected])
    #expect(update.change.deliveries.map(\.overDeliveryPercent) == [nil])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var list: String
    var replace: String
    var with: String
    var field: String
    var why: String
    var testDescription: String { "\(list): \(replace) -> \(with.prefix(60))" }

    init(_ list: String, _ replace: String, _ with: String, _ field: String, _ why: String) {
      (self.list, self.replace, self.with, self.field, self.why) = (list, replace, with, field, why)
    }

    var good: String {
      switch list {
      case "items": item
      case "expected_deliveries": delivery
      case "orders": order
      default: lot
      }
    }
  }

  @Test(arguments: [
    Fault("items", "\"FILM\"", "5", "code", "a number, not a text"),
    Fault("items", "\"FILM\"", "null", "code", "missing"),
    Fault("items", "\"m\"", "\"\"", "unit", "empty"),
    Fault("items", "\"Film 70 µm\"", "\"a\\u202eb\"", "name", "U+202E"),
    Fault("items", "\"+A123FILM1\"", "\"04012345678901\"", "codes[1]", "twice"),
    Fault("items", "\"+A123FILM1\"", "7", "codes[1]", "a number, not a text"),
    Fault("items", "[\"04012345678901\",\"+A123FILM1\"]", "\"x\"", "codes", "a text, not a list"),
    Fault("items", ":90", ":-1", "minimum_remaining_life_days", "above"),
    Fault("items", ":90", ":1.5", "minimum_remaining_life_days", "whole number of days"),
    Fault("items", ":90", ":1e9", "minimum_remaining_life_days", "whole number of days"),
    Fault("items", ":90", ":\"90\"", "minimum_remaining_life_days", "a text, not a number"),
    Fault("items", ":true", ":1", "requires_expiry", "a number, not true or false"),
    Fault("expected_deliveries", "\"PO-1\"", "\" PO-1\"", "number", "blank"),
    Fault("expected_deliveries", "\"Folien AG\"", "null", "supplier", "missing"),
    Fault("expected_deliveries", "\"expected\"", "\"open\"", "state", "none of: expected, closed, cancelled"),
    Fault("expected_deliveries", ":5,", ":-0.5,", "over_delivery_percent", "between 0 and 1000"),
    Fault("expected_deliveries", ":5,", ":1001,", "over_delivery_percent", "between 0 and 1000"),
    Fault("expected_deliveries", "500.25", "0", "lines[0].quantity", "above 0"),
    Fault("expected_deliveries", "500.25", "-3", "lines[0].quantity", "above 0"),
    Fault("expected_deliveries", "500.25", "0.1234567", "lines[0].quantity", "at most six places"),
    Fault("expected_deliveries", "500.25", "1e300", "lines[0].quantity", "twelve digits"),
    Fault("expected_deliveries", "\"2000\"", "\"2,000\"", "lines[1].quantity", "no amount of the form 12.5"),
    Fault("expected_deliveries", "\"2000\"", "\"0\"", "lines[1].quantity", "above 0"),
    Fault("expected_deliveries", "\"2000\"", "\"-1\"", "lines[1].quantity", "no amount of the form 12.5"),
    Fault("expected_deliveries", "\"2000\"", "true", "lines[1].quantity", "true or false, not a number"),
    Fault("expected_deliveries", "\"S-1\"", "\"S\\n1\"", "lines[0].supplier_lot", "U+000A"),
    Fault("expected_deliveries", "{\"item\":\"LABEL\"", "{\"x\":\"LABEL\"", "lines[1].item", "missing"),
    Fault("orders", "\"FILM-C\"", "\"FILM-B\"", "materials[0].substitutes[1]", "twice"),
    Fault("orders", "[\"FILM-B\",\"FILM-C\"]", "\"FILM-B\"", "materials[0].substitutes", "a text, not a list"),
    Fault("material_lots", "\"12.000001\"", "0", "quantity", "above 0"),
    Fault("material_lots", "\"12.000001\"", "\"12.0000001\"", "quantity", "no amount"),
    Fault("material_lots", "\"S-9\"", "5", "supplier_lot", "a number, not a text"),
    Fault("material_lots", "\"PO-1\"", "\"\"", "delivery", "empty"),
  ])
  func oneFaultRefusesTheElementAndNoOther(_ fault: Fault) throws {
    #expect(fault.good.contains(fault.replace))
    let faulty = fault.good.replacing(fault.replace, with: fault.with)
    let update = try Self.read([fault.list: "\(faulty),\(fault.good)"])
    let change = update.change
    #expect(change.items.count + change.deliveries.count + change.orders.count + change.materials.count == 1)
    let refusal = try #require(update.refusals.first)
    #expect(update.refusals.count == 1)
    #expect(refusal.field == fault.field)
    #expect(refusal.why.contains(fault.why), "\(refusal.why)")
  }

  @Test func aDeliveryWithoutLinesIsRefused() throws {
    let update = try Self.read(["expected_deliveries": #"{"number":"D","supplier":"s","lines":[]}"#])
    #expect(update.refusals.map(\.field) == ["lines"])
  }

  /// Six places of a number are taken exactly, whatever binary fraction lies nearest to it.
  @Test(arguments: 1...50) func quantitiesAreExact(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let quantity = Quantity(millionths: Int64.random(in: 1...9_000_000_000_000_000, using: &generator))
    let update = try Self.read([
      "material_lots": #"{"number":"M","item":"I","status":"released","quantity":\#(quantity)}"#
    ])
    #expect(update.change.materials.map(\.quantity) == [quantity])
  }

  @Test(arguments: 1...200) func damagedDocumentsNeverTrap(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = Array(
      "{\"items\":[\(Self.item)],\"expected_deliveries\":[\(Self.delivery)],\"material_lots\":[\(Self.lot)]}".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    }
    do throws(ERPFailure) {
      let update = try WorkDocument.read(bytes, name: "test")
      let taken = update.change.items.count + update.change.deliveries.count + update.change.materials.count
      #expect(taken + update.refusals.count <= 3)
    } catch {
      #expect(error.code == .unexpectedAnswer)
    }
  }
}
