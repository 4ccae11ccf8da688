import BatchRecord
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Inspections of productions against the records of their lots.
@Suite struct CompletionInspectionsTests {
  static let temperature = QualityControls.Point(
    name: "seal_temperature_mean", title: "seal.temperature.mean", kind: "float", low: 150, high: 200)

  private func extract(_ temperatures: [String], revision: Int = 0) throws -> LotExtract {
    var rows = TrytonRows()
    let made = TrytonRows.Made(
      lot: "L-1", order: "WO-1", lots: ["L-1"], good: "10", uses: [], temperatures: temperatures)
    return try LotExtract(sealedBytes: try rows.record(made, revision: revision).payload)
  }

  private func end(
    _ there: Double, _ extract: LotExtract, state: String
  ) async throws -> (DeliveryBoard<CompletionFlow.Job>.End?, [String]) {
    let tryton = TableTryton([
      "quality.control": [["id": .integer(3), "name": .text("Seal"), "operations": .texts(["production:do"])]],
      "quality.control.point": [
        [
          "id": .integer(4), "control": .integer(3), "name": .text(Self.temperature.name),
          "string": .text(Self.temperature.title), "type_": .text("float"), "tolerance_lower": .number(150),
          "tolerance_upper": .number(200),
        ]
      ],
      "quality.inspection": [
        [
          "id": .integer(8), "reference": .text("lotwire:WO-1:L-1:3"), "control": .integer(3), "state": .text("passed"),
          "origin": .text("production,7"), "points": .object([Self.temperature.name: .number(there)]),
        ]
      ],
    ])
    let row = try #require(TrytonRecord(.object(["id": .integer(7), "state": .text(state), "company": .integer(1)])))
    let product = TrytonProduct(
      id: 2, code: "POUCH-200", unit: 1, unitName: "u", expirationState: "none", shelfLifeState: "none", categories: [],
      costPrice: .null)
    var board = DeliveryBoard([
      CompletionFlow.Job(production: .init(row: row), product: product, extracts: [extract])
    ])
    try await CompletionInspections(desk: tryton.desk()).ensure(&board, board.open)
    return (board.ends[0], tryton.changes)
  }

  @Test(
    "an addendum with another value does not pass for the inspection of the earlier record, before the production is done and after",
    arguments: ["running", "done"])
  func addendum(state: String) async throws {
    let first = try extract(["180", "181.5"])
    let same = try await end(181.5, first, state: state)
    #expect(same.0 == nil && same.1.isEmpty)
    let later = try extract(["180", "199"], revision: 1)
    guard case .failure(.blocked(let reason))? = try await end(181.5, later, state: state).0 else {
      Issue.record("the addendum counts as inspected")
      return
    }
    #expect(
      reason.contains("says 181.5 for \"seal.temperature.mean\", revision 1 of the record of L-1 says 199"), "\(reason)"
    )
  }

  @Test("a point for whole numbers gets whole numbers only: nothing is rounded, nothing too large traps")
  func wholeNumbers() throws {
    var point = Self.temperature
    point.kind = "integer"
    #expect(try CompletionInspections.value(of: point, in: try extract(["180", "190"]), "Seal") == .integer(190))
    for value in ["199.6", "20000000000000000000"] {
      let record = try extract([value])
      let stop = #expect(throws: DeliveryStop.self) {
        try CompletionInspections.value(of: point, in: record, "Seal")
      }
      guard case .blocked(let reason)? = stop else {
        Issue.record("\(value) was sent")
        continue
      }
      #expect(reason.contains("takes whole numbers for \"seal.temperature.mean\""))
    }
  }
}
