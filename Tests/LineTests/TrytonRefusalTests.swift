import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@Suite("What a person must look at in the exchange with a real Tryton", .serialized)
struct TrytonRefusalTests {
  private static let narrowWindow = 1.0

  @Test(
    "a rule of the ERP refuses: listed with its words, retried after mending; changes behind our back: three alarms")
  func refusedThenChanged() throws {
    let line = try TrytonLine()
    let look = line.server.client()
    try Self.narrowTheWindow(look)
    try line.groups(Self.missingGroups, "remove")
    try line.startDaemon()
    try line.makeLot { try Self.missingRights(line) }
    let row = try Self.blockedRow(line)
    #expect(try Self.state(look) != "done")

    // Quality decides in Tryton that the lot may pass; a person of the line has the row tried again.
    try Self.pass(look)
    _ = try line.told(["outbox", "retry", "\(row)", "--person", "P-2", "--reason", "quality let it pass"])
    try line.waitUntilDelivered()
    #expect(try Self.state(look) == "done")
    #expect(try line.told(["outbox", "show", "\(row)"]).contains("delivered"))

    line.endDaemon()
    let changes = try Self.changeBehindOurBack(look, line)
    try line.forgetComparison()
    try line.startDaemon()
    try Self.expectAlarms(changes, line)
  }

  // MARK: A right is missing

  private static let missingGroups = ["Production", "Quality"]

  /// What the ERP does not let our user do is named with the group that may, about the material and in the row; with the
  /// right, the same rows are delivered.
  private static func missingRights(_ line: TrytonLine) throws {
    try line.wait("the release and two consumptions are refused") {
      try line.ledger { try $0.outboxBacklog() }.waitingRows == 0
        && Set(try line.rows(.refused).filter { $0.kind == "material-movement" }.map(\.idempotencyKey)).count >= 3
    }
    let refused = try line.rows(.refused)
    #expect(try line.rows(.blocked).isEmpty)
    let released = try #require(refused.first { $0.lastAnswer?.contains("quality.inspection") == true })
    #expect(released.material == "ML-000001" && released.lastAnswer?.contains("\"Quality\"") == true)
    let used = refused.filter { $0.lastAnswer?.contains("may not write production there") == true }
    #expect(
      used.contains { $0.material == "M-VALVE-1" }
        && used.allSatisfy { $0.lastAnswer?.contains("\"Production\"") == true })
    let shown = try line.told(["outbox", "show", "\(released.id)"])
    #expect(shown.contains("may not create quality.inspection there") && shown.contains("outbox retry \(released.id)"))
    let exceptions = try line.ledger { try $0.events(about: .material("ML-000001")) }.filter {
      if case .deliveryBlocked = $0.event { true } else { false }
    }
    #expect(!exceptions.isEmpty)

    try line.groups(missingGroups, "add")
    let numbers = refused.map { String($0.id) }
    _ = try line.told(["outbox", "retry"] + numbers + ["--person", "P-2", "--reason", "the right was given"])
    try line.wait("what was refused is delivered") {
      let delivered = Set(try line.rows(.delivered).map(\.id))
      return try refused.allSatisfy { delivered.contains($0.id) } && line.rows(.refused).isEmpty
    }
  }

  // MARK: Refused

  /// From now on Tryton finds the temperature of every seal too high.
  private static func narrowTheWindow(_ look: TrytonClient) throws {
    let points = try look.search("quality.control.point", [["string", "=", "seal.temperature.mean"]], fields: ["id"])
    let point = try #require(points.first?["id"] as? Int)
    try look.write("quality.control.point", id: point, ["tolerance_lower": 0.0, "tolerance_upper": narrowWindow])
  }

  private static func blockedRow(_ line: TrytonLine) throws -> Int64 {
    try line.wait("the record is blocked") { try line.ledger { try $0.outboxBacklog() }.blockedRows > 0 }
    let rows = try line.ledger { try $0.outboxRows(in: [.blocked], limit: 10) }
    let row = try #require(rows.first)
    #expect(rows.count == 1 && row.kind == "batch-record")
    let list = try line.told(["outbox", "list"])
    #expect(list.contains("blocked") && list.contains("inspection") && list.contains(TrytonLine.lot), "\(list)")
    return row.id
  }

  private static func pass(_ look: TrytonClient) throws {
    let failed = try look.search("quality.inspection", [["state", "=", "failed"]], fields: ["id"])
      .compactMap { $0["id"] as? Int }
    #expect(failed.count == 1)
    try look.model("quality.inspection.pass_", [failed])
  }

  private static func state(_ look: TrytonClient) throws -> String? {
    try look.search("production", [["reference", "=", TrytonLine.lot]], fields: ["state"]).first?["state"] as? String
  }

  // MARK: Changed

  /// Field, what was delivered, what stands there now.
  private typealias Change = (field: String, delivered: String, found: String)

  private static func changeBehindOurBack(_ look: TrytonClient, _ line: TrytonLine) throws -> [Change] {
    let lots = try look.search("stock.lot", [["number", "=", "ML-000001"]], fields: ["id"])
    try look.write("stock.lot", id: try #require(lots.first?["id"] as? Int), ["number": "ML-000009"])
    let productions = try look.search("production", [["reference", "=", TrytonLine.lot]], fields: ["id"])
    try look.write("production", id: try #require(productions.first?["id"] as? Int), ["quantity": 2_001.0])
    let attachments = try look.search(
      "ir.attachment", [["name", "like", "EBR-%"], ["resource", "like", "stock.lot,%"]], fields: ["id"])
    try look.write(
      "ir.attachment", id: try #require(attachments.first?["id"] as? Int),
      ["data": TrytonClient.bytes(Data("other".utf8))])
    let records = try line.ledger { try $0.outboxRows(in: [.delivered], limit: 100) }.filter {
      $0.kind == "batch-record"
    }
    let record = try #require(records.first)
    #expect(records.count == 1)
    // SHA-256 of "other".
    let other = "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"
    return [
      ("lot number", "ML-000001", "ML-000009"), ("order quantity", "2000", "2001"),
      ("attachment sha256 (lot)", record.payloadSHA256, other),
    ]
  }

  private static func expectAlarms(_ changes: [Change], _ line: TrytonLine) throws {
    func drifts() throws -> [DeliveryDrift] {
      try line.ledger { try $0.alarms(from: nil, until: nil) }.filter { $0.alarm.kind == .erpDrift }
        .compactMap(\.alarm.drift)
    }
    try line.wait("three alarms") { try drifts().count >= changes.count }
    let found = try drifts()
    #expect(found.count == changes.count, "\(found.map { "\($0.field): \($0.delivered) / \($0.found)" })")
    let list = try line.told(["alarms", "list"])
    for change in changes {
      #expect(
        found.contains {
          $0.field == change.field && $0.delivered == change.delivered && $0.found == change.found
        }, "\(change)")
      #expect(list.contains(change.delivered) && list.contains(change.found), "\(change) in:\n\(list)")
    }
  }
}
