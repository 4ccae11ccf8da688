import Shopfloor
import Testing

@testable import ERP

/// Records of Tryton as values of the floor, case by case.
@Suite struct TrytonMappingTests {
  /// A record in short: text, whole number, number or list.
  func row(_ id: Int64, _ values: [String: TrytonValue] = [:]) -> TrytonRow {
    TrytonRow(values.merging(["id": .integer(id)]) { own, _ in own })
  }

  func one(_ row: TrytonRow) -> TrytonValue { .object(row.values) }
  func many(_ rows: [TrytonRow]) -> TrytonValue { .list(rows.map { .object($0.values) }) }

  func unit(_ id: Int64, _ factor: Double, _ symbol: String = "u") -> TrytonValue {
    one(row(id, ["factor": .number(factor), "symbol": .text(symbol)]))
  }

  func product(_ id: Int64, _ code: String, unit: TrytonValue? = nil, categories: [Int64] = []) -> TrytonValue {
    one(
      row(
        id,
        [
          "code": .text(code), "name": .text("Name of \(code)"), "default_uom.": unit ?? self.unit(1, 1),
          "categories_all": .list(categories.map { .integer($0) }),
        ]))
  }

  func input(_ product: TrytonValue?, _ quantity: Double, _ unit: TrytonValue? = nil) -> TrytonRow {
    var values: [String: TrytonValue] = ["quantity": .number(quantity), "unit.": unit ?? self.unit(1, 1)]
    if let product { values["product."] = product }
    return row(1, values)
  }

  func order(_ changes: [String: TrytonValue] = [:], inputs: [TrytonRow] = [], made: Double = 1) -> TrytonRow {
    let bom = row(
      3,
      [
        "inputs.": many(inputs),
        "outputs.": many([
          row(1, ["product": .integer(70), "quantity": .number(made), "unit.": unit(1, 1)])
        ]),
      ])
    let step = row(4, ["operation.": one(row(5, ["name": .text("Sealing")]))])
    return row(
      9,
      [
        "number": .text("17"), "reference": .text("WO-1"), "state": .text("waiting"), "quantity": .number(100),
        "unit.": unit(1, 1), "product.": product(70, "POUCH"), "bom.": one(bom),
        "routing.": one(row(2, ["steps.": many([step])])),
      ].merging(changes) { _, new in new })
  }

  func read(_ row: TrytonRow, _ rules: TrytonOrders.Rules = .init(operations: [:])) throws -> WorkOrder {
    try TrytonOrders.order(row, rules)
  }

  @Test func anOrderTakesItsNumberOperationsAndLots() throws {
    var found = try read(order())
    #expect(found.number == "WO-1" && found.operations == ["sealing"] && found.lots == ["WO-1"])
    #expect(try read(order(["reference": .null])).number == "17")
    #expect(try read(order(), .init(operations: ["Sealing": "seal"])).operations == ["seal"])
    func move(_ id: Int64, _ product: Int64, _ lot: String?, _ state: String = "draft") -> TrytonRow {
      var values: [String: TrytonValue] = ["product": .integer(product), "state": .text(state)]
      if let lot { values["lot."] = one(row(id, ["number": .text(lot)])) }
      return row(id, values)
    }
    // Other products, cancelled movements and the same lot twice say nothing of lots.
    found = try read(
      order([
        "outputs.": many([
          move(1, 70, "L-2"), move(2, 70, "L-1"), move(3, 71, "X"), move(4, 70, "L-9", "cancelled"),
          move(5, 70, "L-1", "done"), move(6, 70, nil),
        ])
      ]))
    #expect(found.lots == ["L-1", "L-2"])
    for (state, expected) in [
      ("assigned", WorkOrder.State.released), ("running", .released), ("done", .closed), ("cancelled", .cancelled),
    ] {
      #expect(try read(order(["state": .text(state)])).state == expected)
    }
  }

  @Test func aFaultSaysItsField() {
    let twice = row(
      2,
      [
        "steps.": many([
          row(1, ["operation.": one(row(5, ["name": .text("Sealing")]))]),
          row(2, ["operation.": one(row(6, ["name": .text("SEALING")]))]),
        ])
      ])
    let cases: [([String: TrytonValue], String)] = [
      (["product.": .null], "product"), (["quantity": .number(0)], "quantity"), (["quantity": .null], "quantity"),
      (["reference": .text("WO 1\u{202E}")], "reference"), (["state": .text("draft")], "state"),
      (["routing.": .null], "routing"), (["routing.": one(twice)], "routing.steps"), (["unit.": .null], "unit"),
      (["product.": product(71, "OTHER")], "bom.outputs"),
      (["product.": one(row(70, ["name": .text("n")]))], "product.code"),
    ]
    for (changes, field) in cases {
      do {
        _ = try read(order(changes))
        Issue.record("taken without \(field)")
      } catch {
        #expect((error as? FieldFault)?.field == field, "\(error)")
      }
    }
    #expect(throws: FieldFault.self) { try read(order(), .init(operations: [:], repeated: [9])) }
  }

  @Test func materialsArePerUnitInTheUnitOfTheItem() throws {
    let metre = unit(10, 1, "m")
    let millimetre = unit(11, 0.001, "mm")
    let inputs = [
      input(product(1, "FILM", unit: metre), 1_300, millimetre), input(product(2, "VALVE", categories: [8]), 10),
      input(product(1, "FILM", unit: metre), 0.7, metre),
    ]
    let lines = try read(order(inputs: inputs, made: 10), .init(operations: [:], customerSupplied: 8)).materials
    #expect(
      lines == [
        BillOfMaterialsLine(item: "FILM", quantityPerUnit: 0.2, suppliedByCustomer: false),
        BillOfMaterialsLine(item: "VALVE", quantityPerUnit: 1, suppliedByCustomer: true),
      ])
    // Made by the dozen: the order counts single pieces.
    let dozen = order(["unit.": unit(1, 1)], inputs: [input(product(2, "VALVE"), 24)])
    var bom = try #require(dozen.one("bom")).values
    bom["outputs."] = many([
      row(1, ["product": .integer(70), "quantity": .number(1), "unit.": unit(12, 12, "doz")])
    ])
    #expect(try read(order(["bom.": .object(bom)])).materials.first?.quantityPerUnit == 2)
    #expect(try read(order(["bom.": .null])).materials == [])
    #expect(throws: FieldFault.self) { try read(order(inputs: [input(nil, 1)])) }
    #expect(throws: FieldFault.self) { try read(order(inputs: [input(product(1, "A"), 0)])) }
  }

  @Test func aBillWithinTheBillIsTakenApart() throws {
    let inner = row(
      5,
      [
        "phantom_quantity": .number(4), "phantom_unit.": unit(1, 1),
        "inputs.": many([input(product(1, "GLUE"), 2), input(product(2, "CAP"), 4)]),
      ])
    var set = input(nil, 8).values
    set["phantom_bom."] = one(inner)
    let lines = try read(order(inputs: [TrytonRow(set), input(product(2, "CAP"), 1)], made: 2)).materials
    #expect(lines.map(\.item) == ["GLUE", "CAP"] && lines.map(\.quantityPerUnit) == [2, 4.5])
    set["phantom_bom."] = one(
      row(
        5,
        [
          "phantom_quantity": .number(1), "phantom_unit.": unit(1, 1), "inputs.": many([input(nil, 1)]),
        ]))
    #expect(throws: FieldFault.self) { try read(order(inputs: [TrytonRow(set)])) }
  }

  @Test(
    arguments: [
      ("4012345678901", "04012345678901"), ("04012345678901", "04012345678901"), ("96385074", "00000096385074"),
      ("036000291452", "00036000291452"), ("4012345678902", nil), ("40123456789", nil), ("", nil),
      ("٤012345678901", nil), ("A012345678901", nil),
    ] as [(String, String?)]) func tradeItemNumbers(text: String, expected: String?)
  {
    #expect(TradeItemNumber.inFourteenDigits(text) == expected)
  }

  @Test func anItemHasItsCodesAndItsShelfLife() throws {
    func identifier(_ code: String, _ type: String?) -> TrytonRow {
      row(1, ["code": .text(code), "type": type.map { .text($0) } ?? .null])
    }
    func item(_ identifiers: [TrytonRow], _ template: [String: TrytonValue] = [:]) throws -> Item {
      try TrytonItems.item(
        row(
          1,
          [
            "code": .text("FILM"), "name": .text("Film"), "default_uom.": unit(1, 1, "m"),
            "identifiers.": many(identifiers), "template.": one(row(1, template)),
            "product_suppliers.": many([row(1, ["code": .text("S-9")]), row(2, ["code": .null])]),
          ]))
    }
    let found = try item(
      [identifier("4012345678901", "ean"), identifier("+A1", nil), identifier("FILM", nil), identifier("+A1", nil)],
      ["expiration_state": .text("required"), "expiration_time": .integer(700), "shelf_life_time": .integer(610)])
    #expect(
      found
        == Item(
          code: "FILM", name: "Film", unit: "m", otherCodes: ["04012345678901", "+A1", "S-9"],
          minimumRemainingLifeDays: 90, requiresExpiry: true))
    #expect(try item([], ["expiration_time": .integer(700)]).minimumRemainingLifeDays == nil)
    #expect(throws: FieldFault.self) { try item([identifier("4012345678902", "ean")]) }
    #expect(throws: FieldFault.self) { try item([identifier(" x", nil)]) }
  }

  @Test func aDeliveryExpectsWhatNobodyElseReceived() throws {
    func move(_ quantity: Double, _ state: String, _ shipment: String?) -> TrytonRow {
      row(
        1,
        [
          "internal_quantity": .number(quantity), "state": .text(state),
          "shipment": shipment.map { .text($0) } ?? .null,
        ])
    }
    func delivery(
      _ moves: [TrytonRow], state: String = "processing", shipments: String = "partially shipped"
    ) throws -> ExpectedDelivery {
      let line = row(
        1,
        [
          "product.": product(1, "FILM"), "quantity": .number(100), "unit.": unit(1, 1), "moves.": many(moves),
        ])
      return try TrytonDeliveries.delivery(
        row(
          4,
          [
            "number": .text("55"), "reference": .null, "state": .text(state), "shipment_state": .text(shipments),
            "party.": one(row(1, ["name": .text("Folien AG")])),
            "lines.": many([line, row(2, ["quantity": .number(1)])]),
          ]), ours: [7], repeated: [])
    }
    let moves = [
      move(30, "done", "stock.shipment.in,8"), move(20, "done", "stock.shipment.in,7"), move(50, "draft", nil),
      move(5, "done", "stock.shipment.in.return,8"),
    ]
    let found = try delivery(moves)
    #expect(found.number == "55" && found.state == .expected)
    #expect(found.lines == [.init(item: "FILM", quantity: Quantity(70))])
    // All of it came elsewhere; received in all; done; cancelled.
    #expect(try delivery([move(100, "done", "stock.shipment.in,8")]).state == .closed)
    #expect(try delivery(moves, shipments: "received").state == .closed)
    #expect(try delivery(moves, state: "done").state == .closed)
    #expect(try delivery(moves, state: "cancelled").state == .cancelled)
    #expect(throws: FieldFault.self) { try delivery(moves, state: "draft") }
  }

  @Test func aMaterialLotIsWhereItLiesAndAllThatEverCame() throws {
    func lot(_ amounts: TrytonStock.Amounts) throws -> MaterialLot {
      try TrytonStock.material(
        row(
          3,
          [
            "number": .text("M-1"), "product.": product(1, "FILM"),
            "expiration_date": .date(year: 2028, month: 2, day: 29),
          ]), amounts, repeated: [4])
    }
    let cases: [(TrytonStock.Amounts, MaterialLot.Status, Int)] = [
      (.init(inWarehouse: 10, inStorage: 10), .released, 10),
      (.init(inWarehouse: 10, inStorage: 0), .quarantined, 10),
      (.init(inWarehouse: 10, inStorage: 4, inQuarantine: 6), .blocked, 10),
      (.init(inWarehouse: 10, inStorage: 4), .released, 10),
      (.init(inWarehouse: 6, inStorage: 6, consumedByUs: 4), .released, 10),
      (.init(inWarehouse: 0, consumedByUs: 10), .released, 10), (.init(), .blocked, 0),
    ]
    for (amounts, status, quantity) in cases {
      let found = try lot(amounts)
      #expect(found.status == status && found.quantity == Quantity(quantity), "\(amounts)")
      #expect(found.unusableFrom == Timestamp(iso8601: "2028-03-01"))
    }
  }

  @Test func theCursorGoesBothWaysAndWithinItsBound() throws {
    var cursor = TrytonCursor()
    for (index, subject) in TrytonCursor.Subject.allCases.enumerated() {
      cursor.note(subject, Timestamp(microseconds: 253_402_300_799_999_999 - Int64(index)), readingMicroseconds: 0)
    }
    cursor.fullAt = Timestamp(microseconds: 253_402_300_799_999_999)
    #expect(TrytonCursor(cursor.text) == cursor && cursor.text.utf8.count <= maximumCursorBytes)
    for text in ["", "tryton2 o=1", "tryton1 o", "tryton1 o=!", "tryton1 x=1", "1234", "tryton1 o=zzzzzzzzzzzzzzzz"] {
      #expect(TrytonCursor(text) == nil, "\(text)")
    }
    // It never goes back, and a long reading holds it back by its own time.
    var other = TrytonCursor()
    other.note(.orders, Timestamp(microseconds: 5_000), readingMicroseconds: 1_000)
    other.note(.orders, Timestamp(microseconds: 3_000), readingMicroseconds: 0)
    other.note(.orders, nil, readingMicroseconds: 0)
    #expect(other.seen == [.orders: Timestamp(microseconds: 4_000)])
    #expect(other.isFullDue(at: Timestamp(microseconds: 0)))
    other.fullAt = Timestamp(microseconds: 0)
    #expect(!other.isFullDue(at: Timestamp(microseconds: TrytonCursor.fullEveryMicroseconds - 1)))
    #expect(other.isFullDue(at: Timestamp(microseconds: TrytonCursor.fullEveryMicroseconds)))
    #expect(other.isFullDue(at: Timestamp(microseconds: -1)))
  }
}
