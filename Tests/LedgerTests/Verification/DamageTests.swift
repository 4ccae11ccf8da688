import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

/// Damage of each kind is named with its place, the time and whom it concerns.
@Suite struct DamageTests {
  let folder: TemporaryFolder
  /// A copy of the sound ledger.
  let ledger: (path: String, bytes: [UInt8])

  init() throws {
    folder = try TemporaryFolder("damage")
    let shared = try DamagedLedger.shared.get()
    ledger = (folder.file("lotwire.sqlite").path, shared.bytes)
    try shared.copy(to: ledger.path)
  }

  static let cases: [(sql: String, place: LedgerDamageFound.Place, words: String)] = [
    (
      "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'R-L-2', 'R-L-3') AS BLOB) WHERE kind = 'runEnded'",
      .event, "its bytes do not give its stored hash"
    ),
    ("UPDATE event SET hash = zeroblob(32) WHERE sequence = 5", .event, "event 5"),
    ("DELETE FROM event WHERE sequence = 7", .event, "missing"),
    ("UPDATE event SET time = time + 1 WHERE sequence = 9", .index, "column time of event 9"),
    ("UPDATE event SET kind = 'lotHeld' WHERE sequence = 9", .index, "column kind of event 9"),
    ("DELETE FROM event_subject WHERE sequence = 9", .index, "event 9 is not found under"),
    ("INSERT INTO event_subject VALUES ('lot:L-9', 9)", .index, "event 9 stands under lot:L-9"),
    ("UPDATE commit_group SET body = x'0100' WHERE id = 200", .readings, "commit 200"),
    ("UPDATE commit_group SET time = time + 1 WHERE id = 200", .readings, "columns do not give their digest"),
    ("DELETE FROM commit_group WHERE id = 200", .readings, "missing"),
    ("DELETE FROM merkle_node WHERE position = 0", .index, "tree over events 1 to"),
    ("UPDATE merkle_node SET hash = zeroblob(32) WHERE position = 0", .index, "is not what they give"),
    (
      "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'xxx', 'xyx') AS BLOB) WHERE lot = 'L-2'", .record,
      "lot L-2"
    ),
    ("UPDATE record SET digest = 'no' WHERE lot = 'L-2'", .record, "another digest"),
    ("UPDATE outbox SET payload = x'00' WHERE kind = 'material-movement'", .outbox, "digest"),
    ("DELETE FROM outbox WHERE kind = 'batch-record'", .outbox, "no such row"),
    ("UPDATE run SET ended_at = 1 WHERE id = 'R-L-2'", .state, "table run"),
    ("UPDATE lot SET sealed_revision = 7 WHERE number = 'L-2'", .state, "table lot"),
    ("DELETE FROM alarm WHERE id = 'A-1'", .state, "table alarm"),
    ("UPDATE gap SET open_parameters = 9", .state, "table gap"),
    ("DELETE FROM run_material WHERE run = 'R-L-2'", .state, "run_material"),
    ("UPDATE checkpoint SET body = x'00'", .state, "recorder's state"),
    ("UPDATE block SET minimum = 1 WHERE id = 1", .segment, "header of the block"),
    ("UPDATE segment_clock SET body = x'00' WHERE segment = 1", .segment, "does not give its digest"),
    ("UPDATE segment SET first_time = 1 WHERE id = 1", .segment, "time of its commits"),
    ("UPDATE segment SET root = zeroblob(32) WHERE id = 1", .segment, "root"),
    ("DELETE FROM segment WHERE id = 1", .segment, "missing"),
    (
      """
      INSERT INTO block (segment, parameter, clock, first_reading, last_reading, reading_count, good_count, digest, body)
        SELECT 999, parameter, clock, first_reading, last_reading, reading_count, good_count, digest, body FROM block
        WHERE id = 1
      """, .segment, "there is no such segment"
    ),
    ("INSERT INTO segment_clock VALUES (999, 0, x'00', x'00')", .segment, "there is no such segment"),
    (
      """
      UPDATE segment SET skeleton = NULL WHERE id = 1; UPDATE segment_clock SET body = NULL WHERE segment = 1;
      UPDATE block SET body = NULL WHERE segment = 1
      """, .segment, "no event says that a rule removed them"
    ),
    ("DROP TRIGGER record_no_delete", .index, "record_no_delete"),
    ("CREATE TABLE extra (a)", .index, "extra is not of this program"),
  ]

  @Test(arguments: DamageTests.cases.indices)
  func isFoundAndNamed(index: Int) throws {
    let damage = Self.cases[index]
    let queue = try DatabaseQueue(path: ledger.path)
    try queue.write { db in
      let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
      if damage.sql.hasPrefix("DROP TRIGGER") {
        for trigger in triggers { try db.execute(sql: trigger["sql"]) }
        try db.execute(sql: damage.sql)
      } else {
        try db.execute(sql: damage.sql)
        for trigger in triggers { try db.execute(sql: trigger["sql"]) }
      }
    }
    try queue.close()
    var verification = LedgerVerification(try LedgerReader(path: ledger.path))
    let report = verification.run()
    #expect(
      report.findings.contains { $0.place == damage.place && $0.words.english.contains(damage.words) },
      "\(report.findings.map(\.words.english))")
  }

  @Test func damagedReadingsAreSetAsideAtTheStartAndTheDaemonGoesOn() throws {
    let sound = try LedgerStore(path: ledger.path)
    let parameters = try LedgerStoreTests.register(sound)
    var group = CommitGroup(clock: LedgerStoreTests.clock(8_000))
    group.events = [
      .init(
        .runStarted(
          Run(
            id: "R-L-9", station: "sealer", operation: "seal", workOrders: [], lots: ["L-9"],
            startedAt: group.clock.utc, startedBy: "P-1", planDigest: "plan")), actor: "person P-1")
    ]
    _ = try sound.commit(group)
    for second in 8_001..<8_005 {
      group = CommitGroup(clock: LedgerStoreTests.clock(Int64(second)))
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: [Reading(parameter: parameters[0].index, time: group.clock.utc, value: 1)])
      ]
      _ = try sound.commit(group)
    }
    sound.close()
    try change(
      "UPDATE commit_group SET body = x'0100' WHERE id = (SELECT max(id) - 1 FROM commit_group WHERE body NOT NULL)")
    let store = try LedgerStore(path: ledger.path)
    defer { store.close() }
    #expect(store.chainFinding.contains("DAMAGED: reading batch"))
    let damage = try #require(store.damage.first)
    #expect(damage.place == .readings)
    #expect(damage.runs == ["R-L-9"])
    #expect(damage.lots == ["L-9"])
    try store.reader.read { db in
      let reason = try Quarantine(db).reason(ofCommit: damage.first)
      #expect(reason != nil)
    }
    group = CommitGroup(clock: LedgerStoreTests.clock(9_000))
    group.events = store.damage.map { .init(.ledgerDamageFound($0), actor: "recorder") }
    _ = try store.commit(group)
    store.close()
    // Told once.
    let again = try LedgerStore(path: ledger.path)
    #expect(again.damage.isEmpty)
    again.close()
    var verification = LedgerVerification(try LedgerReader(path: ledger.path))
    let report = verification.run()
    #expect(report.findings.first?.isQuarantined == true)
  }

  @Test func anEventThatTheRecorderNeedsRefusesTheStart() throws {
    try change("UPDATE event SET body = x'7B7D' WHERE sequence = (SELECT max(sequence) FROM event)")
    #expect { try LedgerStore(path: ledger.path) } throws: { ($0 as? LedgerError)?.code == "ledger.chain_broken" }
  }

  @Test func aKeptStateThatIsNotWhatWasWrittenIsNotUsed() throws {
    #expect(try LedgerReader(path: ledger.path).checkpoint() != nil)
    try change("UPDATE checkpoint SET body = zeroblob(length(body))")
    let store = try LedgerStore(path: ledger.path)
    defer { store.close() }
    #expect(try store.reader.checkpoint() == nil)
    #expect(store.chainFinding.contains("is made anew from the ledger"))
  }

  @Test func aCutTailAndAnotherLedgerInItsPlaceAreSaid() throws {
    let head = try String(contentsOfFile: ledger.path + ".head", encoding: .utf8)
    let note = try #require(CheckpointNote(text: head))
    // Cut off: the last events and commits are gone.
    try change(
      """
      DELETE FROM event WHERE sequence > 20; DELETE FROM merkle_node;
      DELETE FROM commit_group WHERE last_event > 20; DELETE FROM checkpoint;
      """)
    let cut = try LedgerStore(path: ledger.path)
    #expect(cut.chainFinding.contains("once held \(note.treeSize)"))
    #expect(cut.damage.contains { $0.place == .state && $0.last == note.treeSize })
    cut.close()
  }

  @Test func newCommitsGetNoNumberOfACommitThatWasCutOff() throws {
    let sound = try LedgerStore(path: ledger.path)
    let parameters = try LedgerStoreTests.register(sound)
    func commit(_ store: LedgerStore, _ second: Int64, _ events: [Event] = []) throws -> Int64 {
      var group = CommitGroup(clock: LedgerStoreTests.clock(second))
      group.events = events.map { .init($0, actor: "recorder") }
      group.batches = [
        ReadingBatch(
          device: "plc-1", receivedAt: group.clock.utc, monotonicMicroseconds: group.clock.monotonicMicroseconds,
          readings: [Reading(parameter: parameters[0].index, time: group.clock.utc, value: Double(second))])
      ]
      return try store.commit(group).group
    }
    for second in 8_000..<8_005 { _ = try commit(sound, Int64(second)) }
    let head = sound.readingsHead
    let last = try commit(
      sound, 8_006, [.readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash))])
    sound.close()
    try change("DELETE FROM commit_group WHERE id > \(last - 3)")
    for round in 0..<3 {
      let store = try LedgerStore(path: ledger.path)
      #expect(store.damage.count == (round == 0 ? 1 : 0))
      let new = try commit(store, Int64(9_000 + round), store.damage.map { .ledgerDamageFound($0) })
      #expect(new == last + 1 + Int64(round))
      try store.reader.read { db in
        let quarantine = try Quarantine(db)
        #expect(quarantine.reason(ofCommit: last) != nil)
        #expect(quarantine.reason(ofCommit: new) == nil)
      }
      let groups = try store.reader.groups(after: last - 3, limit: 10)
      #expect(groups.map(\.id) == Array(last...new))
      #expect(groups.first?.isWhole == false)
      #expect(groups.last?.batches.count == 1)
      store.close()
    }
  }

  @Test func anOlderFileAnotherHistoryAndAGrownLedgerAreToldApart() throws {
    let grown = try LedgerStore(path: ledger.path)
    #expect(grown.damage.isEmpty)
    var group = CommitGroup(clock: LedgerStoreTests.clock(10_000))
    group.events = [.init(.lotHeld(LotHeld(lot: "H-1", person: "P-1", reason: "look")), actor: "person P-1")]
    _ = try grown.commit(group)
    grown.close()
    // The same history, grown: its head file holds.
    try LedgerStore(path: ledger.path).close()
    // A head file of the same ledger with another root: one of the two was exchanged.
    let head = try String(contentsOfFile: ledger.path + ".head", encoding: .utf8)
    var lines = head.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines[2] = Data(MerkleTree.emptyRoot).base64EncodedString()
    try lines.joined(separator: "\n").write(toFile: ledger.path + ".head", atomically: true, encoding: .utf8)
    let other = try LedgerStore(path: ledger.path)
    #expect(other.chainFinding.contains("another history"))
    other.close()
    try "nothing".write(toFile: ledger.path + ".head", atomically: true, encoding: .utf8)
    let unreadable = try LedgerStore(path: ledger.path)
    #expect(unreadable.chainFinding.contains("head file"))
    #expect(unreadable.damage.isEmpty)
    unreadable.close()
  }

  private func change(_ sql: String, at path: String? = nil) throws {
    let queue = try DatabaseQueue(path: path ?? ledger.path)
    try queue.write { db in
      for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'trigger'") {
        try db.execute(sql: "DROP TRIGGER \(trigger)")
      }
      try db.execute(sql: sql)
    }
    try queue.close()
  }
}
