import ERP
import Shopfloor
import Testing

@Suite struct WorkDocumentTests {
  static let good = """
    {"number":"WO-1","product":"P","product_name":"Pouch","quantity":5,"unit":"pcs","operations":["seal"],
     "lots":["L1"],"materials":[{"item":"FILM","quantity_per_unit":0.1}]}
    """

  static func read(orders: String, lots: String = "[]") throws -> WorkUpdate {
    try WorkDocument.read("{\"cursor\":\"c\",\"orders\":\(orders),\"material_lots\":\(lots)}".utf8, name: "test")
  }

  @Test func wholeDocument() throws {
    let update = try Self.read(
      orders: "[\(Self.good)]",
      lots: """
        [{"number":"M1","item":"FILM","status":"released","expires_on":"2028-02-29"},
         {"number":"M2","item":"FILM","status":"quarantined","expires_on":null}]
        """)
    let expected = WorkOrder(
      number: "WO-1", product: "P", productName: "Pouch", quantity: 5, unit: "pcs", operations: ["seal"],
      lots: ["L1"], materials: [BillOfMaterialsLine(item: "FILM", quantityPerUnit: 0.1)])
    #expect(update.change.orders == [expected])
    #expect(update.cursor == "c")
    #expect(update.refusals.isEmpty)
    let midnight = try #require(Timestamp(iso8601: "2028-03-01"))
    #expect(
      update.change.materials == [
        MaterialLot(number: "M1", item: "FILM", status: .released, unusableFrom: midnight),
        MaterialLot(number: "M2", item: "FILM", status: .quarantined),
      ])
  }

  @Test(
    "whose order it is",
    arguments: [
      (#""customer":"Acme Medical","#, "Acme Medical"), (#""customer":null,"#, nil), ("", nil),
    ] as [(String, String?)])
  func customer(field: String, expected: String?) throws {
    let order = Self.good.replacing("{\"number\"", with: "{\(field)\"number\"", maxReplacements: 1)
    let update = try Self.read(orders: "[\(order)]")
    #expect(update.change.orders.map(\.customer) == [expected])
  }

  @Test func whatTheCustomerSuppliesTheDeviceAndPeople() throws {
    let order = Self.good.replacing("{\"number\"", with: #"{"device_identifier":"04012345678901","number""#)
      .replacing("{\"item\"", with: #"{"supplied_by_customer":true,"item""#)
    let update = try WorkDocument.read(
      #"{"orders":[\#(order)],"people":[{"id":"P-1","name":"Li Wei"},{"id":"P-2"}]}"#.utf8, name: "test")
    #expect(update.change.orders.map(\.deviceIdentifier) == ["04012345678901"])
    #expect(update.change.orders.first?.materials.map(\.suppliedByCustomer) == [true])
    #expect(update.change.people == [PersonName(id: "P-1", name: "Li Wei")])
    #expect(update.refusals.map(\.field) == ["name"])
    #expect(update.refusals.map(\.subject) == ["person \"P-2\" (people[1])"])
  }

  @Test(arguments: ["04012345678902", "4012345678901", "0401234567890A", ""])
  func deviceIdentifierThatIsNone(text: String) throws {
    let order = Self.good.replacing("{\"number\"", with: "{\"device_identifier\":\"\(text)\",\"number\"")
    #expect(try Self.read(orders: "[\(order)]").refusals.map(\.field) == ["device_identifier"])
  }

  @Test func customerThatCannotBeUsed() throws {
    let order = Self.good.replacing("{\"number\"", with: #"{"customer":" Acme","number""#, maxReplacements: 1)
    #expect(try Self.read(orders: "[\(order)]").refusals.map(\.field) == ["customer"])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    var replace: String
    var with: String
    var field: String
    var why: String
    var testDescription: String { "\(replace) -> \(with.prefix(60))" }
  }

  @Test(arguments: [
    Fault(replace: "\"WO-1\"", with: "4711", field: "number", why: "a number, not a text"),
    Fault(replace: "\"WO-1\"", with: "null", field: "number", why: "missing"),
    Fault(replace: "\"WO-1\"", with: "\"WO\\n1\"", field: "number", why: "U+000A"),
    Fault(replace: "\"WO-1\"", with: "\"WO\\u202e1\"", field: "number", why: "U+202E"),
    Fault(replace: "\"WO-1\"", with: "\" WO1\"", field: "number", why: "blank"),
    Fault(replace: "\"WO-1\"", with: "\"\"", field: "number", why: "empty"),
    Fault(replace: "\"Pouch\"", with: "\"Po\\u0000uch\"", field: "product_name", why: "U+0000"),
    Fault(replace: "\"quantity\":5", with: "\"quantity\":\"5\"", field: "quantity", why: "a text, not a number"),
    Fault(replace: "\"quantity\":5", with: "\"quantity\":0", field: "quantity", why: "above 0"),
    Fault(replace: "\"quantity\":5", with: "\"quantity\":1e999", field: "quantity", why: "number"),
    Fault(replace: "[\"seal\"]", with: "[]", field: "operations", why: "empty"),
    Fault(replace: "[\"seal\"]", with: "\"seal\"", field: "operations", why: "a text, not a list"),
    Fault(replace: "[\"L1\"]", with: "[\"L1\",\"L2\",\"L1\"]", field: "lots[2]", why: "twice"),
    Fault(replace: "[\"L1\"]", with: "[\"L1\",[]]", field: "lots[1]", why: "a list, not a text"),
    Fault(
      replace: "[\"L1\"]", with: "[" + (0...1_000).map { "\"L\($0)\"" }.joined(separator: ",") + "]", field: "lots",
      why: "1001 elements"),
    Fault(replace: "0.1", with: "-0.1", field: "materials[0].quantity_per_unit", why: "above 0"),
    Fault(replace: "{\"item\"", with: "[],{\"item\"", field: "materials[0]", why: "a list, not an object"),
    Fault(replace: "\"unit\"", with: "\"state\":\"open\",\"unit\"", field: "state", why: "none of: released"),
  ])
  func oneFaultRefusesTheOrderAndNoOther(_ fault: Fault) throws {
    let faulty = Self.good.replacing(fault.replace, with: fault.with)
    let update = try Self.read(orders: "[\(faulty),\(Self.good)]")
    #expect(update.change.orders.count == 1)
    let refusal = try #require(update.refusals.first)
    #expect(refusal.field == fault.field)
    #expect(refusal.why.contains(fault.why), "\(refusal.why)")
    #expect(!refusal.description.unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
  }

  @Test(arguments: [
    "2028-02-30", "28-02-01", "2028-02-01T00:00:00Z", "29.02.2028", "2028-02-01\n",
  ])
  func expiryThatIsNoDate(_ text: String) throws {
    let escaped = text.replacing("\n", with: "\\n")
    let update = try Self.read(
      orders: "[]", lots: "[{\"number\":\"M1\",\"item\":\"F\",\"status\":\"released\",\"expires_on\":\"\(escaped)\"}]")
    #expect(update.change.materials.isEmpty)
    #expect(update.refusals.map(\.field) == ["expires_on"])
  }

  @Test func quotesAndChineseArePartOfTheName() throws {
    let update = try Self.read(orders: "[\(Self.good.replacing("L1", with: "批\\\"次'1"))]")
    #expect(update.change.orders.first?.lots.map(\.text) == ["批\"次'1"])
  }

  @Test(arguments: [
    "", "[]", "{", "nonsense", "{\"orders\":{}}", "{\"cursor\":5}", "{\"cursor\":\"a\\u202eb\"}",
    "{\"material_lots\":1}",
    "\u{FEFF}\"x\"", String(repeating: "[", count: 100_000),
  ])
  func documentThatIsNone(_ text: String) {
    #expect(throws: ERPFailure.self) { try WorkDocument.read(text.utf8, name: "test") }
  }

  @Test func refusalsAreCountedBeyondTheList() throws {
    let update = try Self.read(orders: "[" + Array(repeating: "1", count: 500).joined(separator: ",") + "]")
    #expect(update.refusals.count == maximumRefusalsListed)
    #expect(update.refusalCount == 500)
  }

  /// No input may bring the reader down, and what it takes over is what the rule allows.
  @Test(arguments: 1...200) func damagedDocumentsNeverTrap(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = Array("{\"cursor\":\"c\",\"orders\":[\(Self.good)],\"material_lots\":[]}".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      bytes[index] = UInt8.random(in: 0...255, using: &generator)
    }
    do throws(ERPFailure) {
      let update = try WorkDocument.read(bytes, name: "test")
      #expect(update.change.orders.count + update.refusals.count <= 1)
    } catch {
      #expect(error.code == .unexpectedAnswer)
    }
  }
}
