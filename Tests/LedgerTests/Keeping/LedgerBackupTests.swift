import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Backup and restore of the ledger")
struct LedgerBackupTests {
  private func backup(_ line: KeptLine) throws -> LedgerBackup {
    LedgerBackup(ledgerPath: line.path, folder: try line.makeFolder("backup"), programVersion: "1.2")
  }

  @Test("a backup holds what the ledger held, and its manifest says so")
  func backup() throws {
    let line = try KeptLine("backup")
    try line.recordLot()
    let backup = try backup(line)
    let manifest = try backup.make(at: line.now)
    #expect(manifest.standing == (try line.store.reader.standing()))
    #expect(manifest.programVersion == "1.2")
    let path = backup.folder + "/" + manifest.file
    #expect(try contents(of: path) == contents(of: line.path))
    #expect(try BackupManifest(path: path + ".manifest.json") == manifest)
    #expect(try KeptFile.digest(of: path).sha256 == manifest.sha256)
    #expect(try FileManager.default.contentsOfDirectory(atPath: backup.folder).count == 3)
  }

  @Test("it is made while the ledger is written, and holds every commit up to its head")
  func beside() async throws {
    let line = try KeptLine("backup-beside")
    for _ in 0..<50 { try line.commit(values: [1, 2, 3]) }
    let backup = try backup(line)
    let now = line.now
    let job = KeepingJob(named: "backup") { try backup.make(at: now) }
    var written = 0
    while job.outcome == nil {
      try line.commit([.recordingStopped(RecordingStopped(reason: "\(written)"))], values: [4])
      written += 1
    }
    let manifest = try #require(job.outcome).get()
    let stored = try line.store.reader.read { db in
      try Data.fetchOne(
        db, sql: "SELECT hash FROM commit_group WHERE id = ?", arguments: [manifest.standing.throughBatch])
    }
    #expect(stored.map { EventChain.hex([UInt8]($0)) } == manifest.standing.readingsHeadSHA256)
  }

  @Test("an interrupted backup leaves nothing under a final name, and the next one clears it away")
  func interrupted() throws {
    let line = try KeptLine("backup-interrupted")
    try line.recordLot()
    let backup = try backup(line)
    let leftover = backup.folder + "/.ledger-20260101T000000000000Z.sqlite.partial"
    try Data("half".utf8).write(to: URL(fileURLWithPath: leftover))
    #expect(BackupManifest.all(in: backup.folder).isEmpty)
    let manifest = try backup.make(at: line.now)
    #expect(!FileManager.default.fileExists(atPath: leftover))
    #expect(BackupManifest.all(in: backup.folder) == [manifest])
  }

  @Test("a folder that is not there is named and not made")
  func away() throws {
    let line = try KeptLine("backup-away")
    let folder = line.folder.file("mount").path
    let backup = LedgerBackup(ledgerPath: line.path, folder: folder, programVersion: "1")
    #expect { try backup.make(at: line.now) } throws: { ($0 as? KeepingFault)?.code == "keeping.folder" }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test("a damaged ledger gives no backup")
  func damaged() throws {
    let line = try KeptLine("backup-damaged")
    try line.recordLot()
    let queue = try DatabaseQueue(path: line.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER event_no_update; UPDATE event SET body = x'7B7D' WHERE sequence = 3")
    }
    try queue.close()
    let backup = try backup(line)
    #expect { try backup.make(at: line.now) } throws: { ($0 as? KeepingFault)?.code == "keeping.not_verified" }
    #expect(BackupManifest.all(in: backup.folder).isEmpty)
  }

  @Test(
    "damage of packed readings or of a record gives no backup either, and is not restored",
    arguments: [
      "UPDATE block SET body = zeroblob(length(body)) WHERE id = 1",
      "UPDATE segment_clock SET body = x'00' WHERE segment = 1",
      "UPDATE segment SET head_before = zeroblob(32) WHERE id = 2",
      "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'xxx', 'xyx') AS BLOB) WHERE lot = 'L-2'",
    ])
  func damagedParts(sql: String) throws {
    let folder = try TemporaryFolder("backup-parts")
    let path = folder.file("lotwire.sqlite").path
    try DamagedLedger.shared.get().copy(to: path)
    let backups = folder.file("backup").path
    try KeptFile.makeFolder(backups)
    let backup = LedgerBackup(ledgerPath: path, folder: backups, programVersion: "1")
    let good = try backup.make(at: LedgerStoreTests.clock(1).utc)
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
      for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
      try db.execute(sql: sql)
      for trigger in triggers { try db.execute(sql: trigger["sql"]) }
    }
    try queue.close()
    #expect { try backup.make(at: LedgerStoreTests.clock(2).utc) } throws: {
      ($0 as? KeepingFault)?.code == "keeping.not_verified"
    }
    #expect(BackupManifest.all(in: backups) == [good])
    #expect {
      try LedgerRestore(source: path, folder: folder.file("restored").path).run(at: LedgerStoreTests.clock(3).utc)
    } throws: {
      ($0 as? KeepingFault)?.code == "keeping.not_verified"
    }
    // What the ledger tells of itself is not new.
    let store = try LedgerStore(path: path)
    var verification = LedgerVerification(store.reader)
    _ = try store.setAside(verification.run().findings, foundAt: LedgerStoreTests.clock(4).utc)
    store.close()
    _ = try backup.make(at: LedgerStoreTests.clock(5).utc)
    #expect(BackupManifest.all(in: backups).count == 2)
  }

  @Test("the newest stay, and those of another ledger")
  func prune() throws {
    let line = try KeptLine("backup-prune")
    let backup = try backup(line)
    var manifests: [BackupManifest] = []
    for _ in 0..<4 {
      try line.recordLot(commits: 1)
      manifests.append(try backup.make(at: line.now))
    }
    let other = try KeptLine("backup-prune-other")
    try other.commit([.recordingStopped(RecordingStopped(reason: "other"))])
    let foreign = try LedgerBackup(ledgerPath: other.path, folder: backup.folder, programVersion: "1")
      .make(at: Timestamp(microseconds: 1))
    let standing = manifests[3].standing
    for old in manifests.prefix(2) {
      #expect(try backup.prune(keeping: 2, of: standing, at: line.now) == old.file)
    }
    #expect(try backup.prune(keeping: 2, of: standing, at: line.now) == nil)
    #expect(BackupManifest.all(in: backup.folder) == [foreign] + manifests.suffix(2))
  }

  @Test("a clock that was wrong once costs at most one backup, and no further ones are made for it")
  func wrongClock() throws {
    let line = try KeptLine("backup-clock")
    try line.recordLot(commits: 1)
    let backup = try backup(line)
    let hour: Int64 = 3600
    let sound = try (0..<3).map { try backup.make(at: LedgerStoreTests.clock($0 * 24 * hour).utc) }
    let future = try backup.make(at: LedgerStoreTests.clock(50_000 * hour).utc)
    let told = Told()
    var duty = BackupDuty(backup, schedule: BackupSchedule(minuteOfDay: 150, zone: "UTC"), keep: 3)
    func turns(_ hours: Int64) throws {
      let context = DutyContext(now: LedgerStoreTests.clock(hours * hour), reader: line.store.reader) { _, facts in
        told.facts += facts
        return []
      }
      for _ in 0..<5_000 {
        if try duty.perform(context) == .microseconds(BackupDuty.pauseMicroseconds) { return }
        usleep(1_000)
      }
      Issue.record("the backup did not come to its end")
    }
    for _ in 0..<5 { try turns(49) }
    #expect(told.facts.isEmpty)
    #expect(BackupManifest.all(in: backup.folder) == sound + [future])
    try turns(72)
    #expect(told.facts.count == 1)
    let left = BackupManifest.all(in: backup.folder)
    #expect(left.count == 4)
    #expect(left.starts(with: sound))
    #expect(!left.contains(future))
  }

  @Test("a backup that hangs is a problem after a while, and is left as soon as it answers")
  func hanging() throws {
    let line = try KeptLine("backup-hanging")
    try line.recordLot(commits: 1)
    // Nobody writes into it: whoever reads it waits.
    let pipe = line.folder.file("pipe").path
    try #require(mkfifo(pipe, 0o600) == 0)
    let backup = LedgerBackup(ledgerPath: pipe, folder: try line.makeFolder("backup"), programVersion: "1")
    var duty = BackupDuty(backup, schedule: BackupSchedule(minuteOfDay: 150, zone: "UTC"), keep: 3)
    func problem(_ second: Int64) -> String? {
      do {
        _ = try duty.perform(
          DutyContext(now: LedgerStoreTests.clock(second), reader: line.store.reader) { _, _ in [] })
        return nil
      } catch { return "\(error)" }
    }
    for _ in 0..<20 { #expect(problem(0) == nil) }
    #expect(problem(29) == nil)
    #expect(problem(31)?.contains("not answered") == true)
    let writer = open(pipe, O_WRONLY | O_NONBLOCK)
    #expect(writer >= 0)
    unlink(pipe)
    close(writer)
    var last = problem(32)
    for _ in 0..<100 where last?.contains("not answered") == true { last = problem(32) }
    #expect(last?.contains("cannot_open") == true)
  }

  @Test("the duty makes one a day at its hour and tells of it")
  func duty() throws {
    let line = try KeptLine("backup-duty")
    try line.recordLot()
    let told = Told()
    var duty = BackupDuty(try backup(line), schedule: BackupSchedule(minuteOfDay: 150, zone: "UTC"), keep: 3)
    // 2026-11-18T11:06:40Z and so on.
    func context(_ hours: Int64) -> DutyContext {
      DutyContext(now: LedgerStoreTests.clock(hours * 3600), reader: line.store.reader) { _, facts in
        told.facts += facts
        return []
      }
    }
    func turns(_ hours: Int64) throws {
      for _ in 0..<5_000 {
        if try duty.perform(context(hours)) == .microseconds(BackupDuty.pauseMicroseconds) { return }
        usleep(1_000)
      }
      Issue.record("the backup did not come to its end")
    }
    try turns(0)
    #expect(told.facts.count == 1)
    try turns(10)
    #expect(told.facts.count == 1)
    try turns(20)
    try turns(21)
    #expect(told.facts.count == 2)
    try turns(44)
    #expect(told.facts.count == 3)
    guard case .ledgerCopied(let copied) = told.facts[0] else { return #expect(Bool(false), "not told") }
    #expect(copied.throughSequence == 8)
  }

  private final class Told { var facts: [Event] = [] }

  // MARK: Restore

  @Test("a restored ledger is the ledger of then, says so at its first start, and tells what is missing since")
  func restore() throws {
    let line = try KeptLine("restore")
    try line.recordLot()
    let backup = try backup(line)
    let manifest = try backup.make(at: line.now)
    try line.recordLot()
    let later = try line.store.reader.standing()
    let report = try LedgerRestore(
      source: backup.folder + "/" + manifest.file, folder: line.folder.file("restored").path
    ).run(comparing: later, at: line.now)
    #expect(report.standing == manifest.standing)
    #expect(report.missing?.events == 8)
    #expect(report.missing?.commits == later.throughBatch - manifest.standing.throughBatch)
    let store = try LedgerStore(path: report.path)
    #expect(store.chainFinding.hasPrefix("the chain of 8 events and 10 reading batches holds; restored on "))
    var group = CommitGroup(clock: LedgerStoreTests.clock(999))
    group.events = [.init(.recordingStopped(RecordingStopped(reason: "end")), actor: "recorder")]
    _ = try store.commit(group)
    store.close()
    let again = try LedgerStore(path: report.path)
    #expect(again.chainFinding == "the chain of 9 events and 10 reading batches holds")
    again.close()
  }

  @Test("nothing is written over a ledger")
  func exists() throws {
    let line = try KeptLine("restore-exists")
    try line.recordLot()
    let backup = try backup(line)
    let manifest = try backup.make(at: line.now)
    let before = try contents(of: line.path)
    let restore = LedgerRestore(source: backup.folder + "/" + manifest.file, folder: line.folder.file("data").path)
    #expect { try restore.run(at: line.now) } throws: { ($0 as? KeepingFault)?.code == "keeping.exists" }
    #expect(try contents(of: line.path) == before)
  }

  @Test(
    "a backup with one flipped bit, cut short, or with another's manifest is not restored",
    arguments: ["flip", "cut", "manifest"])
  func damagedBackup(_ how: String) throws {
    let line = try KeptLine("restore-damaged")
    try line.recordLot()
    let backup = try backup(line)
    let manifest = try backup.make(at: line.now)
    let path = backup.folder + "/" + manifest.file
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    switch how {
    case "flip": data[data.count / 2] ^= 1
    case "cut": data.removeLast(4096)
    default:
      try line.recordLot()
      let other = try backup.make(at: line.now)
      try FileManager.default.removeItem(atPath: path + ".manifest.json")
      try FileManager.default.copyItem(
        atPath: backup.folder + "/\(other.file).manifest.json", toPath: path + ".manifest.json")
    }
    try data.write(to: URL(fileURLWithPath: path))
    let restore = LedgerRestore(source: path, folder: line.folder.file("restored").path)
    #expect { try restore.run(at: line.now) } throws: { ($0 as? KeepingFault)?.code == "keeping.not_verified" }
    #expect(!FileManager.default.fileExists(atPath: line.folder.file("restored/lotwire.sqlite").path))
  }
}
