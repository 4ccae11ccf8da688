import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Which outbox rows go next")
struct OutboxReadingTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("outbox") }

  private func raw(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in try db.execute(sql: sql) }
    try queue.close()
  }

  private struct Seed {
    var id: Int64
    var key: String?
    var state: String
    var due: Int64

    var values: String {
      "(\(id), 'k', \(key.map { "'\($0)'" } ?? "NULL"), 'i\(id)', '', x'41', '\(state)', 0, 0, \(due))"
    }
  }

  private static let insert =
    "INSERT INTO outbox (id, kind, order_key, idempotency_key, payload_sha256, payload, state, attempts, created_at, next_attempt_at) VALUES "

  /// Against a slow and obvious reading of the rule, row by row.
  @Test(arguments: 1...40) func agreesWithTheObviousReading(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let keys: [String?] = ["lot:A", "lot:B", "material:A", nil]
    let states = ["pending", "pending", "pending", "blocked", "delivered", "refused"]
    let rows: [Seed] = (1...Int64.random(in: 1...14, using: &generator)).map { id in
      return Seed(
        id: id, key: keys.randomElement(using: &generator) ?? nil,
        state: states.randomElement(using: &generator) ?? "pending",
        due: [0, 900, 1_000, 1_001, 1_500, 2_000, 2_001, 9_000].randomElement(using: &generator) ?? 0)
    }
    let store = try LedgerStore(path: path)
    defer { store.close() }
    try raw(Self.insert + rows.map(\.values).joined(separator: ","))
    let limit = Int.random(in: 1...5, using: &generator)
    func isOpen(_ row: Seed) -> Bool { row.state == "pending" || row.state == "blocked" }
    func isFree(_ row: Seed) -> Bool {
      row.state == "pending"
        && !rows.contains { $0.key != nil && $0.key == row.key && $0.id < row.id && isOpen($0) }
    }
    let free = rows.filter(isFree)
    // Now is 1,000 and no wait is longer than 1,000.
    let due = free.filter { $0.due <= 1_000 || $0.due > 2_000 }.prefix(limit).map(\.id)
    let later = free.filter { $0.due > 1_000 && $0.due <= 2_000 }.min { ($0.due, $0.id) < ($1.due, $1.id) }
    var expected = Array(due)
    if due.count < limit, let later { expected.append(later.id) }
    let found = try store.reader.nextOutboxRows(
      at: Timestamp(microseconds: 1_000), longestWaitMicroseconds: 1_000, limit: limit)
    #expect(found.map(\.id) == expected)
    #expect(found.allSatisfy { $0.payload.isEmpty })
    for key in keys.compactMap({ $0 }) {
      let first = try store.reader.firstOutboxRow(of: key)
      #expect(first?.id == rows.first { $0.key == key && isOpen($0) }?.id)
    }
    let backlog = try store.reader.outboxBacklog()
    #expect(backlog.waitingRows == rows.count { $0.state == "pending" })
    #expect(backlog.blockedRows == rows.count { $0.state == "blocked" })
    #expect((backlog.oldestWaitingSince != nil) == rows.contains { $0.state == "pending" })
  }

  @Test("a ledger of before the order keys keeps the order of its lots")
  func migration() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID); " + Schema.steps[0])
      try db.execute(
        sql: """
          INSERT INTO outbox VALUES (1, 'batch-record', 'L-1', 'a', '', x'41', 'blocked', 1, 0, 0, 'no');
          INSERT INTO outbox VALUES (2, 'batch-record', 'L-1', 'b', '', x'42', 'pending', 0, 0, 0, NULL);
          INSERT INTO outbox VALUES (3, 'batch-record', 'L-2', 'c', '', x'43', 'pending', 0, 0, 0, NULL);
          PRAGMA user_version = 1
          """)
    }
    try queue.close()
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let rows = try store.reader.nextOutboxRows(
      at: Timestamp(microseconds: 1), longestWaitMicroseconds: 1, limit: 10)
    #expect(rows.map(\.id) == [3])
    #expect(try store.reader.openOutboxRows(limit: 10).map(\.orderKey) == ["lot:L-1", "lot:L-1", "lot:L-2"])
  }

  @Test("the look at a long backlog behind a blocked row is by index")
  func index() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let plan = try store.reader.read { db in
      try Row.fetchAll(
        db,
        sql: """
          EXPLAIN QUERY PLAN SELECT a.id FROM outbox a WHERE a.state = 'pending' AND NOT EXISTS (
            SELECT 1 FROM outbox b WHERE b.order_key = a.order_key AND b.id < a.id AND b.state IN ('pending', 'blocked'))
          ORDER BY a.id LIMIT 1
          """
      ).map { $0["detail"] as String }
    }
    #expect(plan.contains { $0.contains("SEARCH b") && $0.contains("outbox_order") }, "\(plan)")
    #expect(!plan.contains { $0.contains("SCAN") }, "\(plan)")
  }
}
