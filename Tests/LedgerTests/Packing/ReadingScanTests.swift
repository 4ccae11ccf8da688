import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Readings by their own time")
struct ReadingScanTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("scan") }

  @Test("commits give what a plain filter gives, late readings too, in the order of arrival")
  func commits() throws {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var writer = try CommitWriter(store, seed: 5)
    for _ in 0..<120 { try writer.commit() }
    for window in writer.windows(60) {
      let found = try store.reader.scan(of: writer.parameters, in: window)
      #expect(found.missing.isEmpty)
      #expect(found.readings == writer.readings(in: window))
    }
  }

  @Test("what was set aside is named as missing, and the rest is given")
  func quarantine() throws {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var writer = try CommitWriter(store, seed: 6)
    for _ in 0..<20 { try writer.commit() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(10_000))
    group.upkeep = [
      .quarantine(QuarantinedStretch(place: .readings, first: 4, last: 6, reason: "flipped", foundAt: 1))
    ]
    _ = try store.commit(group)
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    let named = found.missing.map(\.firstBatch)
    #expect(named == writer.commits.filter { (4...6).contains($0.id) && !$0.readings.isEmpty }.map(\.id))
    #expect(found.missing.allSatisfy { $0.cause == .quarantined("flipped") })
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max) { !(4...6).contains($0) })
  }

  @Test("a commit with a damaged byte gives no value, although its bytes can be read")
  func damagedByte() throws {
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var writer = try CommitWriter(store, seed: 7)
    for _ in 0..<12 { try writer.commit() }
    let damaged = try #require(writer.commits.last { !$0.readings.isEmpty })
    let queue = try DatabaseQueue(path: store.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      let found = try Data.fetchOne(db, sql: "SELECT body FROM commit_group WHERE id = ?", arguments: [damaged.id])
      var body = try #require(found)
      // The last byte belongs to the last reading.
      body[body.count - 1] ^= 1
      try db.execute(sql: "UPDATE commit_group SET body = ? WHERE id = ?", arguments: [body, damaged.id])
    }
    try queue.close()
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    #expect(found.missing.map(\.firstBatch) == [damaged.id])
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max) { $0 != damaged.id })
  }
}
