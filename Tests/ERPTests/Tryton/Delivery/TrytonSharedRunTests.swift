import Foundation
import Harness
import Ledger
import Testing

@testable import ERP

@Suite("Runs with lots of several orders, with a real Tryton", .serialized)
struct TrytonSharedRunTests {
  @Test("two orders in one run: each production takes its share, once; undivided material waits for a person")
  func shares() async throws {
    let bench = try TrytonBench("shared-run", orders: 1)
    var rows = TrytonRows()
    let owed = try steps(&rows) + records(&rows)
    #expect(await bench.deliver(owed) == owed.map { _ in "delivered" })
    try expectBooked(bench)
    let first = try bench.server.dump()
    #expect(await bench.deliver(owed) == owed.map { _ in "delivered" })
    #expect(await bench.deliverTogether(owed) == owed.map { _ in "delivered" })
    #expect(try bench.server.dump() == first)
    #expect(try await bench.connector.compare(owed) == [])
    try await undivided(bench, &rows)
    await bench.close()
  }

  private static let orders = ["WO-4711", "WO-4712"]
  private static let film: KeyValuePairs = ["WO-4711": "250.5", "WO-4712": "520"]
  private static let valves: KeyValuePairs = ["WO-4711": "1998", "WO-4712": "4000"]

  /// Picked for each order, then consumed by one run. Who consumed it for whom stands in the shares.
  private func steps(_ rows: inout TrytonRows) throws -> [OutboxRow] {
    var owed: [OutboxRow] = []
    for (material, item, whole, shares) in [
      ("M-FILM-1", "FILM-70", "770.5", Self.film), ("M-VALVE-1", "VALVE-CS", "5998", Self.valves),
    ] {
      for (order, quantity) in shares {
        owed.append(
          try rows.movement(
            "pick", material,
            [
              "item": item, "quantity": quantity, "work_order": order, "picked_in_all": quantity,
              "consumed_in_all": "0",
            ]))
      }
      owed.append(
        try rows.movement(
          "consumption", material,
          [
            "item": item, "quantity": whole, "run": "R-WO-4711",
            "from_picked": shares.map { ["work_order": $0.key, "quantity": $0.value] },
          ]))
    }
    return owed
  }

  private func records(_ rows: inout TrytonRows) throws -> [OutboxRow] {
    let uses = [
      TrytonRows.Use(material: "M-FILM-1", item: "FILM-70", quantity: "770.5", event: 4, shares: Self.film),
      TrytonRows.Use(material: "M-VALVE-1", item: "VALVE-CS", quantity: "5998", event: 5, shares: Self.valves),
    ]
    let other = ["L-4712-1", "L-4712-2"]
    let own = TrytonRows.Made(
      lot: "WO-4711", order: "WO-4711", lots: ["WO-4711"], good: "1990", uses: uses, lotsOfOthers: other,
      orders: Self.orders)
    let others = other.map { lot in
      TrytonRows.Made(
        lot: lot, order: "WO-4712", lots: other, ordered: "4000", good: "1985", uses: uses,
        lotsOfOthers: ["WO-4711"], orders: Self.orders)
    }
    return try ([own] + others).map { try rows.record($0) }
  }

  private func inputs(_ bench: TrytonBench, _ order: String) throws -> [String: Double] {
    let lines = try bench.look.search(
      "stock.move", [["production_input.reference", "=", order], ["product.code", "!=", "INK-BLK"]],
      fields: ["quantity", "lot.number", "state"])
    #expect(lines.allSatisfy { $0["state"] as? String == "done" })
    return Dictionary(
      lines.map { (($0["lot."] as? [String: Any])?["number"] as? String ?? "none", $0["quantity"] as? Double ?? -1) },
      uniquingKeysWith: +)
  }

  private func state(_ bench: TrytonBench, _ order: String) throws -> String? {
    try bench.first("production", [["reference", "=", order]], ["state"])["state"] as? String
  }

  private func expectBooked(_ bench: TrytonBench) throws {
    #expect(try Self.orders.map { try state(bench, $0) } == ["done", "done"])
    #expect(try inputs(bench, "WO-4711") == ["M-FILM-1": 250.5, "M-VALVE-1": 1_998])
    #expect(try inputs(bench, "WO-4712") == ["M-FILM-1": 520, "M-VALVE-1": 4_000])
    let notes = try bench.look.search(
      "ir.note", [["resource", "like", "stock.lot,%"], ["message", "like", "%consumed%"]], fields: ["message"])
    #expect(notes.count == 2, "the consumption of several orders is a note on the material lot")
  }
}

/// Material that no record divides.
extension TrytonSharedRunTests {
  /// Nothing is written but the record. A person enters what the order took and runs the production in Tryton; then the
  /// same row goes through, and nothing of what was entered is changed.
  private func undivided(_ bench: TrytonBench, _ rows: inout TrytonRows) async throws {
    let (order, other) = ("WO-\(TrytonServer.firstAddedOrder)", "WO-OTHER")
    let row = try rows.record(
      TrytonRows.Made(
        lot: order, order: order, lots: [order], good: "10",
        uses: [
          .init(material: "M-FILM-1", item: "FILM-70", quantity: "7", event: 14, shares: [other: "3"]),
          .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: nil, event: 15),
        ], lotsOfOthers: ["L-OTHER"], orders: [order, other]))
    let refused = await bench.deliver([row])
    #expect(
      refused == [
        "blocked: run R-\(order) (lots \(order), L-OTHER) consumed 7 of M-FILM-1 for \(order) and \(other) and the record "
          + "does not say the shares: enter in the ERP what \(order) took and run its production there, then have this "
          + "delivery tried again"
      ])
    #expect(try state(bench, order) == "waiting")
    try runByHand(bench, order, film: 4, valves: 9)
    #expect(await bench.deliver([row]) == ["delivered"])
    #expect(try state(bench, order) == "done")
    #expect(try inputs(bench, order) == ["M-FILM-1": 4, "M-VALVE-1": 9])
    let before = try bench.server.dump()
    #expect(await bench.deliver([row]) == ["delivered"])
    #expect(try bench.server.dump() == before)
  }

  private func runByHand(_ bench: TrytonBench, _ order: String, film: Double, valves: Double) throws {
    let look = bench.look
    let production = try #require(
      try bench.first("production", [["reference", "=", order]], ["company"]) as [String: Any]?)
    let id = try #require(production["id"] as? Int)
    for (code, number, quantity) in [("FILM-70", "M-FILM-1", film), ("VALVE-CS", "M-VALVE-1", valves)] {
      let lot = try #require(try bench.first("stock.lot", [["number", "=", number]], [])["id"] as? Int)
      let line = try bench.first(
        "stock.move", [["production_input", "=", id], ["product.code", "=", code]], [])
      try look.write("stock.move", id: try #require(line["id"] as? Int), ["quantity": quantity, "lot": lot])
    }
    let control = try bench.first("quality.control", [["name", "=", "Sealing window"]], [])
    let point = try bench.first("quality.control.point", [["string", "=", "seal.temperature.mean"]], ["name"])
    let inspection = try look.create(
      "quality.inspection",
      [
        "control": try #require(control["id"] as? Int), "origin": "production,\(id)",
        "company": try #require(production["company"] as? Int),
        "points": [try #require(point["name"] as? String): 180.0],
      ])
    try look.model("quality.inspection.process", [[inspection]])
    try look.model("production.assign_try", [[id]])
    try look.model("production.run", [[id]])
    #expect(try state(bench, order) == "running")
  }
}
