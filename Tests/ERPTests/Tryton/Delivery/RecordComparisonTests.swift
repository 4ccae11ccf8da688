import BatchRecord
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// What is said to differ from delivered records, and what is not.
@Suite struct RecordComparisonTests {
  /// Two lots of one order, with their records on production and lots.
  static func tables(_ rows: [OutboxRow], state: String = "done") throws -> [String: [TableTryton.Row]] {
    var attachments: [TableTryton.Row] = []
    for (place, row) in rows.enumerated() {
      let lot = row.lot?.text == "L-1" ? 31 : 32
      for (side, resource) in ["production,7", "stock.lot,\(lot)"].enumerated() {
        attachments.append(try RecordsThereTests.attachment(Int64(place * 2 + side + 1), row, on: resource))
      }
    }
    return [
      "ir.attachment": attachments,
      "production": [
        [
          "id": .integer(7), "reference": .text("WO-1"), "number": .text("7"), "state": .text(state),
          "quantity": .number(20), "unit": .integer(1), "product": .integer(2),
        ]
      ],
      "product.product": [
        [
          "id": .integer(2), "code": .text("POUCH-200"), "expiration_state": .text("optional"),
          "expiration_time": .integer(730),
        ]
      ],
      "stock.lot": [lot(31, "L-1"), lot(32, "L-2")],
      "stock.move": [output(51, lot: 31), output(52, lot: 32)],
    ]
  }

  static func lot(_ id: Int64, _ number: String) -> TableTryton.Row {
    [
      "id": .integer(id), "number": .text(number), "product": .integer(2),
      // 730 days after the end of the last run, 2026-11-20.
      "expiration_date": .date(year: 2028, month: 11, day: 19),
    ]
  }

  static func output(_ id: Int64, lot: Int64, good: Double = 10) -> TableTryton.Row {
    [
      "id": .integer(id), "production_output": .integer(7), "product": .integer(2), "lot": .integer(lot),
      "quantity": .number(good), "unit": .integer(1), "from_location": .integer(3), "to_location": .integer(4),
      "state": .text("done"),
    ]
  }

  private func drifts(_ tryton: TableTryton, _ rows: [OutboxRow]) async throws -> [String] {
    try await RecordComparison(desk: tryton.desk()).compare(
      rows.map { ($0, try LotExtract(sealedBytes: $0.payload)) }
    ).map { "\($0.field): \($0.delivered) / \($0.found)" }
  }

  private func two() throws -> [OutboxRow] {
    var rows = TrytonRows()
    return [try rows.record(RecordsThereTests.made("L-1")), try rows.record(RecordsThereTests.made("L-2"))]
  }

  @Test("an earlier revision is compared by its own file only; what a later one counts is no difference")
  func laterRevision() async throws {
    var rows = TrytonRows()
    let first = try rows.record(RecordsThereTests.made("L-1"))
    let later = try rows.record(RecordsThereTests.made("L-1", good: "9"), revision: 1)
    let other = try rows.record(RecordsThereTests.made("L-2"))
    let tryton = TableTryton(try Self.tables([first, later, other]))
    tryton.edit("stock.move") { $0[0]["quantity"] = .number(9) }
    #expect(try await drifts(tryton, [first, later, other]) == [])
    #expect(try await drifts(tryton, [first]) == [])
    tryton.edit("ir.attachment") { $0[0]["data"] = .bytes(Array("other".utf8)) }
    #expect(try await drifts(tryton, [first]).map { $0.prefix(30) } == ["attachment sha256 (production)"])
    // A file that somebody else named as a later revision hides nothing.
    tryton.edit("ir.attachment") { files in
      for place in files.indices where place > 1 { files[place]["create_uid"] = .integer(1) }
    }
    #expect(try await drifts(tryton, [first]).contains("quantity: 10 / 9"))
  }

  @Test(
    "the delivered expiry is ours: of the receipt in the outbox, else of the record; never what the ERP's file says")
  func expiry() async throws {
    var rows = try two()
    let tryton = TableTryton(try Self.tables(rows))
    #expect(try await drifts(tryton, rows) == [])
    tryton.edit("stock.lot") { $0[0]["expiration_date"] = .date(year: 2030, month: 1, day: 1) }
    tryton.edit("ir.attachment") { files in
      for place in files.indices {
        guard case .text(let text)? = files[place]["description"] else { continue }
        files[place]["description"] = .text(text + "\nexpiry 2030-01-01")
      }
    }
    #expect(try await drifts(tryton, rows) == ["expiry: 2028-11-19 / 2030-01-01"])
    rows[0].lastAnswer = RecordFile.receipt("production,7", TrytonDay(year: 2030, month: 1, day: 1))
    #expect(rows[0].lastAnswer == "production,7, expiry 2030-01-01")
    #expect(try await drifts(tryton, rows) == [])
  }

  @Test("a number that was used again after a cancelled production means the living one")
  func reusedNumber() async throws {
    let rows = try two()
    let tryton = TableTryton(try Self.tables(rows))
    for state in ["cancelled", "draft", "request"] {
      tryton.edit("production") { productions in
        productions = productions.filter { $0["id"] == .integer(7) }
        var former = productions[0]
        (former["id"], former["state"]) = (.integer(5), .text(state))
        productions.insert(former, at: 0)
      }
      #expect(try await drifts(tryton, rows) == [])
      let found = try await tryton.desk().productions(["WO-1"])
      #expect(try TrytonDesk.theOne(WorkOrderNumber("WO-1"), in: found).get().id == 7)
    }
    tryton.edit("production") { $0[0]["state"] = .text("waiting") }
    let both = try await tryton.desk().productions(["WO-1"])
    #expect(throws: DeliveryStop.self) { try TrytonDesk.theOne(WorkOrderNumber("WO-1"), in: both).get() }
    tryton.edit("production") {
      $0 = [$0[1]]; $0[0]["state"] = .text("cancelled")
    }
    #expect(try await tryton.desk().productions(["WO-1"])["WO-1"]?.count == 1)
  }

  @Test(
    "an order of several lots: cancelled is always a difference, not done is one when all its lots have a record there")
  func notDone() async throws {
    let rows = try two()
    for state in ["waiting", "running", "cancelled"] {
      #expect(
        try await drifts(TableTryton(try Self.tables(rows, state: state)), [rows[0]]) == ["state: done / \(state)"])
    }
    #expect(try await drifts(TableTryton(try Self.tables([rows[0]], state: "waiting")), [rows[0]]) == [])
    #expect(
      try await drifts(TableTryton(try Self.tables([rows[0]], state: "cancelled")), [rows[0]])
        == ["state: done / cancelled"])
  }
}
