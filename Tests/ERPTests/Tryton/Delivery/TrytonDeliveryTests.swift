import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite("Delivery to a real Tryton", .serialized)
struct TrytonDeliveryTests {
  @Test(
    "from the receipt to the record, each change carried out twice; again without a write; then tampered with")
  func wholeFlow() async throws {
    let bench = try TrytonBench("delivery")
    var rows = TrytonRows()
    let made = TrytonRows.Made(
      lot: "WO-4711", order: "WO-4711", lots: ["WO-4711"], good: "1990",
      uses: [
        .init(material: "ML-000001", item: "FILM-70", quantity: "250.5", event: 4),
        .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "1998", event: 5),
      ])
    let owed = [
      try rows.filmReceipt(),
      try rows.movement("release", "ML-000001", ["status": "released", "reason": "good"]),
      try rows.movement(
        "pick", "ML-000001",
        [
          "item": "FILM-70", "quantity": "260", "work_order": "WO-4711", "picked_in_all": "260", "consumed_in_all": "0",
        ]),
      try rows.movement(
        "consumption", "ML-000001",
        [
          "item": "FILM-70", "quantity": "250.5", "work_order": "WO-4711", "picked_in_all": "9.5",
          "consumed_in_all": "250.5", "run": "R-1",
        ]),
      try rows.movement("pick", "M-VALVE-1", ["item": "VALVE-CS", "quantity": "5", "run": "R-1"]),
      try rows.report(
        "operation", lot: "WO-4711", order: "WO-4711", ["operation": "seal", "completed_operation": true]),
      try rows.record(made),
    ]
    let answers = await bench.deliver(owed, through: bench.repeating)
    #expect(answers == owed.map { _ in "delivered" })
    try expectDone(bench)
    let first = try bench.server.dump()
    #expect(await bench.deliver(owed) == owed.map { _ in "delivered" })
    #expect(await bench.deliverTogether(owed) == owed.map { _ in "delivered" })
    #expect(try bench.server.dump() == first)
    #expect(try await bench.connector.compare(owed) == [])
    try await tamper(bench, owed)
    await bench.close()
  }

  private func expectDone(_ bench: TrytonBench) throws {
    let production = try bench.first("production", [["reference", "=", "WO-4711"]], ["state"])
    #expect(production["state"] as? String == "done")
    let output = try bench.first(
      "stock.move", [["production_output.reference", "=", "WO-4711"]], ["lot.number", "quantity", "state"])
    #expect((output["lot."] as? [String: Any])?["number"] as? String == "WO-4711")
    #expect(output["quantity"] as? Double == 1_990 && output["state"] as? String == "done")
    let inputs = try bench.look.search(
      "stock.move", [["production_input.reference", "=", "WO-4711"]], fields: ["quantity", "lot.number"])
    let quantities = Dictionary(
      inputs.map { (($0["lot."] as? [String: Any])?["number"] as? String ?? "none", $0["quantity"] as? Double ?? -1) },
      uniquingKeysWith: +)
    #expect(quantities == ["ML-000001": 250.5, "M-VALVE-1": 1_998, "none": 40])
    #expect(try bench.look.count("ir.attachment", [["name", "like", "EBR-%"]]) == 3)
    #expect(try bench.look.count("quality.inspection", [["state", "=", "passed"]]) == 3)
    let lot = try bench.first("stock.lot", [["number", "=", "ML-000001"]], ["expiration_date"])
    #expect(TrytonClient.day(of: lot["expiration_date"]) == "2031-12-31")
    let cycles = try bench.look.search("production.work.cycle", [], fields: ["state", "duration"])
    #expect(cycles.count == 2 && cycles.allSatisfy { $0["state"] as? String == "done" })
    #expect(bench.journal.notes.filter { $0.kind == .checkpointAnchored }.count == 1)
  }

  private func tamper(_ bench: TrytonBench, _ owed: [OutboxRow]) async throws {
    let lot = try #require(try bench.first("stock.lot", [["number", "=", "ML-000001"]], ["id"])["id"] as? Int)
    try bench.look.write("stock.lot", id: lot, ["number": "ML-000009"])
    let production = try #require(
      try bench.first("production", [["reference", "=", "WO-4711"]], ["id"])["id"] as? Int)
    try bench.look.write("production", id: production, ["quantity": 2_001.0])
    let attachment = try #require(
      try bench.first(
        "ir.attachment", [["name", "like", "EBR-WO-4711-%"], ["resource", "like", "stock.lot,%"]], ["id"])["id"] as? Int
    )
    try bench.look.write("ir.attachment", id: attachment, ["data": TrytonClient.bytes(Data("other".utf8))])
    let drifts = try await bench.connector.compare(owed)
    #expect(
      drifts.map { "\($0.field): \($0.delivered) / \($0.found)" } == [
        "lot number: ML-000001 / ML-000009",
        "attachment sha256 (lot): \(owed[6].payloadSHA256) / \(lowerCaseSHA256(Array("other".utf8)))",
        "order quantity: 2000 / 2001",
      ])
  }

  @Test("two lots of one order: booked with the record of the second; rows together, foreign holds, refusals in words")
  func twoLotsAndRefusals() async throws {
    let bench = try TrytonBench("two-lots")
    var rows = TrytonRows()
    func made(_ lot: String, _ good: String, _ temperatures: [String] = ["180"]) -> TrytonRows.Made {
      TrytonRows.Made(
        lot: lot, order: "WO-4712", lots: ["L-4712-1", "L-4712-2"], ordered: "4000", good: good,
        uses: [
          .init(material: "M-FILM-1", item: "FILM-70", quantity: "520", event: 9),
          .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "4000", event: 10),
        ], temperatures: temperatures)
    }
    let first = try rows.record(made("L-4712-1", "1999"))
    #expect(await bench.deliver([first]) == ["delivered"])
    #expect(try bench.first("production", [["reference", "=", "WO-4712"]], ["state"])["state"] as? String == "waiting")
    let second = try rows.record(made("L-4712-2", "1985"))
    let reports = try (1...3).map { _ in
      try rows.report("quantities", lot: "L-4712-2", order: "WO-4712", ["good": "1985", "unit": "u"])
    }
    let together = await bench.deliverTogether(reports + [second])
    #expect(together == ["delivered", "delivered", "delivered", "delivered"])
    let outputs = try bench.look.search(
      "stock.move", [["production_output.reference", "=", "WO-4712"]], fields: ["lot.number", "quantity", "state"])
    #expect(
      Set(outputs.map { "\(($0["lot."] as? [String: Any])?["number"] ?? "-") \($0["quantity"] ?? "-")" })
        == ["L-4712-1 1999.0", "L-4712-2 1985.0"])
    // A run of both lots is in the record of each, and consumed once.
    let film = try bench.first(
      "stock.move", [["production_input.reference", "=", "WO-4712"], ["lot.number", "=", "M-FILM-1"]], ["quantity"])
    #expect(film["quantity"] as? Double == 520)
    let before = try bench.server.dump()
    #expect(await bench.deliverTogether([first] + reports + [second]).allSatisfy { $0 == "delivered" })
    #expect(try bench.server.dump() == before)

    let hold = try rows.movement("quarantine", "M-VALVE-1", ["status": "quarantined", "reason": "doubt"])
    let lift = try rows.movement("release", "M-VALVE-1", ["status": "released", "reason": "fine"])
    let held = await bench.deliver([hold, lift, hold, lift])
    #expect(held == Array(repeating: "delivered", count: 4))
    #expect(try bench.look.count("stock.shipment.internal", [["state", "=", "done"]]) == 2)
    let unknown = try rows.report("hold", lot: "X", order: "WO-9")
    let early = try rows.movement("release", "ML-NONE", ["status": "released", "reason": "x"])
    let blind = try rows.movement("receipt", "ML-2", ["item": "INK-BLK", "quantity": "5", "supplier_lot": "S"])
    let more = try Self.overDelivery(&rows)
    let answers = await bench.deliver([unknown, early, blind, more])
    #expect(answers[0].hasPrefix("blocked: the ERP has no production with the reference WO-9"))
    #expect(answers[1].hasPrefix("erp.awaiting_earlier: the ERP does not hold the lot ML-NONE yet"))
    #expect(answers[2].hasPrefix("blocked: the receipt names no delivery"))
    #expect(answers[3].hasPrefix("blocked: ") && answers[3].contains("5,000"))
    #expect(bench.journal.notes.allSatisfy { $0.kind == .checkpointAnchored })
    try await confirmedWarning(bench, more)
    try await undoneReceipt(bench, &rows)
    try await failedInspection(bench, &rows)
    await bench.close()
  }

  /// A warning that the configuration allows: written down, confirmed, done.
  private func confirmedWarning(_ bench: TrytonBench, _ more: OutboxRow) async throws {
    guard case .success(.delivered)? = await bench.accepting.deliver([more], bench.journal).first else {
      Issue.record("the receipt was not delivered")
      return
    }
    let notes = bench.journal.notes.filter { $0.kind == .warningConfirmed }
    #expect(notes.count == 1 && notes.first?.key == more.idempotencyKey && notes.first?.text.contains("5,000") == true)
  }

  /// Taken back: the shipment is cancelled, and the purchase is planned in full again.
  private func undoneReceipt(_ bench: TrytonBench, _ rows: inout TrytonRows) async throws {
    let fields = ["item": "FILM-70", "quantity": "100.5", "supplier_lot": "S-7", "delivery": "PO-55-1"]
    let received = try rows.movement(
      "receipt", "ML-UNDO", fields.merging(["unusable_from": "2032-01-01T00:00:00.000000Z"]) { first, _ in first })
    let undone = try rows.movement(
      "undo", "ML-UNDO",
      (fields as [String: Any]).merging(["undoes": ["movement": "receipt", "at": "2026-11-20T10:00:00.000000Z"]]) {
        first, _ in first
      })
    func planned() throws -> [Double] {
      try bench.look.search(
        "stock.move",
        [["purchase.reference", "=", "PO-55-1"], ["product.code", "=", "FILM-70"], ["state", "=", "draft"]],
        fields: ["quantity"]
      ).compactMap { $0["quantity"] as? Double }
    }
    let first = await bench.deliver([received])
    #expect(try first == ["delivered"] && planned() == [899.5])
    let second = await bench.deliver([undone])
    #expect(try second == ["delivered"] && planned() == [1_000])
    let before = try bench.server.dump()
    let again = await bench.deliver([received, undone])
    #expect(try again == ["delivered", "delivered"] && bench.server.dump() == before)
    #expect(try await bench.connector.compare([received]) == [])
  }

  /// A value beyond the ERP's tolerance stops the production with the ERP's own words; the record is there.
  private func failedInspection(_ bench: TrytonBench, _ rows: inout TrytonRows) async throws {
    let made = TrytonRows.Made(
      lot: "WO-4711", order: "WO-4711", lots: ["WO-4711"], good: "1990",
      uses: [
        .init(material: "M-FILM-1", item: "FILM-70", quantity: "250", event: 4),
        .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "1990", event: 5),
      ], temperatures: ["180", "191"])
    let answer = await bench.deliver([try rows.record(made)])
    #expect(answer[0].hasPrefix("blocked: the production of WO-4711:") && answer[0].contains("inspection"))
    #expect(
      try bench.first("production", [["reference", "=", "WO-4711"]], ["state"])["state"] as? String == "assigned")
    #expect(try bench.look.count("ir.attachment", [["name", "like", "EBR-WO-4711-%"]]) == 3)
  }

  /// More valves than the purchase ordered: Tryton asks before it takes them.
  private static func overDelivery(_ rows: inout TrytonRows) throws -> OutboxRow {
    try rows.movement(
      "receipt", "ML-VALVES",
      ["item": "VALVE-CS", "quantity": "6000", "supplier_lot": "V-1", "delivery": "PO-55-1"])
  }
}
