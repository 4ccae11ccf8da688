import BatchRecord
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Records on their way into Tryton: the lot, the checkpoint.
@Suite struct RecordFlowTests {
  static let note = Array("lotwire/line-1\n7\nabc=\nreadings 1 00\n".utf8)

  private func deliver(
    _ tryton: TableTryton, _ row: OutboxRow, _ journal: KeptNotes = KeptNotes()
  ) async throws -> DeliveryBoard<RecordFlow.Job>.End? {
    try await RecordFlow(desk: tryton.desk(journal: journal), ledger: TrytonLedger(checkpoint: { Self.note })).run([
      .init(row: row, extract: try LotExtract(sealedBytes: row.payload))
    ])[0]
  }

  /// A record of the first of two lots: nothing is booked with it yet.
  private func first() throws -> (TableTryton, OutboxRow) {
    var rows = TrytonRows()
    var tables = try RecordComparisonTests.tables([], state: "waiting")
    tables["stock.lot"] = [RecordComparisonTests.lot(31, "L-1")]
    return (TableTryton(tables), try rows.record(RecordsThereTests.made("L-1")))
  }

  @Test("the expiry that the ERP gave a planned lot becomes ours, and a note says what stood there")
  func expiry() async throws {
    let (tryton, row) = try first()
    tryton.edit("stock.lot") { $0[0]["expiration_date"] = .date(year: 2028, month: 10, day: 1) }
    for _ in 1...2 {
      #expect(try await deliver(tryton, row) == .success("production,7, expiry 2028-11-19"))
      #expect(tryton.rows("stock.lot")[0]["expiration_date"] == .date(year: 2028, month: 11, day: 19))
      let notes = tryton.rows("ir.note").filter { $0["resource"] == .text("stock.lot,31") }
      #expect(notes.count == 1)
      guard case .text(let text)? = notes.first?["message"] else { return }
      #expect(text.hasPrefix("\(row.idempotencyKey):expiry ") && text.contains("expiry was 2028-10-01"))
    }
    #expect(tryton.changes.filter { $0 == "stock.lot.write" }.count == 1)
  }

  @Test("a checkpoint is noted before it is sent, short, and once; one that was changed in the ERP blocks")
  func checkpoint() async throws {
    let (tryton, row) = try first()
    let journal = KeptNotes()
    for _ in 1...2 { #expect(try await deliver(tryton, row, journal) == .success("production,7, expiry 2028-11-19")) }
    let noted = journal.notes.filter { $0.kind == .checkpointAnchored }
    #expect(noted.map(\.text) == ["tree 7, root abc=, sha256 \(lowerCaseSHA256(Self.note))"])
    tryton.edit("ir.attachment") { files in
      for place in files.indices {
        guard case .text(let name)? = files[place]["name"], name.hasSuffix(RecordFile.checkpointEnding) else {
          continue
        }
        files[place]["data"] = .bytes(Array("other".utf8))
      }
    }
    guard case .failure(.blocked(let reason))? = try await deliver(tryton, row, journal) else {
      Issue.record("a changed checkpoint passes")
      return
    }
    #expect(reason.contains("was changed: it holds sha256:\(lowerCaseSHA256(Array("other".utf8)))"))
    #expect(journal.notes.count == 1)
  }

  @Test("an addendum of a record that a person set aside is attached and books only what is new in it")
  func doneByHand() async throws {
    var rows = TrytonRows()
    let other = try rows.record(RecordsThereTests.made("L-1"))
    let setAside = try rows.record(RecordsThereTests.made("L-2"))
    let addendum = try rows.record(RecordsThereTests.made("L-2"), revision: 1)
    let correction = try rows.record(RecordsThereTests.made("L-2", good: "9"), revision: 2)
    for (row, books) in [(addendum, false), (correction, true)] {
      let tryton = TableTryton(try RecordComparisonTests.tables([other], state: "waiting"))
      let flow = RecordFlow(
        desk: tryton.desk(journal: KeptNotes()),
        ledger: TrytonLedger(lastSetAside: { asked in asked.id == row.id ? setAside.payload : nil }))
      let jobs = [RecordFlow.Job(row: row, extract: try LotExtract(sealedBytes: row.payload))]
      // The tables cannot carry a booking to its end.
      let end = try? await flow.run(jobs)[0]
      let attached = tryton.rows("ir.attachment").filter { $0["resource"] == .text("production,7") }
      #expect(attached.count == 2)
      #expect(tryton.changes.contains { $0.hasPrefix("production.") } == books, "\(tryton.changes)")
      if !books { #expect(end == .success("production,7, expiry 2028-11-19")) }
    }
  }

  @Test("what was set aside and cannot be read: the row comes again")
  func setAsideUnread() async throws {
    struct Closed: Error {}
    var rows = TrytonRows()
    let row = try rows.record(RecordsThereTests.made("L-2"), revision: 1)
    let tryton = TableTryton(try RecordComparisonTests.tables([], state: "waiting"))
    let flow = RecordFlow(
      desk: tryton.desk(journal: KeptNotes()), ledger: TrytonLedger(lastSetAside: { _ in throw Closed() }))
    let jobs = [RecordFlow.Job(row: row, extract: try LotExtract(sealedBytes: row.payload))]
    await #expect(throws: DeliveryStop.self) { try await flow.run(jobs) }
    #expect(!tryton.changes.contains { $0.hasPrefix("production.") })
  }

  @Test("what the ledger was not told of is not sent")
  func untold() async throws {
    let (tryton, row) = try first()
    let desk = TrytonDesk(calls: tryton, options: TrytonDeliveryOptions(), journal: ClosedJournal(), row: nil)
    let flow = RecordFlow(desk: desk, ledger: TrytonLedger(checkpoint: { Self.note }))
    let jobs = [RecordFlow.Job(row: row, extract: try LotExtract(sealedBytes: row.payload))]
    await #expect(throws: DeliveryStop.self) { try await flow.run(jobs) }
    #expect(
      !tryton.rows("ir.attachment").contains { row in
        if case .text(let name)? = row["name"] { name.hasSuffix(RecordFile.checkpointEnding) } else { false }
      })
  }
}
