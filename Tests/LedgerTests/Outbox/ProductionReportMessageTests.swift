import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Reports of production that are owed to the ERP")
struct ProductionReportMessageTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("reports") }

  static let at = Timestamp(microseconds: 1_795_000_000_000_000)

  static var operation: ProductionReport {
    var report = ProductionReport(.operation, lot: "L/1", workOrder: "WO-1", person: "P-1", at: at)
    report.station = "sealer"
    report.operation = "seal"
    report.run = "R-1"
    report.startedAt = at.advanced(byMicroseconds: -90_000_000)
    report.endedAt = at
    report.completedOperation = true
    report.good = Quantity(1_990)
    report.scrap = [RejectedQuantity(quantity: Quantity(millionths: 8_500_000), reason: "烧焦")]
    report.unit = "pcs"
    return report
  }

  private func text(_ report: ProductionReport) throws -> String {
    let record = EventRecord(
      sequence: 7, time: Self.at, monotonicMicroseconds: 0, actor: "", derived: true,
      event: .productionReported(report), canonicalBytes: [], hash: [UInt8](repeating: 0xAB, count: 32))
    #expect(ProductionReportMessage.idempotencyKey(of: record) == "lotwire:report:000000000007:abababababababab")
    return String(decoding: try #require(ProductionReportMessage(record)).canonicalBytes(), as: UTF8.self)
  }

  @Test("the bytes of each report")
  func bytes() throws {
    let hash = String(repeating: "ab", count: 32)
    #expect(
      try text(Self.operation)
        == #"{"at":"\#(Self.at)","completed_operation":true,"ended_at":"\#(Self.at)","event":7,"event_hash":"\#(hash)","#
        + #""good":"1990","lot":"L/1","operation":"seal","person":"P-1","report":"operation","run":"R-1","#
        + #""scrap":[{"quantity":"8.5","reason":"烧焦"}],"started_at":"\#(Self.at.advanced(byMicroseconds: -90_000_000))","#
        + #""station":"sealer","unit":"pcs","work_order":"WO-1"}"#)
    var hold = ProductionReport(.hold, lot: "L/1", workOrder: "WO-1", person: nil, at: Self.at)
    hold.reason = "too hot"
    hold.alarm = "A-000001"
    #expect(
      try text(hold)
        == #"{"alarm":"A-000001","at":"\#(Self.at)","event":7,"event_hash":"\#(hash)","lot":"L/1","reason":"too hot","#
        + #""report":"hold","work_order":"WO-1"}"#)
    hold.kind = .holdLifted
    #expect(try text(hold).contains(#""report":"hold_lifted""#))
    hold.kind = .quantities
    #expect(try text(hold).contains(#""report":"quantities""#))
  }

  @Test("what was written is read again, and written as the same bytes", arguments: ProductionReport.Kind.allCases)
  func readAgain(_ kind: ProductionReport.Kind) throws {
    var told = Self.operation
    told.kind = kind
    told.rework = [RejectedQuantity(quantity: Quantity(2), reason: "fold")]
    told.alarm = kind == .hold ? "A-000001" : nil
    let bytes = Array(try text(told).utf8)
    let read = try JSONDecoder().decode(ProductionReportMessage.self, from: Data(bytes))
    #expect(read.lot == "L/1" && read.rework == [.init(quantity: Quantity(2), reason: "fold")])
    #expect((read.report == .holdLifted) == (kind == .holdLifted))
    #expect(try read.canonicalBytes() == bytes)
  }

  @Test("each report becomes a row of its lot, in the transaction of its event, and is verified with it")
  func rows() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = [
      .init(.productionReported(Self.operation), actor: "recorder", derived: true),
      .init(.recordingStopped(RecordingStopped(reason: "")), actor: "recorder"),
    ]
    let receipt = try store.commit(group)
    let row = try #require(try store.reader.openOutboxRows(limit: 10).first)
    #expect(try store.reader.openOutboxRows(limit: 10).count == 1)
    #expect(row.kind == "production-report" && row.lot == "L/1" && row.orderKey == "lot:L/1" && row.material == nil)
    #expect(row.idempotencyKey == ProductionReportMessage.idempotencyKey(of: receipt.events[0]))
    #expect(try findings(store).isEmpty)

    // A row that says something else than its event, and one that is gone.
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "UPDATE outbox SET payload = x'7b7d'") }
    #expect(try findings(store).count == 2)
    try queue.write { try $0.execute(sql: "DELETE FROM outbox") }
    #expect(try findings(store).map(\.words.english).contains { $0.contains("there is no such row") })
  }

  private func findings(_ store: LedgerStore) throws -> [LedgerFinding] {
    var verification = LedgerVerification(store.reader)
    return verification.run().findings
  }

  @Test("a report that the ERP refuses holds back nothing of its lot")
  func refused() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = [1, 2].map { _ in .init(.productionReported(Self.operation), actor: "recorder", derived: true) }
    _ = try store.commit(group)
    let first = try #require(try store.reader.firstOutboxRow(of: "lot:L/1"))
    var delivery = CommitGroup(clock: LedgerStoreTests.clock(2))
    delivery.deliveries = [
      DeliveryReport(
        outboxRow: first.id, idempotencyKey: first.idempotencyKey, lot: first.lot, connector: "tryton",
        outcome: .blocked(reason: "closed"))
    ]
    _ = try store.commit(delivery)
    #expect(try store.reader.firstOutboxRow(of: "lot:L/1")?.id == first.id + 1)
    #expect(try store.reader.outboxBacklog().refusedRows == 1)
  }
}
