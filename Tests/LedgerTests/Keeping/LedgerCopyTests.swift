import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("A continuous copy of the ledger")
struct LedgerCopyTests {
  /// Brings the copy up to date and says in how many pieces.
  private func follow(_ line: KeptLine, _ follower: inout LedgerFollower) throws -> Int {
    var pieces = 0
    while true {
      pieces += 1
      if try follower.bringUpToDate(from: line.store.reader).reachesEnd { return pieces }
      try #require(pieces < 10_000)
    }
  }

  private func follower(_ line: KeptLine, _ name: String = "copy") throws -> LedgerFollower {
    try LedgerFollower(path: line.makeFolder(name) + "/lotwire.sqlite", of: line.store.reader)
  }

  private func expectEqual(_ line: KeptLine, _ follower: LedgerFollower) throws {
    let (ledger, copy) = (try contents(of: line.path), try contents(of: follower.path))
    #expect(ledger.keys.sorted() == copy.keys.sorted())
    for (table, rows) in ledger { #expect(copy[table] == rows, "table \(table)") }
  }

  @Test("holds every row of every table, while the ledger grows, is packed, delivers and retires")
  func equal() throws {
    let line = try KeptLine("copy")
    var follower = try follower(line)
    for round in 0..<6 {
      try line.recordLot()
      if round.isMultiple(of: 2) { _ = try follow(line, &follower) }
      if round == 1 { try line.pack(20) }
      if round == 3 {
        try line.pack(15)
        try line.pack(10)
      }
      if round == 4 {
        try line.commit { group in
          group.deliveries = [
            DeliveryReport(
              outboxRow: 1, idempotencyKey: "k", lot: "L-1", connector: "files", outcome: .delivered(receipt: "ERP-1"))
          ]
        }
        try line.commit([
          .readingsRetired(
            ReadingsRetired(
              segment: 1, from: line.now, until: line.now, readings: 3, rule: "rule", archive: "a", rootSHA256: "r"))
        ]) { $0.upkeep = [.retireSegment(1)] }
      }
    }
    _ = try follow(line, &follower)
    try expectEqual(line, follower)
    #expect(try follower.head() == line.store.reader.standing())
  }

  @Test("a copy that begins late gets the packed commits from their segments")
  func late() throws {
    let line = try KeptLine("copy-late")
    for _ in 0..<4 { try line.recordLot() }
    try line.pack(20)
    try line.pack(20)
    var follower = try follower(line)
    _ = try follow(line, &follower)
    try expectEqual(line, follower)
  }

  @Test("a copy is a whole ledger: its chains hold, and it is opened for recording")
  func whole() throws {
    let line = try KeptLine("copy-whole")
    try line.recordLot()
    var follower = try follower(line)
    _ = try follow(line, &follower)
    #expect(try KeptLedger.verified(follower.path) == line.store.reader.standing())
    let path = follower.path
    let store = try LedgerStore(path: path)
    #expect(store.chainFinding == "the chain of 8 events and 10 reading batches holds")
    store.close()
  }

  @Test("the bound of a piece holds, and a follower that is opened anew goes on")
  func pieces() throws {
    let line = try KeptLine("copy-pieces")
    for _ in 0..<25 { try line.commit(values: [1]) }
    let path = try line.makeFolder("copy") + "/lotwire.sqlite"
    var first = try LedgerFollower(path: path, of: line.store.reader)
    first.maximumCommits = 20
    let piece = try first.bringUpToDate(from: line.store.reader)
    #expect(piece.throughBatch == 20)
    #expect(!piece.reachesEnd)
    // It is a whole ledger at any instant, should the first disk die now.
    #expect(try KeptLedger.verified(path, isCopy: true).throughBatch == 20)
    var second = try LedgerFollower(path: path, of: line.store.reader)
    #expect(try second.bringUpToDate(from: line.store.reader).reachesEnd)
    try expectEqual(line, second)
  }

  @Test("the copy of another ledger is refused and left as it is")
  func other() throws {
    let (line, other) = (try KeptLine("copy-one"), try KeptLine("copy-other"))
    try line.recordLot()
    try other.commit([.recordingStopped(RecordingStopped(reason: "another"))])
    var follower = try follower(line)
    _ = try follow(line, &follower)
    let path = follower.path
    let before = try contents(of: path)
    #expect { try LedgerFollower(path: path, of: other.store.reader) } throws: {
      ($0 as? KeepingFault) == .otherLedger(path: path)
    }
    #expect(try contents(of: path) == before)
  }

  @Test("the ledger's own folder is refused, also by another name, and the ledger stays as it is")
  func itself() throws {
    let line = try KeptLine("copy-itself")
    try line.recordLot(commits: 1)
    let link = line.folder.file("link").path
    let folder = (line.path as NSString).deletingLastPathComponent
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
    for folder in [folder, link] {
      #expect {
        try LedgerFollower(path: folder + "/lotwire.sqlite", of: line.store.reader)
      } throws: {
        "\($0)".contains("the ledger itself")
      }
    }
  }

  @Test("a ledger that was set back differs from its copy, and nothing is overwritten")
  func differs() throws {
    let line = try KeptLine("copy-back")
    try line.recordLot()
    let backup = try LedgerBackup(
      ledgerPath: line.path, folder: line.makeFolder("backup"), programVersion: "1"
    ).make(at: line.now)
    try line.recordLot()
    var follower = try follower(line)
    _ = try follow(line, &follower)
    let before = try contents(of: follower.path)
    let restored = try LedgerRestore(
      source: line.makeFolder("backup") + "/" + backup.file, folder: line.makeFolder("restored")
    ).run(at: line.now)
    let reader = try LedgerReader(path: restored.path)
    do {
      _ = try follower.bringUpToDate(from: reader)
      Issue.record("the difference was not found")
    } catch {
      #expect((error as? KeepingFault)?.code == "keeping.differs")
    }
    #expect(try contents(of: follower.path) == before)
  }

  @Test("damage in the ledger is not carried over")
  func damage() throws {
    let line = try KeptLine("copy-damage")
    try line.recordLot()
    var follower = try follower(line)
    _ = try follow(line, &follower)
    let sound = try follower.head()
    try line.recordLot()
    let queue = try DatabaseQueue(path: line.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER event_no_update; UPDATE event SET body = x'7B7D' WHERE sequence = 10")
    }
    try queue.close()
    #expect { try follower.bringUpToDate(from: line.store.reader) } throws: {
      ($0 as? KeepingFault)?.code == "keeping.differs"
    }
    #expect(try follower.head() == sound)
  }

  @Test("the copy keeps its own readings where the ledger packed damaged ones, and says so")
  func packedDamage() throws {
    let line = try KeptLine("copy-packed-damage")
    try line.recordLot()
    var follower = try follower(line)
    _ = try follow(line, &follower)
    let sound = try contents(of: follower.path)
    let queue = try DatabaseQueue(path: line.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      let body = try Data.fetchOne(db, sql: "SELECT body FROM commit_group WHERE id = 4")
      var bytes = try #require(body)
      bytes[bytes.count - 3] ^= 1
      try db.execute(sql: "UPDATE commit_group SET body = ? WHERE id = 4", arguments: [bytes])
    }
    try queue.close()
    try line.commit([
      .ledgerDamageFound(
        LedgerDamageFound(place: .readings, first: 4, last: 4, reason: "bit", from: line.now, until: line.now))
    ])
    _ = try follow(line, &follower)
    #expect(try contents(of: follower.path)["quarantine"] == [])
    try line.pack(8)
    do {
      _ = try follow(line, &follower)
      Issue.record("the difference was not found")
    } catch let fault as KeepingFault {
      #expect(fault.description.contains("commit 4"))
      #expect(fault.code == "keeping.differs")
    }
    let kept = try contents(of: follower.path)
    #expect(kept["segment"] == [])
    #expect(Set(try #require(kept["commit_group"])).isSuperset(of: try #require(sound["commit_group"])))
  }

  @Test("a copy that hangs is told as a problem after a while, and goes on when it is there again")
  func hanging() throws {
    let line = try KeptLine("copy-hanging")
    try line.recordLot(commits: 1)
    let folder = try line.makeFolder("share")
    let pipe = folder + "/lotwire.sqlite"
    // Nobody writes into it: whoever reads it waits.
    try #require(mkfifo(pipe, 0o600) == 0)
    let states = CopyStates()
    var duty = CopyDuty(ledgerPath: line.path, folder: folder, publish: { states.add($0) })
    func turn(_ second: Int64) throws -> DutyPause {
      try duty.perform(
        DutyContext(now: LedgerStoreTests.clock(second), reader: line.store.reader) { _, _ in [] })
    }
    #expect(try turn(0) == .microseconds(CopyDuty.lookMicroseconds))
    #expect(try turn(29) == .microseconds(CopyDuty.lookMicroseconds))
    #expect(states.last == nil)
    #expect { _ = try turn(31) } throws: { "\($0)".contains("not answered") }
    #expect(states.last?.problem?.contains("not answered") == true)
    let writer = open(pipe, O_WRONLY | O_NONBLOCK)
    #expect(writer >= 0)
    unlink(pipe)
    close(writer)
    for _ in 0..<1_000 {
      // Until the thread has seen the other end it has not answered.
      if (try? turn(32)) == .microseconds(1_000_000) { break }
    }
    #expect(states.last?.problem == nil)
  }

  @Test("the duty waits for a folder that is away, catches up, and says how it stands")
  func duty() throws {
    let line = try KeptLine("copy-duty")
    try line.recordLot()
    let folder = line.folder.file("share").path
    let states = CopyStates()
    var duty = CopyDuty(ledgerPath: line.path, folder: folder, publish: { states.add($0) })
    let context = DutyContext(now: LedgerStoreTests.clock(1), reader: line.store.reader) { _, _ in [] }
    func turn() throws {
      for _ in 0..<1_000 {
        if try duty.perform(context) == .microseconds(1_000_000) { return }
      }
      Issue.record("the copy did not come to its end")
    }
    #expect { try turn() } throws: { ($0 as? KeepingFault)?.code == "keeping.folder" }
    #expect(states.last?.problem?.contains("share") == true)
    _ = try line.makeFolder("share")
    try turn()
    #expect(states.last?.problem == nil)
    #expect(states.last?.behindCommits == 0)
    #expect(try LedgerReader(path: folder + "/lotwire.sqlite").standing() == line.store.reader.standing())
  }
}
