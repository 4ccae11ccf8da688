import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Goods that may not be used and receipts that are taken back, each row delivered twice.
@Suite("Held goods and a real Tryton", .serialized)
struct TrytonHoldTests {
  @Test("shelves, inspections made by us and by people, receipts taken back after they were put away")
  func heldGoods() async throws {
    try await TrytonBench.using("holds") { bench in
      var goods = try Goods(bench)
      try await Self.beforeReceipt(&goods)
      try await Self.shelves(&goods)
      try await Self.failedByUs(&goods)
      try await Self.inspectedByPeople(&goods)
      try await Self.takenBack(&goods)
      try await Self.takenBackWhole(&goods)
      try await Self.ignored(&goods)
      try await Self.takenBackWhileHeld(&goods)
    }
  }

  /// Rows about films, and what Tryton has of them.
  private struct Goods {
    let bench: TrytonBench
    var rows = TrytonRows()
    let storage: Int
    let quarantine: Int
    let output: Int

    init(_ bench: TrytonBench) throws {
      self.bench = bench
      let warehouse = try bench.first(
        "stock.location", [["type", "=", "warehouse"]], ["storage_location", "output_location"])
      storage = try #require(warehouse["storage_location"] as? Int)
      output = try #require(warehouse["output_location"] as? Int)
      quarantine = try #require(
        try bench.first("stock.location", [["name", "=", "Quarantine"]], ["id"])["id"] as? Int)
    }

    private static func received(_ quantity: String) -> [String: Any] {
      [
        "item": "FILM-70", "quantity": quantity, "supplier_lot": "S-7", "delivery": "PO-55-1",
        "unusable_from": "2032-01-01T00:00:00.000000Z",
      ]
    }

    mutating func receipt(_ lot: String, _ quantity: String = "100") throws -> OutboxRow {
      try rows.movement("receipt", lot, Self.received(quantity))
    }

    mutating func undo(_ lot: String, _ quantity: String = "100") throws -> OutboxRow {
      var content = Self.received(quantity)
      content["undoes"] = ["movement": "receipt", "at": "2026-11-20T10:00:00.000000Z"]
      return try rows.movement("undo", lot, content)
    }

    mutating func disposition(_ name: String, _ lot: String) throws -> OutboxRow {
      let status = ["release": "released", "quarantine": "quarantined", "block": "blocked"][name] ?? "-"
      return try rows.movement(name, lot, ["status": status, "reason": "doubt"])
    }

    func stock(_ lot: String, _ location: Int) throws -> Double {
      let found = try bench.look.search(
        "stock.lot", [["number", "=", lot]], fields: ["quantity"],
        context: ["locations": [location], "with_childs": false])
      return found.first?["quantity"] as? Double ?? -1
    }

    /// As a person does it in Tryton.
    func move(_ lot: String, _ quantity: Double, _ from: Int, _ to: Int) throws {
      let found = try bench.first("stock.lot", [["number", "=", lot]], ["product", "default_uom"])
      let company = try #require(try bench.first("company.company", [], ["id"])["id"] as? Int)
      let move: [String: Any] = [
        "product": try #require(found["product"] as? Int), "lot": try #require(found["id"] as? Int),
        "quantity": quantity, "unit": try #require(found["default_uom"] as? Int), "company": company,
        "from_location": from, "to_location": to,
      ]
      let shipment = try bench.look.create(
        "stock.shipment.internal",
        ["company": company, "from_location": from, "to_location": to, "moves": [["create", [move]]]])
      for button in ["wait", "assign_try", "do"] {
        try bench.look.model("stock.shipment.internal.\(button)", [[shipment]])
      }
    }

    /// What is still planned of the purchase of film.
    func planned() throws -> [Double] {
      try bench.look.search(
        "stock.move",
        [["purchase.reference", "=", "PO-55-1"], ["product.code", "=", "FILM-70"], ["state", "=", "draft"]],
        fields: ["quantity"]
      ).compactMap { $0["quantity"] as? Double }
    }

    func shipment(of lot: String) throws -> (id: Int, state: String) {
      let found = try bench.first("stock.shipment.in", [["moves.lot.number", "=", lot]], ["state"])
      return (try #require(found["id"] as? Int), found["state"] as? String ?? "-")
    }

    func inspections(of lot: String) throws -> [TrytonClient.Row] {
      try bench.look.search(
        "quality.inspection", [["origin", "=", "stock.shipment.in,\(try shipment(of: lot).id)"]],
        fields: ["state", "reference", "points"])
    }

    func states(of lot: String) throws -> [String] { try inspections(of: lot).compactMap { $0["state"] as? String } }
  }

  /// Rows that come before what they build on wait; nothing is written for them.
  private static func beforeReceipt(_ goods: inout Goods) async throws {
    let early = [
      try goods.disposition("block", "ML-EARLY"), try goods.disposition("quarantine", "ML-EARLY"),
      try goods.undo("ML-EARLY"),
      try goods.rows.movement(
        "pick", "ML-EARLY",
        ["item": "FILM-70", "quantity": "5", "work_order": "WO-4711", "picked_in_all": "5", "consumed_in_all": "0"]),
    ]
    let before = try goods.bench.server.dump()
    let answers = await goods.bench.deliver(early)
    #expect(answers.allSatisfy { $0.hasPrefix("erp.awaiting_earlier: the ERP does not hold the lot ML-EARLY") })
    #expect(try goods.bench.server.dump() == before)
  }

  /// Goods on shelves below the storage location are held too, and come back to their shelf; goods that stand in another
  /// place, or that something else has assigned, block the hold.
  private static func shelves(_ goods: inout Goods) async throws {
    let (bench, storage, quarantine) = (goods.bench, goods.storage, goods.quarantine)
    let film = "M-FILM-1"
    let shelf = try bench.look.create("stock.location", ["name": "Shelf 7", "type": "storage", "parent": storage])
    let all = try goods.stock(film, storage)
    try goods.move(film, 30, storage, shelf)

    let hold = try goods.disposition("quarantine", film)
    #expect(try await bench.deliverTwice([hold]) == ["delivered"])
    #expect(try goods.stock(film, storage) == 0 && goods.stock(film, shelf) == 0)
    #expect(try goods.stock(film, quarantine) == all)
    // Held once more, for another reason: nothing is left to move.
    #expect(try await bench.deliverTwice([try goods.disposition("block", film)]) == ["delivered"])
    let lift = try goods.disposition("release", film)
    #expect(try await bench.deliverTwice([lift]) == ["delivered"])
    #expect(try goods.stock(film, storage) == all - 30 && goods.stock(film, shelf) == 30)
    #expect(try goods.stock(film, quarantine) == 0)
    // The first hold comes again after its end, as after a restart that knows nothing: it stays lifted.
    #expect(try await bench.deliverTwice([hold, lift]) == ["delivered", "delivered"])
    #expect(try goods.stock(film, quarantine) == 0)

    try goods.move(film, 5, shelf, goods.output)
    let second = try goods.disposition("block", film)
    let blocked = await bench.deliver([second])
    #expect(blocked[0].hasPrefix("blocked: M-FILM-1 is held, but not all of it") && blocked[0].contains("5 in Output"))
    #expect(try goods.stock(film, quarantine) == all - 5)
    // A person moves it there and releases the delivery.
    try goods.move(film, 5, goods.output, quarantine)
    #expect(try await bench.deliverTwice([second]) == ["delivered"])
    #expect(try goods.stock(film, quarantine) == all)
    #expect(try await bench.deliverTwice([try goods.disposition("release", film)]) == ["delivered"])
    #expect(try goods.stock(film, quarantine) == 5)
    try goods.move(film, 5, quarantine, storage)
    // What a person has tried again after a later step would undo that one.
    let (missed, later) = (try goods.disposition("quarantine", film), try goods.disposition("release", film))
    #expect(await bench.deliver([later]) == ["delivered"])
    let tooLate = try await bench.deliverTwice([missed])
    #expect(tooLate[0].hasPrefix("blocked: a later step is in the ERP already") && tooLate[0].contains(", released, "))
    #expect(try goods.stock(film, quarantine) == 0)
  }

  /// A block before the goods are put away fails the inspection that Tryton demands; the release after it passes the same.
  private static func failedByUs(_ goods: inout Goods) async throws {
    let bench = goods.bench
    #expect(try await bench.deliverTwice([try goods.receipt("ML-B1")]) == ["delivered"])
    let block = try goods.disposition("block", "ML-B1")
    #expect(try await bench.deliverTwice([block]) == ["delivered"])
    #expect(try goods.states(of: "ML-B1") == ["failed"] && goods.shipment(of: "ML-B1").state == "received")
    let release = try goods.disposition("release", "ML-B1")
    #expect(try await bench.deliverTwice([release]) == ["delivered"])
    #expect(try goods.states(of: "ML-B1") == ["passed"] && goods.shipment(of: "ML-B1").state == "done")
    #expect(try goods.stock("ML-B1", goods.storage) == 100)
    // Both again: the goods stay where the release left them.
    #expect(try await bench.deliverTwice([block, release]) == ["delivered", "delivered"])
    #expect(try goods.states(of: "ML-B1") == ["passed"] && goods.stock("ML-B1", goods.storage) == 100)
  }

  /// An inspection that a person made in Tryton: pending, a release waits for that person; a block fails it, whatever it
  /// has come to, and leaves the values that were entered.
  private static func inspectedByPeople(_ goods: inout Goods) async throws {
    let bench = goods.bench
    for (lot, isPassed) in [("ML-B2", false), ("ML-B3", true)] {
      #expect(await bench.deliver([try goods.receipt(lot)]) == ["delivered"])
      let control = try bench.first("quality.control", [["name", "=", "Incoming film"]], ["id", "company"])
      let inspection = try bench.look.create(
        "quality.inspection",
        [
          "control": try #require(control["id"] as? Int),
          "origin": "stock.shipment.in,\(try goods.shipment(of: lot).id)", "points": ["appearance": isPassed],
        ])
      if isPassed { try bench.look.model("quality.inspection.process", [[inspection]]) }
      #expect(try goods.states(of: lot) == [isPassed ? "passed" : "pending"])
      if !isPassed {
        let early = await bench.deliver([try goods.disposition("release", lot)])
        #expect(early[0].hasPrefix("blocked: the inspection ") && early[0].contains("still pending"))
      }
      #expect(try await bench.deliverTwice([try goods.disposition("block", lot)]) == ["delivered"])
      #expect(try goods.states(of: lot) == ["failed"])
      let points = try #require(try goods.inspections(of: lot).first?["points"] as? [String: Any])
      #expect(points["appearance"] as? Bool == isPassed)
      // What a person inspected is for a person to pass.
      let release = try goods.disposition("release", lot)
      let refused = await bench.deliver([release])
      let number = try bench.first("quality.inspection", [["id", "=", inspection]], ["number"])["number"] as? String
      #expect(
        refused == [
          "blocked: the inspection \(number ?? "-") of \(lot) was made in the ERP and failed there; pass it there, or "
            + "resolve its alert, then release the delivery"
        ])
      #expect(try goods.shipment(of: lot).state == "received")
      // Resolved, the alert would let the goods be put away: another block opens it again.
      let alert = try bench.first("quality.alert", [["origin", "=", "quality.inspection,\(inspection)"]], ["state"])
      let alertID = try #require(alert["id"] as? Int)
      for closing in isPassed ? ["resolve"] : ["resolve", "defer"] {
        try bench.look.model("quality.alert.process", [[alertID]])
        try bench.look.model("quality.alert.\(closing)", [[alertID]])
        #expect(try await bench.deliverTwice([try goods.disposition("block", lot)]) == ["delivered"])
        let state = try bench.first("quality.alert", [["id", "=", alertID]], ["state"])["state"] as? String
        #expect(state == (closing == "defer" ? "processing" : "open"))
        #expect(try goods.shipment(of: lot).state == "received")
      }
      try bench.look.model("quality.inspection.pass_", [[inspection]])
      #expect(await bench.deliver([release])[0].hasPrefix("blocked: a later step is in the ERP already"))
      #expect(try await bench.deliverTwice([try goods.disposition("release", lot)]) == ["delivered"])
      #expect(try goods.shipment(of: lot).state == "done" && goods.states(of: lot) == ["passed"])
    }
  }

  /// Tryton lets only one group cancel what is put away: named in the row, and done once our user is in it.
  private static func takenBack(_ goods: inout Goods) async throws {
    let bench = goods.bench
    let before = try goods.planned()
    let received = [try goods.receipt("ML-U"), try goods.disposition("release", "ML-U")]
    #expect(await bench.deliver(received) == ["delivered", "delivered"])
    #expect(try goods.stock("ML-U", goods.storage) == 100 && goods.planned() == before.map { $0 - 100 })
    let undo = try goods.undo("ML-U")
    let refused = try await bench.deliverTwice([undo])
    #expect(refused[0].hasPrefix("blocked: the receipt of ML-U cannot be taken back: "), "\(refused)")
    #expect(refused[0].contains("only its group \"Stock Cancellation\""), "\(refused)")
    #expect(try goods.stock("ML-U", goods.storage) == 100 && goods.shipment(of: "ML-U").state == "done")

    let group = try bench.first("res.group", [["name", "=", "Stock Cancellation"]], ["id"])
    let user = try bench.first("res.user", [["login", "=", "lotwire"]], ["id"])
    try bench.look.write(
      "res.user", id: try #require(user["id"] as? Int), ["groups": [["add", [try #require(group["id"] as? Int)]]]])
    #expect(try await bench.deliverTwice([undo]) == ["delivered"])
    #expect(try goods.shipment(of: "ML-U").state == "cancelled" && goods.stock("ML-U", goods.storage) == 0)
    #expect(try goods.planned() == before)
    // The receipt comes again after its end: it stays taken back.
    #expect(try await bench.deliverTwice(received + [undo]) == ["delivered", "delivered", "delivered"])
    #expect(try goods.stock("ML-U", goods.storage) == 0 && goods.planned() == before)
    #expect(try await bench.connector.compare(received + [undo]) == [])
  }

  /// All that is left of the purchase comes and is taken back.
  private static func takenBackWhole(_ goods: inout Goods) async throws {
    let rest = try #require(try goods.planned().first)
    let (all, undo) = (try goods.receipt("ML-W", "\(Int(rest))"), try goods.undo("ML-W", "\(Int(rest))"))
    #expect(await goods.bench.deliver([all]) == ["delivered"])
    #expect(try goods.planned() == [])
    #expect(try await goods.bench.deliverTwice([undo]) == ["delivered"])
    // It comes again without a question, and what is left is planned.
    let again = await goods.bench.deliver([try goods.receipt("ML-X", "\(Int(rest) - 200)")])
    #expect(again == ["delivered"])
    #expect(try goods.planned() == [200])
  }

  /// A receipt that a person cancelled in Tryton and had ignored there: nothing is planned for it again.
  private static func ignored(_ goods: inout Goods) async throws {
    let bench = goods.bench
    let (row, undo) = (try goods.receipt("ML-I", "50"), try goods.undo("ML-I", "50"))
    #expect(await bench.deliver([row]) == ["delivered"])
    let before = try goods.planned()
    try bench.look.model("stock.shipment.in.cancel", [[try goods.shipment(of: "ML-I").id]])
    let move = try bench.first(
      "stock.move", [["lot.number", "=", "ML-I"], ["state", "=", "cancelled"]], ["origin"])
    let line = try #require((move["origin"] as? String)?.split(separator: ",").last.flatMap { Int($0) })
    try bench.look.write(
      "purchase.line", id: line, ["moves_ignored": [["add", [try #require(move["id"] as? Int)]]]])
    #expect(try await bench.deliverTwice([undo]) == ["delivered"])
    #expect(try goods.planned() == before)
  }

  /// What was put away and then moved cannot be taken back without less than nothing being left.
  private static func takenBackWhileHeld(_ goods: inout Goods) async throws {
    let held = [
      try goods.receipt("ML-V"), try goods.disposition("release", "ML-V"), try goods.disposition("quarantine", "ML-V"),
    ]
    let answers = await goods.bench.deliver(held)
    #expect(answers == ["delivered", "delivered", "delivered"])
    let refused = try await goods.bench.deliverTwice([try goods.undo("ML-V")])
    #expect(
      refused[0].hasPrefix("blocked: the receipt of ML-V cannot be taken back: the ERP put 100 into Storage Zone")
        && refused[0].contains("where 0 of it is left (all of it: 100 in Quarantine)"), "\(refused)")
    #expect(try goods.stock("ML-V", goods.storage) == 0 && goods.stock("ML-V", goods.quarantine) == 100)

    // Somebody cancels the transfer: the goods are free again, and the comparison says so.
    #expect(try await goods.bench.connector.compare(held) == [])
    let transfer = try goods.bench.first(
      "stock.shipment.internal", [["reference", "=", held[2].idempotencyKey]], ["id"])
    try goods.bench.look.model("stock.shipment.internal.cancel", [[try #require(transfer["id"] as? Int)]])
    let drifts = try await goods.bench.connector.compare(held)
    #expect(drifts.map { "\($0.field): \($0.delivered) / \($0.found)" } == ["transfer of held goods: done / cancelled"])
  }
}
