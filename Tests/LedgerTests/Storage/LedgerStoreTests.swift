import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Ledger")
struct LedgerStoreTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("ledger") }

  static func clock(_ second: Int64) -> ClockReading {
    ClockReading(
      utc: Timestamp(microseconds: 1_795_000_000_000_000 + second * 1_000_000),
      monotonicMicroseconds: second * 1_000_000)
  }

  /// A store with a parameter, and groups with readings and events.
  private func fill(groups: Int) throws -> LedgerStore {
    let store = try LedgerStore(path: path)
    let parameters = try Self.register(store)
    for number in 1...groups {
      var group = CommitGroup(clock: Self.clock(Int64(number)))
      group.events = [
        .init(.lotHeld(LotHeld(lot: "L-\"1\"", person: "P-1", reason: "check \(number)")), actor: "person P-1")
      ]
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: [Reading(parameter: parameters[0].index, time: group.clock.utc, value: Double(number))])
      ]
      #expect(try store.commit(group).events.count == 1)
    }
    return store
  }

  static func register(_ store: LedgerStore) throws -> [RegisteredParameter] {
    let plan = ParameterPlan(
      name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C", expectedIntervalMicroseconds: 0)
    return try store.register([(station: "sealer", plan: plan)], devices: ["plc-1"])
  }

  private func raw(_ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in try db.execute(sql: sql) }
    try queue.close()
  }

  @Test("finds the plan of a digest that was put in force last, up to a commit")
  func plan() throws {
    let store = try LedgerStore(path: path)
    defer { store.close() }
    for (number, site) in [(1, "one"), (2, "two"), (3, "three")] {
      var group = CommitGroup(clock: Self.clock(Int64(number)))
      let plan = LinePlan(site: site, line: "line", stations: [])
      group.events = [
        .init(.planApplied(PlanApplied(digest: "same", plan: plan, changes: [])), actor: "configuration")
      ]
      _ = try store.commit(group)
    }
    #expect(try store.reader.plan(digest: "same", through: 2)?.site == "two")
    #expect(try store.reader.plan(digest: "same", through: 9)?.site == "three")
    #expect(try store.reader.plan(digest: "same", through: 0) == nil)
    #expect(try store.reader.plan(digest: "other", through: 9) == nil)
  }

  @Test("writes with synchronous=FULL in WAL mode")
  func modes() throws {
    let pool = try LedgerFile(path: path, disk: FileSystemDisk()).openForWriting()
    let modes = try pool.writeWithoutTransaction { db in
      (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
    }
    #expect(modes.0 == "wal")
    // 2 is FULL; the pool's own choice would be 1, NORMAL.
    #expect(modes.1 == 2)
    try pool.close()
    #expect(LedgerFile(path: path, disk: FileSystemDisk()).content == .lotwire(version: Schema.currentVersion))
  }

  @Test("reads back the events and readings of every commit, and goes on after reopening")
  func reopen() throws {
    try fill(groups: 3).close()
    let store = try LedgerStore(path: path)
    #expect(store.chainFinding == "the chain of 3 events and 3 reading batches holds")
    var group = CommitGroup(clock: Self.clock(9))
    group.events = [.init(.recordingStopped(RecordingStopped(reason: "end")), actor: "recorder")]
    let receipt = try store.commit(group)
    #expect(receipt.events.map(\.sequence) == [4])
    let stored = try store.reader.groups(after: 0, limit: 10)
    #expect(stored.map(\.id) == [1, 2, 3, 4])
    #expect(stored.flatMap(\.batches).flatMap(\.readings).map(\.value) == [1, 2, 3])
    #expect(try store.reader.events(about: .lot("L-\"1\"")).map(\.sequence) == [1, 2, 3])
    store.close()
  }

  @Test("a parameter keeps its number for ever")
  func numbers() throws {
    let store = try LedgerStore(path: path)
    let first = try Self.register(store)
    #expect(try Self.register(store) == first)
    store.close()
  }

  @Test("UPDATE and DELETE of events, readings and records are refused")
  func appendOnly() throws {
    try fill(groups: 2).close()
    for sql in [
      "UPDATE event SET time = 0", "DELETE FROM event", "UPDATE commit_group SET time = 0", "DELETE FROM commit_group",
    ] {
      #expect(throws: DatabaseError.self) { try raw(sql) }
    }
  }

  @Test(
    "damage is found at the start and named",
    arguments: [
      (
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'check 2', 'check 7') AS BLOB) WHERE sequence = 2",
        "event 2"
      ),
      ("DELETE FROM event WHERE sequence = 2", "event 2"),
      ("UPDATE commit_group SET body = x'0100' WHERE id = 2", "batch 2"),
      ("DELETE FROM commit_group WHERE id = 2", "batch 2"),
    ])
  func damage(sql: String, named: String) throws {
    try fill(groups: 3).close()
    for table in ["event", "commit_group"] {
      for action in ["update", "delete"] { try raw("DROP TRIGGER \(table)_no_\(action)") }
    }
    try raw(sql)
    do {
      // Damaged readings are set aside; a damaged event that the recorder needs refuses the start.
      let store = try LedgerStore(path: path)
      #expect(store.chainFinding.contains(named) && store.damage.map(\.place) == [.readings])
      store.close()
    } catch {
      #expect("\(error)".contains(named))
    }
  }

  @Test("a foreign file is refused untouched")
  func foreign() throws {
    let text = Data("not a database, but someone's notes\n".utf8)
    try text.write(to: folder.file("lotwire.sqlite"))
    #expect { try LedgerStore(path: path) } throws: { ($0 as? LedgerError)?.code == "ledger.foreign_file" }
    #expect(try Data(contentsOf: folder.file("lotwire.sqlite")) == text)
  }

  @Test("a database of another program is refused untouched")
  func otherProgram() throws {
    try raw("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')")
    let before = try Data(contentsOf: folder.file("lotwire.sqlite"))
    #expect { try LedgerStore(path: path) } throws: { ($0 as? LedgerError)?.code == "ledger.foreign_file" }
    #expect(try Data(contentsOf: folder.file("lotwire.sqlite")) == before)
  }

  @Test("a newer ledger is refused untouched")
  func newer() throws {
    try fill(groups: 1).close()
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)")
    }
    try queue.close()
    let before = try Data(contentsOf: folder.file("lotwire.sqlite"))
    #expect { try LedgerStore(path: path) } throws: { ($0 as? LedgerError)?.code == "ledger.newer_version" }
    #expect(try Data(contentsOf: folder.file("lotwire.sqlite")) == before)
  }

  @Test("a second writer is refused")
  func secondWriter() throws {
    let store = try LedgerStore(path: path)
    #expect { try LedgerStore(path: path) } throws: { ($0 as? LedgerError)?.code == "ledger.already_in_use" }
    store.close()
  }

  @Test("the outbox row is in the transaction of the record")
  func outbox() throws {
    let store = try LedgerStore(path: path)
    let notice = SealedRecordNotice(
      lot: "L-1", revision: 0, digestSHA256: String(repeating: "ab", count: 32), keyID: "k", byteCount: 2,
      exceptionCount: 0, throughSequence: 1)
    var group = CommitGroup(clock: Self.clock(1))
    group.events = [.init(.recordSealed(notice), actor: "recorder")]
    group.records = [.init(notice: notice, bytes: Array("{}".utf8))]
    _ = try store.commit(group)
    let row = try #require(try store.reader.openOutboxRows(limit: 10).first)
    #expect(row.idempotencyKey == "lotwire:record:L-1:0:abababababababab")
    #expect(try store.reader.sealedRecord(of: "L-1") == Array("{}".utf8))
    // The same record again breaks a key: the whole group is rolled back, events too.
    #expect { try store.commit(group) } throws: { ($0 as? LedgerError)?.code == "ledger.commit_failed" }
    #expect(try store.reader.counts().events == 1)
    var delivery = CommitGroup(clock: Self.clock(2))
    let report = DeliveryReport(
      outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: "L-1", connector: "http",
      outcome: .delivered(receipt: "R-1"))
    delivery.events = [.init(.delivered(report), actor: "recorder")]
    delivery.deliveries = [report]
    _ = try store.commit(delivery)
    #expect(try store.reader.openOutboxRows(limit: 10).isEmpty)
    store.close()
  }
}
