import FaultDisk
import Foundation
import GRDB
import Harness
import Testing

@testable import Ledger

@Suite("A power cut while a ledger is brought up to date")
struct MigrationPowerCutTests {
  static let path = "/plant/lotwire.sqlite"

  /// Cuts of one run, spread over all calls of a whole migration.
  static let cuts: Int64 = 6

  /// A disk that holds the file of a former version, all of it synced.
  private func disk(_ version: Int, seed: UInt64) throws -> (FaultDisk, FormerLedger) {
    let folder = try TemporaryFolder("migration-cut")
    let former = try FormerLedger.unpack(version, to: folder.file("former.sqlite"))
    let disk = FaultDisk(seed: seed)
    let name = try #require(disk.vfsName)
    let queue = try DatabaseQueue(path: "file:\(folder.file("former.sqlite").path)")
    try queue.inDatabase { db in
      try db.execute(sql: "VACUUM INTO ?", arguments: ["file:\(Self.path)?vfs=\(name)"])
    }
    try queue.close()
    disk.crash(.keep)
    disk.restart()
    return (disk, former)
  }

  @Test("leaves a file that is opened, brought up to date and whole", arguments: [1, 4], FaultDisk.Loss.allCases)
  func cut(version: Int, loss: FaultDisk.Loss) throws {
    let (whole, _) = try disk(version, seed: 1)
    let before = whole.calls()
    try LedgerMigration(file: LedgerFile(path: Self.path, disk: whole)).run()
    let calls = whole.calls() - before
    #expect(calls > 20)
    for number in 0..<Self.cuts {
      let (disk, former) = try disk(version, seed: UInt64(number))
      disk.crash(at: 1 + calls * number / Self.cuts, loss)
      do {
        try LedgerMigration(file: LedgerFile(path: Self.path, disk: disk)).run()
      } catch {
        #expect(!disk.hasPower, "\(error)")
      }
      disk.restart()
      let store = try LedgerStore(path: Self.path, on: disk)
      let standing = try store.reader.standing()
      #expect(standing.eventHeadSHA256 == former.eventHead)
      #expect(standing.readingsHeadSHA256 == former.readingsHead)
      store.close()
    }
  }

  @Test("a disk that is full leaves the file as it was, and the migration goes on when there is room")
  func full() throws {
    let (disk, former) = try disk(4, seed: 7)
    disk.setCapacity(bytes: (disk.size(of: Self.path) ?? 0) + 8_192)
    #expect(throws: LedgerError.self) { try LedgerStore(path: Self.path, on: disk) }
    #expect(LedgerFile(path: Self.path, disk: disk).content == .lotwire(version: 4))
    disk.setCapacity(bytes: nil)
    let store = try LedgerStore(path: Self.path, on: disk)
    #expect(try store.reader.standing().eventHeadSHA256 == former.eventHead)
    store.close()
  }
}
