import Foundation
import Harness
import Ledger
import Testing

@testable import ERP

/// Steps of the floor and their corrections, each delivered twice.
@Suite("Material steps and a real Tryton", .serialized)
struct TrytonMaterialTests {
  @Test("substitutes, returns and undone steps of an order, up to its record")
  func substitutesAndCorrections() async throws {
    try await TrytonBench.using("substitutes") { bench in
      var rows = TrytonRows()
      try Self.stockSubstitute(bench)
      func step(_ name: String, _ fields: [String: Any], _ picked: String, _ consumed: String) throws -> OutboxRow {
        let isSubstitute = fields["of"] as? String == "M-FILM-75"
        var content: [String: Any] = [
          "item": isSubstitute ? "FILM-75" : "FILM-70", "work_order": "WO-4711", "picked_in_all": picked,
          "consumed_in_all": consumed,
        ]
        if isSubstitute { content["substitute_for"] = "FILM-70" }
        for (key, value) in fields where key != "of" { content[key] = value }
        return try rows.movement(name, isSubstitute ? "M-FILM-75" : "M-FILM-1", content)
      }
      func undone(_ name: String) -> [String: Any] { ["movement": name, "at": "2026-11-20T10:00:00.000000Z"] }
      let substitute = ["of": "M-FILM-75"]
      let steps: [(row: OutboxRow, film: [String: Double])] = [
        (try step("pick", ["quantity": "200", "of": "M-FILM-75"], "200", "0"), ["none": 260, "M-FILM-75": 200]),
        (try step("unpick", ["quantity": "50", "of": "M-FILM-75"], "150", "0"), ["none": 260, "M-FILM-75": 150]),
        (
          try step("pick", ["quantity": "30.5"], "30.5", "0"),
          ["none": 229.5, "M-FILM-1": 30.5, "M-FILM-75": 150]
        ),
        (
          try step("undo", ["quantity": "30.5", "undoes": undone("pick")], "0", "0"),
          ["none": 260, "M-FILM-75": 150]
        ),
        (
          try step("consumption", ["quantity": "150", "run": "R-1"].merging(substitute) { $1 }, "0", "150"),
          ["none": 260, "M-FILM-75": 150]
        ),
        (
          try step(
            "undo", ["quantity": "150", "run": "R-1", "undoes": undone("consumption"), "of": "M-FILM-75"], "150", "0"),
          ["none": 260, "M-FILM-75": 150]
        ),
        (
          try step("undo", ["quantity": "150", "undoes": undone("unpick"), "of": "M-FILM-75"], "200", "0"),
          ["none": 260, "M-FILM-75": 200]
        ),
        (
          try step("consumption", ["quantity": "150", "run": "R-2"].merging(substitute) { $1 }, "50", "150"),
          ["none": 260, "M-FILM-75": 200]
        ),
      ]
      for (row, film) in steps {
        #expect(try await bench.deliverTwice([row]) == ["delivered"])
        #expect(try Self.inputs(bench).filter { $0.key != "M-VALVE-1" } == film)
      }
      try await Self.complete(bench, &rows, steps.map(\.row))
    }
  }

  /// What was picked and not consumed is not booked, nor is the item that was replaced; what comes again later is judged by
  /// the record.
  private static func complete(_ bench: TrytonBench, _ rows: inout TrytonRows, _ steps: [OutboxRow]) async throws {
    let made = TrytonRows.Made(
      lot: "WO-4711", order: "WO-4711", lots: ["WO-4711"], good: "1990",
      uses: [
        .init(material: "M-FILM-75", item: "FILM-75", quantity: "150", event: 4, substituteFor: "FILM-70"),
        .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "1998", event: 5),
      ])
    let record = try rows.record(made)
    #expect(try await bench.deliverTwice([record]) == ["delivered"])
    #expect(try inputs(bench) == ["M-FILM-75": 150, "M-VALVE-1": 1_998])
    let before = try bench.server.dump()
    #expect(await bench.deliver(steps) == steps.map { _ in "delivered" })
    #expect(try bench.server.dump() == before)
    #expect(try await bench.connector.compare(steps + [record]) == [])
  }

  /// Inputs of WO-4711 with lots, and what is planned of film without one.
  private static func inputs(_ bench: TrytonBench) throws -> [String: Double] {
    try bench.look.search(
      "stock.move", [["production_input.reference", "=", "WO-4711"], ["state", "!=", "cancelled"]],
      fields: ["quantity", "lot.number", "product.code"]
    ).reduce(into: [:]) { found, move in
      let lot = (move["lot."] as? [String: Any])?["number"] as? String
      let code = (move["product."] as? [String: Any])?["code"] as? String ?? "-"
      guard lot != nil || code.hasPrefix("FILM"), let quantity = move["quantity"] as? Double else { return }
      found[lot ?? "none", default: 0] += quantity
    }
  }

  /// FILM-75, like FILM-70 except that nobody inspects it, with 500 m of a lot.
  private static func stockSubstitute(_ bench: TrytonBench) throws {
    let look = bench.look
    let film = try bench.first("product.template", [["code", "=", "FILM-70"]], ["id"])
    try look.model(
      "product.template.copy", [[try #require(film["id"] as? Int)], ["name": "Film 75 µm", "code": "FILM-75"]])
    let product = try #require(try bench.first("product.product", [["code", "=", "FILM-75"]], ["id"])["id"] as? Int)
    let lot = try look.create(
      "stock.lot",
      [
        "product": product, "number": "M-FILM-75", "expiration_date": TrytonClient.date(2031, 12, 31),
        "shelf_life_expiration_date": TrytonClient.date(2031, 12, 31),
      ])
    let storage = try #require(try bench.first("stock.location", [["code", "=", "STO"]], ["id"])["id"] as? Int)
    let line: [String: Any] = ["product": product, "lot": lot, "quantity": 500.0]
    let inventory = try look.create(
      "stock.inventory", ["location": storage, "empty_quantity": "keep", "lines": [["create", [line]]]])
    try look.model("stock.inventory.confirm", [[inventory]])
  }
}
