import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("What goes next out of a long backlog")
struct LongBacklogTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("backlog") }

  /// Rows of which the first `held` wait behind a blocked one, then `count` in turn for 50 keys, then the newest.
  private func fill(held: Int, count: Int) throws -> LedgerStore {
    let store = try LedgerStore(path: path)
    let queue = try DatabaseQueue(path: path)
    let columns =
      "kind, order_key, idempotency_key, payload_sha256, payload, state, attempts, created_at, next_attempt_at"
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO outbox (\(columns)) VALUES ('k', 'lot:held', 'b', '', x'41', 'blocked', 1, 0, 0);
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(held))
          INSERT INTO outbox (\(columns)) SELECT 'k', 'lot:held', 'h' || i, '', x'41', 'pending', 0, i, 0 FROM n;
          WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
          INSERT INTO outbox (\(columns))
            SELECT 'k', 'material:' || (i % 50), 'c' || i, '', x'41', 'pending', 0, \(held) + i, 0 FROM n;
          INSERT INTO outbox (\(columns))
            VALUES ('k', 'lot:new', 'n', '', x'41', 'pending', 0, \(held + count + 1), 0),
              ('k', 'material:7', 'm', '', x'41', 'pending', 0, \(held + count + 2), 0);
          """)
    }
    try queue.close()
    return store
  }

  @Test("rows behind a blocked one do not hide the others, and the newest are found from the other end")
  func manyRows() throws {
    let held = FirstOfTheirKeys.maximumRowsLookedAt + 1_000
    let store = try fill(held: held, count: 20_000)
    defer { store.close() }
    let reader = store.reader
    let next = try reader.nextOutboxRows(at: Timestamp(microseconds: 1), longestWaitMicroseconds: 1, limit: 100)
    // The first of each of the fifty keys, then the one of the newest key.
    #expect(next.map(\.id) == (1...50).map { Int64(held + 1 + $0) } + [Int64(held + 1 + 20_000 + 1)])
    let live = try reader.liveOutboxRows(since: Timestamp(microseconds: Int64(held + 20_000 + 1)), limit: 256)
    #expect(live.map(\.orderKey) == ["material:7", "lot:new"])
    #expect(live.first?.id == Int64(held + 1 + 7))
    #expect(try reader.liveOutboxRows(since: Timestamp(microseconds: .max), limit: 256).isEmpty)
  }

  @Test("what follows in a key, what is older, and what still waits")
  func followers() throws {
    let store = try fill(held: 2, count: 200)
    defer { store.close() }
    let reader = store.reader
    #expect(try reader.firstOutboxRow(of: "lot:held")?.state == .blocked)
    #expect(try reader.firstOutboxRow(of: "lot:held", after: 1)?.id == 2)
    #expect(try reader.firstOutboxRow(of: "material:1", after: 4)?.id == 54)
    #expect(try reader.firstOutboxRow(of: "lot:new", after: 1_000) == nil)
    // The first row is blocked.
    #expect(try !reader.isOlderOutboxRowOpen(than: 2))
    #expect(try reader.isOlderOutboxRowOpen(than: 3))
    let waiting = try reader.waitingOutboxRows([9, 1, 3], maximumBytes: 10)
    #expect(waiting.map(\.id) == [9, 3])
    #expect(waiting.allSatisfy { $0.payload == [0x41] })
    #expect(try reader.waitingOutboxRows([9, 1, 3], maximumBytes: 1).map(\.id) == [9])
  }

  @Test("delivered rows are read in bounded pieces")
  func delivered() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      for id in [2, 3, 5, 8, 13, 21] {
        let state = id == 5 ? "blocked" : "delivered"
        try db.execute(
          sql: """
            INSERT INTO outbox (id, kind, idempotency_key, payload_sha256, payload, state, attempts, created_at,
              next_attempt_at) VALUES (?, 'k', ?, '', zeroblob(100), ?, 1, ?, 0)
            """, arguments: [id, "i\(id)", state, id * 10])
      }
    }
    try queue.close()
    let reader = store.reader
    #expect(try reader.deliveredOutboxRows(after: 2, limit: 3, maximumBytes: 1_000).map(\.id) == [3, 8, 13])
    #expect(try reader.deliveredOutboxRows(after: 2, limit: 3, maximumBytes: 250).map(\.id) == [3, 8])
    #expect(try reader.deliveredOutboxRows(after: 2, limit: 3, maximumBytes: 1).map(\.id) == [3])
    #expect(try reader.deliveredOutboxRows([21, 5, 2, 99], maximumBytes: 1_000).map(\.id) == [2, 21])
    #expect(try reader.deliveredOutboxRowCount(after: 3) == 3)
    for (time, expected) in [(0, 0), (20, 0), (21, 2), (31, 3), (50, 3), (81, 8), (210, 13), (211, 21), (999, 21)] {
      let found = try reader.lastOutboxRow(before: Timestamp(microseconds: Int64(time)))
      // Any place between the last row before and the first one behind will do.
      let rows: [Int64] = [0, 2, 3, 5, 8, 13, 21, .max]
      let next = rows.first { $0 > Int64(expected) } ?? .max
      #expect(found >= Int64(expected) && found < next, "before \(time): \(found)")
    }
  }
}
