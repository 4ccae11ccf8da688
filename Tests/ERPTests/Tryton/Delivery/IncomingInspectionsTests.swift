import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Inspections of goods that are received and not put away.
@Suite struct IncomingInspectionsTests {
  private static func inspection(_ id: Int64, _ row: OutboxRow) -> TableTryton.Row {
    [
      "id": .integer(id), "number": .text("\(id)"), "reference": .text("\(row.idempotencyKey):5:3"),
      "control": .integer(3), "origin": .text("stock.shipment.in,5"), "state": .text("pending"),
      "create_uid": .integer(7), "points": .object([:]),
    ]
  }

  private func judge(
    _ row: OutboxRow, _ inspections: [TableTryton.Row], isGood: Bool
  ) async throws -> (end: DeliveryBoard<DispositionFlow.Job>.End?, tryton: TableTryton) {
    let tryton = TableTryton([
      "quality.control": [
        [
          "id": .integer(3), "name": .text("Receipt"), "operations": .texts(["stock.shipment.in:do"]),
          "frequency": .number(100),
        ]
      ],
      "product.product": [["id": .integer(2), "categories_all": .integers([])]],
      "stock.shipment.in": [["id": .integer(5), "company": .integer(1)]],
      "quality.inspection": inspections,
    ])
    guard case .movement(let movement) = try OwedContent(row) else { throw NotInTime(description: "no movement") }
    var board = DeliveryBoard([DispositionFlow.Job(row: row, movement: movement)])
    try await IncomingInspections(desk: tryton.desk())
      .judge(&board, [0: .init(product: 2, shipments: [5], isGood: isGood)])
    return (board.ends[0], tryton)
  }

  /// What an earlier attempt left behind, which broke off after something between us and the ERP had sent its request twice.
  @Test func aCopyThatIsWithdrawnIsNotJudged() async throws {
    var rows = TrytonRows()
    let row = try rows.movement("release", "M-1")
    let (end, tryton) = try await judge(
      row, [Self.inspection(10, row), Self.inspection(11, row)], isGood: true)
    #expect(end == nil, "\(String(describing: end))")
    let there = tryton.rows("quality.inspection")
    #expect(there.map { $0["id"] } == [.integer(10)] && there.map { $0["state"] } == [.text("passed")])
  }

  @Test func anotherStepsInspectionOfOursIsJudgedToo() async throws {
    var rows = TrytonRows()
    let (blocked, released) = (try rows.movement("block", "M-1"), try rows.movement("release", "M-1"))
    var failed = Self.inspection(10, blocked)
    failed["state"] = .text("failed")
    let (end, tryton) = try await judge(released, [failed], isGood: true)
    #expect(end == nil, "\(String(describing: end))")
    #expect(tryton.rows("quality.inspection").count == 1)
    #expect(tryton.changes == ["quality.inspection.pass_"])
  }
}
