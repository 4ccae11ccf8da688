import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("Ledgers of former versions")
struct FormerLedgerTests {
  let folder: TemporaryFolder
  var path: String { folder.file("lotwire.sqlite").path }

  init() throws { folder = try TemporaryFolder("former") }

  private func unpack(_ version: Int) throws -> FormerLedger {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) where name != "fresh.sqlite" {
      try FileManager.default.removeItem(at: folder.file(name))
    }
    return try FormerLedger.unpack(version, to: folder.file("lotwire.sqlite"))
  }

  private func check(_ expected: FormerLedger, _ reader: LedgerReader) throws {
    let head = try reader.standing()
    #expect(head.throughSequence == expected.events)
    #expect(head.eventHeadSHA256 == expected.eventHead)
    #expect(head.throughBatch == expected.commits)
    #expect(head.readingsHeadSHA256 == expected.readingsHead)
    #expect(try reader.counts().readings == expected.readings)
    for name in expected.sealed {
      let lot = LotNumber(stringLiteral: name)
      #expect(try reader.sealedRecord(of: lot)?.isEmpty == false)
      let evidence = try #require(try reader.evidence(of: lot))
      #expect(!evidence.runs.isEmpty && !evidence.series.flatMap(\.readings).isEmpty)
      #expect(try reader.trace(.lot(lot)) != nil)
    }
    if let traced = expected.traced {
      let trace = try #require(try reader.trace(.material(MaterialLotNumber(stringLiteral: traced))))
      #expect(trace.runs.count == expected.runsOfMaterial)
    }
    // Every table and index of the current version is there, and SQLite finds nothing wrong.
    let fresh = folder.file("fresh.sqlite").path
    if !FileManager.default.fileExists(atPath: fresh) { try LedgerStore(path: fresh).close() }
    #expect(try Self.names(of: path) == Self.names(of: fresh))
  }

  private static func names(of path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    defer {
      // It was only read.
      try? queue.close()
    }
    return try queue.read { db in
      #expect(try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
      return try String.fetchAll(db, sql: "SELECT name FROM sqlite_master ORDER BY name")
    }
  }

  @Test("are brought up to date: chains, evidence, records and traces hold, and recording goes on", arguments: 1...4)
  func migrate(version: Int) throws {
    let expected = try unpack(version)
    let store = try LedgerStore(path: path)
    try check(expected, store.reader)
    var group = CommitGroup(clock: LedgerStoreTests.clock(90_000_000))
    group.events = [.init(.recordingStopped(RecordingStopped(reason: "end")), actor: "recorder")]
    #expect(try store.commit(group).events.map(\.sequence) == [expected.events + 1])
    store.close()
    try LedgerStore(path: path).close()
  }

  @Test("the file as it was is kept beside it", arguments: 1...4)
  func kept(version: Int) throws {
    let expected = try unpack(version)
    try LedgerStore(path: path).close()
    let copy = LedgerMigration.copyPath(besides: path, version: version)
    #expect(LedgerFile(path: copy, disk: FileSystemDisk()).content == .lotwire(version: version))
    #expect(try LedgerReader(path: copy).standing().eventHeadSHA256 == expected.eventHead)
  }

  @Test("nothing is found damaged, neither in the file as it was nor after it was brought up to date", arguments: 1...4)
  func verified(version: Int) throws {
    let expected = try unpack(version)
    try LedgerStore(path: path).close()
    for file in [path, LedgerMigration.copyPath(besides: path, version: version)] {
      var verification = LedgerVerification(try LedgerReader(path: file))
      let report = verification.run()
      #expect(report.findings.map(\.words.english) == [], "\(file)")
      #expect(report.events == expected.events)
      #expect(try KeptLedger.verified(file).eventHeadSHA256 == expected.eventHead)
    }
    // Nor in a copy of it.
    let source = try LedgerReader(path: path)
    try KeptFile.makeFolder(folder.file("copy").path)
    var follower = try LedgerFollower(path: folder.file("copy/lotwire.sqlite").path, of: source)
    while try !follower.bringUpToDate(from: source).reachesEnd {}
    #expect(try KeptLedger.verified(follower.path) == source.standing())
  }

  @Test("a migration that ended between any two steps is taken up again", arguments: 1...4)
  func interrupted(version: Int) throws {
    for stop in version..<Schema.currentVersion {
      let expected = try unpack(version)
      let queue = try DatabaseQueue(path: path)
      for step in version..<stop {
        try queue.write { db in
          try db.execute(sql: Schema.steps[step])
          try db.execute(sql: "PRAGMA user_version = \(step + 1)")
        }
      }
      try queue.close()
      #expect(LedgerFile(path: path, disk: FileSystemDisk()).content == .lotwire(version: stop))
      let store = try LedgerStore(path: path)
      try check(expected, store.reader)
      store.close()
    }
  }

  @Test("a step that fails in its midst leaves the file at the version before", arguments: 1...4)
  func failed(version: Int) throws {
    let expected = try unpack(version)
    for step in version..<Schema.currentVersion {
      let queue = try DatabaseQueue(path: path)
      // The last statement of the step fails as it would on a full disk: the whole step is undone.
      #expect(throws: (any Error).self) {
        try queue.write { db in
          try db.execute(sql: Schema.steps[step])
          try db.execute(sql: "PRAGMA user_version = \(step + 1)")
          try db.execute(sql: "SELECT no_such_function()")
        }
      }
      try queue.close()
      #expect(LedgerFile(path: path, disk: FileSystemDisk()).content == .lotwire(version: version))
    }
    let store = try LedgerStore(path: path)
    try check(expected, store.reader)
    store.close()
  }

  @Test("can be backed up and read before they are brought up to date", arguments: 1...4)
  func backup(version: Int) throws {
    let expected = try unpack(version)
    let manifest = try LedgerBackup(ledgerPath: path, folder: folder.url.path, programVersion: "1")
      .make(at: LedgerStoreTests.clock(1).utc)
    #expect(manifest.schemaVersion == version)
    #expect(manifest.standing.eventHeadSHA256 == expected.eventHead)
    #expect(LedgerFile(path: path, disk: FileSystemDisk()).content == .lotwire(version: version))
  }

  @Test("a newer file is refused untouched, with words")
  func newer() throws {
    _ = try unpack(4)
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in try db.execute(sql: "PRAGMA user_version = 99") }
    try queue.close()
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    do {
      _ = try LedgerStore(path: path)
      Issue.record("a newer file was opened")
    } catch {
      #expect("\(error)".contains("version 99"))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
  }
}
