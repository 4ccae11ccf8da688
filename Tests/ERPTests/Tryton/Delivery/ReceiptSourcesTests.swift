import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Which line of which purchase a receipt belongs to.
@Suite struct ReceiptSourcesTests {
  private static func line(_ id: Int64, _ state: String) -> TableTryton.Row {
    [
      "id": .integer(id), "type": .text("line"), "product": .integer(2), "unit": .integer(1),
      "unit_price": .decimal("1"), "from_location": .integer(5),
      "purchase.": .object([
        "reference": .text("PO-1"), "number": .text("\(id)"), "party": .integer(6), "currency": .integer(1),
        "company": .integer(1), "state": .text(state),
      ]),
    ]
  }

  private static func planned(_ line: Int64, state: String = "draft", shipment: TrytonValue = .null) -> TableTryton.Row
  {
    [
      "id": .integer(100 + line), "origin": .text("purchase.line,\(line)"), "state": .text(state),
      "shipment": shipment,
    ]
  }

  private func chosen(_ lines: [TableTryton.Row], _ moves: [TableTryton.Row] = []) async throws -> Int64? {
    var rows = TrytonRows()
    let row = try rows.movement(
      "receipt", "M-1", ["item": "FILM", "quantity": "5", "delivery": "PO-1", "supplier_lot": "S"])
    guard case .movement(let movement) = try OwedContent(row) else { return nil }
    let job = ReceiptFlow.Job(
      row: row, movement: movement, item: ItemCode("FILM"), quantity: Quantity(5))
    let product = TrytonProduct(
      id: 2, code: "FILM", unit: 1, unitName: "m", expirationState: "none", shelfLifeState: "none", categories: [],
      costPrice: .null)
    let tryton = TableTryton(["purchase.line": lines, "stock.move": moves])
    let sources = try await ReceiptSources(desk: tryton.desk(), jobs: [job], products: ["FILM": [product]])
    return try sources.source(of: job, product).purchaseLine
  }

  @Test("a purchase whose number was used again after it was cancelled, or that is a draft, is not received into")
  func reusedNumber() async throws {
    for state in ["cancelled", "draft", "quotation"] {
      #expect(try await chosen([Self.line(1, state), Self.line(2, "processing")]) == 2)
      #expect(try await chosen([Self.line(1, state)]) == 1)
    }
  }

  @Test("of several lines the first of which something is still to come; the first where nothing is")
  func openLine() async throws {
    let lines = [Self.line(1, "processing"), Self.line(2, "processing"), Self.line(3, "processing")]
    #expect(try await chosen(lines, [Self.planned(2), Self.planned(3)]) == 2)
    #expect(
      try await chosen(lines, [Self.planned(2, shipment: .text("stock.shipment.in,1")), Self.planned(3)]) == 3)
    #expect(try await chosen(lines, [Self.planned(1, state: "done")]) == 1)
  }
}
