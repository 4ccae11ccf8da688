import Crypto
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@Suite("The daemon and a real Tryton", .serialized)
struct TrytonLineTests {
  @Test("from the order to the attached record and its genealogy; delivered again, nothing changes in the ERP")
  func wholeFlow() throws {
    let line = try TrytonLine()
    try line.startDaemon()
    try line.makeLot()
    try line.waitUntilDelivered()
    let look = line.server.client()
    try Self.check(look, line)

    // The daemon that does not know what it delivered brings everything once more.
    line.endDaemon()
    let before = try line.server.dump()
    try line.forgetDeliveries()
    try line.startDaemon()
    try line.waitUntilDelivered()
    line.endDaemon()
    let after = try line.server.dump()
    #expect(before.count == after.count)
    #expect(Set(after).subtracting(before).sorted().prefix(5).isEmpty == true, "\(Set(after).subtracting(before))")
  }

  private static func check(_ look: TrytonClient, _ line: TrytonLine) throws {
    let orders = try look.search("production", [["reference", "=", TrytonLine.lot]], fields: ["state", "works"])
    let order = try #require(orders.first)
    let id = try #require(order["id"] as? Int)
    #expect(orders.count == 1 && order["state"] as? String == "done")
    let outputs = try look.search(
      "stock.move", [["production_output", "=", id], ["lot.number", "=", TrytonLine.lot]],
      fields: ["quantity", "state", "lot"])
    #expect(outputs.map { $0["quantity"] as? Double } == [1_990] && outputs.first?["state"] as? String == "done")
    let lot = try #require(outputs.first?["lot"] as? Int)

    // The film came with one receipt, was inspected, and went into this lot: upward and downward.
    let film = try look.search("stock.lot", [["number", "=", "ML-000001"]], fields: ["expiration_date"])
    #expect(film.map { TrytonClient.day(of: $0["expiration_date"]) } == ["2029-12-31"])
    let filmID = try #require(film.first?["id"] as? Int)
    let shipments = try look.search(
      "stock.shipment.in", [["moves.lot", "=", filmID]], fields: ["state", "reference", "quality_inspections"])
    #expect(shipments.map { $0["state"] as? String } == ["done"])
    #expect(
      try look.search("quality.inspection", [["origin", "=", "production,\(id)"]], fields: ["state"])
        .map { $0["state"] as? String } == ["passed", "passed"])
    let inputs = try look.search(
      "stock.move", [["production_input", "=", id], ["state", "=", "done"]], fields: ["lot.number", "quantity"])
    let used = inputs.reduce(into: [String: Double]()) { used, move in
      let number = (move["lot."] as? [String: Any])?["number"] as? String ?? "ink"
      used[number, default: 0] += move["quantity"] as? Double ?? 0
    }
    #expect(used["ML-000001"] == 260 && used["M-VALVE-1"] == 2_000)
    #expect(try trace(look, of: filmID, "upward").contains(lot))
    #expect(try trace(look, of: lot, "downward").contains(filmID))

    let record = line.folder.file("record.json")
    _ = try line.told(["record", TrytonLine.lot, "--output", record.path])
    let sealed = SHA256.hash(data: try Data(contentsOf: record))
    for resource in ["production,\(id)", "stock.lot,\(lot)"] {
      let attachments = try look.search(
        "ir.attachment",
        [["resource", "=", resource], ["name", "like", "EBR-%"], ["name", "not like", "%.checkpoint"]],
        fields: ["data"])
      #expect(attachments.count == 1)
      let data = try #require(TrytonClient.bytes(of: attachments.first?["data"]))
      #expect(SHA256.hash(data: data) == sealed)
    }
    let works = try look.search("production.work", [["production", "=", id]], fields: ["state"])
    #expect(works.count == 2 && works.allSatisfy { ["finished", "done"].contains($0["state"] as? String ?? "") })
  }

  /// The lots that Tryton's own trace shows from a lot: upward what was made of it, downward what it was made of.
  private static func trace(_ look: TrytonClient, of lot: Int, _ direction: String) throws -> [Int] {
    let context: [String: Any] = ["product": NSNull(), "lot": lot]
    let roots = try look.search(
      "stock.lot.trace", [["lot", "=", lot]], fields: ["\(direction)_traces"], context: context)
    let next = roots.flatMap { $0["\(direction)_traces"] as? [Int] ?? [] }
    return try look.search("stock.lot.trace", [["id", "in", next]], fields: ["lot"], context: context)
      .compactMap { $0["lot"] as? Int }
  }

  @Test(
    "a wrong password is tried once, the mended one without a restart; a question of the ERP waits until it is configured"
  )
  func wrongPassword() throws {
    let line = try TrytonLine(user: .init(login: "lotwire", password: "not-the-password"))
    try line.startDaemon()
    try line.wait("the status says that the credential was refused") {
      let status = try line.ask(["status"]).output
      return status.contains("password") || status.contains("credential") || status.contains("log in")
    }
    Thread.sleep(forTimeInterval: 3)
    #expect(try line.server.refusedLogIns(of: "lotwire") == 1)
    try line.write(password: TrytonServer.integration.password)
    try line.waitForOrders()
    try line.wait("the alarm about the password is over") {
      try line.ledger { try $0.events(after: 0, limit: 10_000) }.contains { record in
        if case .alarmReturned = record.event { true } else { false }
      }
    }
    try Self.confirmWarning(line)
  }

  /// Goods without an order, which Tryton takes in only when somebody says yes.
  private static func confirmWarning(_ line: TrytonLine) throws {
    try line.scan(
      [
        "BADGE-1", "LOTWIRE:BLIND", "LOTWIRE:QUANTITY:50", "]d201040123450000161729123110F-2026-78", "LOTWIRE:END",
        "LOTWIRE:LEAVE",
      ], at: "dock")
    try line.wait("the receipt is refused") { try !line.rows(.refused).isEmpty }
    let row = try #require(try line.rows(.refused).first)
    let words = try line.told(["outbox", "show", "\(row.id)"])
    #expect(
      words.contains("have no origin") && words.contains(".done\"") && words.contains("accept_warnings"), "\(words)")
    func states() throws -> [String] {
      try line.server.client().search("stock.shipment.in", [["reference", "=", row.idempotencyKey]], fields: ["state"])
        .compactMap { $0["state"] as? String }
    }
    #expect(try states() == ["draft"])

    line.endDaemon()
    try line.configure(accepting: ["*have no origin*"])
    try line.startDaemon()
    _ = try line.told([
      "outbox", "retry", "\(row.id)", "--person", "P-2", "--reason", "goods without an order are right",
    ])
    try line.wait("the receipt is delivered") { try line.rows(.delivered).contains { $0.id == row.id } }
    #expect(try states() == ["received"])
    let confirmed = try line.ledger { try $0.events(after: 0, limit: 10_000) }.compactMap { record in
      if case .erpNoted(let note) = record.event, note.kind == .warningConfirmed { note } else { nil }
    }
    #expect(confirmed.count == 1 && confirmed.first?.text.contains("have no origin") == true)
  }
}
