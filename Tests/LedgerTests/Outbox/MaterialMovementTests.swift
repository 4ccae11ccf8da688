import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Movements of material that are owed to the ERP")
struct MaterialMovementTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("movements") }

  static let at = Timestamp(microseconds: 1_795_000_000_000_000)
  static let received = MaterialReceived(
    material: "ML-000001", item: "FILM", supplierLot: "S/1", quantity: Quantity(millionths: 12_500_000),
    unusableFrom: Timestamp(iso8601: "2027-01-01"), container: "003", serial: nil, delivery: "PO-1", station: "dock",
    person: "P-1", at: at)
  static let picked = MaterialPicked(
    order: "WO-1", material: "ML-000001", item: "FILM", substituteFor: "FILM-A", quantity: Quantity(3),
    insteadOf: "ML-000000", station: "store", person: "P-1", at: at)
  static let unpicked = MaterialUnpicked(
    order: "WO-1", material: "ML-000001", item: "FILM", quantity: Quantity(1), station: "store", person: "P-1", at: at)
  static let consumed = MaterialConsumed(
    run: "R-1", materialLot: "ML-000001", item: "FILM", person: "P-2", quantity: 2.5, serial: "77",
    fromPicked: [.init(order: "WO-1", quantity: Quantity(2))], at: at)
  static let disposed = MaterialDisposed(
    material: "ML-000001", status: .released, person: "P-3", reason: "CoA \"ok\"", at: at)

  static let movements: [(event: Event, name: String)] = [
    (.materialReceived(received), "receipt"),
    (.materialDisposed(disposed), "release"),
    (.materialPicked(picked), "pick"),
    (.materialUnpicked(unpicked), "unpick"),
    (.materialConsumed(consumed), "consumption"),
    (.stepUndone(StepUndone(station: "sealer", person: "P-2", step: .consumed(consumed), at: at)), "undo"),
  ]

  private func record(_ event: Event) -> EventRecord {
    EventRecord(
      sequence: 7, time: Self.at, monotonicMicroseconds: 0, actor: "", derived: false, event: event,
      canonicalBytes: [], hash: [UInt8](repeating: 0xAB, count: 32))
  }

  private func text(_ event: Event) throws -> String {
    let movement = try #require(MaterialMovement(record(event)))
    return String(decoding: try movement.canonicalBytes(), as: UTF8.self)
  }

  @Test("the bytes of each movement")
  func bytes() throws {
    let hash = String(repeating: "ab", count: 32)
    let time = Self.at.description
    #expect(
      try text(.materialReceived(Self.received))
        == #"{"at":"\#(time)","container":"003","delivery":"PO-1","event":7,"event_hash":"\#(hash)","item":"FILM","#
        + #""material_lot":"ML-000001","movement":"receipt","person":"P-1","quantity":"12.5","station":"dock","#
        + #""supplier_lot":"S/1","unusable_from":"2027-01-01T00:00:00.000000Z"}"#)
    #expect(
      try text(.stepUndone(StepUndone(station: "sealer", person: "P-9", step: .consumed(Self.consumed), at: Self.at)))
        == #"{"at":"\#(time)","event":7,"event_hash":"\#(hash)","from_picked":[{"quantity":"2","work_order":"WO-1"}],"#
        + #""item":"FILM","material_lot":"ML-000001","movement":"undo","person":"P-9","quantity":"2.5","run":"R-1","#
        + #""serial":"77","station":"sealer","undoes":{"at":"\#(time)","movement":"consumption"}}"#)
    #expect(
      try text(.materialDisposed(Self.disposed))
        == #"{"at":"\#(time)","event":7,"event_hash":"\#(hash)","material_lot":"ML-000001","movement":"release","#
        + #""person":"P-3","reason":"CoA \"ok\"","status":"released"}"#)
    #expect(try text(.materialPicked(Self.picked)).contains(#""instead_of":"ML-000000""#))
    var use = Self.consumed
    use.totals = MaterialTotals(order: "WO-1", pickedInAll: Quantity(1), consumedInAll: Quantity(4))
    #expect(try text(.materialConsumed(use)).hasSuffix(#""serial":"77","work_order":"WO-1"}"#))
    #expect(try text(.materialConsumed(use)).contains(#","picked_in_all":"1","quantity":"2.5","#))
    // Those after the undo count, not those of the step.
    let back = StepUndone(
      station: "sealer", person: "P-9", step: .consumed(use), at: Self.at,
      totals: MaterialTotals(order: "WO-1", pickedInAll: Quantity(3), consumedInAll: nil))
    // What was consumed is not known: no state is told, the order is.
    #expect(try text(.stepUndone(back)).contains(#""work_order":"WO-1""#))
    #expect(!(try text(.stepUndone(back)).contains("_in_all")))
    #expect(try text(.materialUnpicked(Self.unpicked)).contains(#""work_order":"WO-1""#))
    for (status, name) in [(MaterialLot.Status.blocked, "block"), (.quarantined, "quarantine")] {
      var disposed = Self.disposed
      disposed.status = status
      #expect(try text(.materialDisposed(disposed)).contains("\"movement\":\"\(name)\""))
    }
    var blind = Self.consumed
    blind.quantity = nil
    #expect(!(try text(.materialConsumed(blind)).contains("\"quantity\":\"2.5\"")))
  }

  @Test("what was written is read again, and written as the same bytes")
  func readAgain() throws {
    let undone: [UndoableStep] = [.received(Self.received), .picked(Self.picked), .unpicked(Self.unpicked)]
    let steps = undone.map { Event.stepUndone(StepUndone(station: "s", person: "P-2", step: $0, at: Self.at)) }
    for event in Self.movements.map(\.event) + steps {
      let movement = try #require(MaterialMovement(record(event)))
      let bytes = try movement.canonicalBytes()
      let read = try JSONDecoder().decode(MaterialMovement.self, from: Data(bytes))
      #expect(read == movement)
      #expect(try read.canonicalBytes() == bytes)
    }
  }

  @Test("a row of the first program that wrote movements is read: no work order, no totals")
  func formerRow() throws {
    let text =
      #"{"at":"2026-11-20T10:00:00.000000Z","event":7,"event_hash":"ab","from_picked":[{"quantity":"2","work_order":"#
      + #""WO-1"}],"item":"FILM","material_lot":"ML-000001","movement":"consumption","person":"P-2","quantity":"2.5","#
      + #""run":"R-1"}"#
    let read = try JSONDecoder().decode(MaterialMovement.self, from: Data(text.utf8))
    #expect(read.movement == .consumption && read.run == "R-1" && read.quantity == Quantity(millionths: 2_500_000))
    #expect(read.workOrder == nil && read.pickedInAll == nil && read.consumedInAll == nil)
    #expect(read.fromPicked == [.init(workOrder: "WO-1", quantity: Quantity(2))])
    #expect(try read.canonicalBytes() == Array(text.utf8))
  }

  @Test("what moves nothing is owed nothing")
  func others() {
    let others: [Event] = [
      .materialLotUpdated(MaterialLot(number: "M", item: "I", status: .released)),
      .recordingStopped(RecordingStopped(reason: "")),
      .receiptOpened(ReceiptOpened(station: "dock", delivery: nil, person: "P-1", at: Self.at)),
    ]
    for event in others { #expect(MaterialMovement(record(event)) == nil) }
  }

  @Test("each movement becomes a row in the transaction of its event")
  func rows() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = Self.movements.map { .init($0.event, actor: "person P-1") }
    let receipt = try store.commit(group)
    let rows = try store.reader.openOutboxRows(limit: 100)
    #expect(rows.count == Self.movements.count)
    for ((row, record), movement) in zip(zip(rows, receipt.events), Self.movements) {
      #expect(row.kind == "material-movement" && row.lot == nil && row.material == "ML-000001")
      let hash = record.hash.prefix(8).map { String(format: "%02x", $0) }.joined()
      #expect(row.idempotencyKey == "lotwire:movement:00000000000\(record.sequence):\(hash)")
      let payload = String(decoding: try store.reader.outboxPayload(of: row.id), as: UTF8.self)
      #expect(payload.contains("\"movement\":\"\(movement.name)\""))
      #expect(payload.contains("\"event\":\(record.sequence),"))
    }
    // One material lot: only its first movement may go.
    let next = try store.reader.nextOutboxRows(at: Self.at, longestWaitMicroseconds: 1, limit: 100)
    #expect(next.map(\.id) == [rows[0].id])
  }

  @Test("a refused movement is done with and holds back nothing")
  func refused() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = Self.movements.prefix(2).map { .init($0.event, actor: "person P-1") }
    _ = try store.commit(group)
    let first = try #require(try store.reader.openOutboxRows(limit: 1).first)
    let report = DeliveryReport(
      outboxRow: first.id, idempotencyKey: first.idempotencyKey, lot: nil, material: first.material, connector: "http",
      outcome: .blocked(reason: "closed"))
    var delivery = CommitGroup(clock: LedgerStoreTests.clock(2))
    delivery.deliveries = [report]
    _ = try store.commit(delivery)
    let next = try store.reader.nextOutboxRows(
      at: LedgerStoreTests.clock(3).utc, longestWaitMicroseconds: 1, limit: 100)
    #expect(next.map(\.id) == [first.id + 1])
    #expect(try store.reader.outboxBacklog().blockedRows == 0)
    // A late second report of the same row changes nothing.
    var again = CommitGroup(clock: LedgerStoreTests.clock(4))
    again.deliveries = [report]
    _ = try store.commit(again)
    #expect(try store.reader.openOutboxRows(limit: 10).map(\.id) == [first.id + 1])
  }
}
