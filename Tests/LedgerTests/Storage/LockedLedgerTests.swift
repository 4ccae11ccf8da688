import Foundation
import GRDB
import Harness
import Testing

@testable import Ledger

@Suite("A ledger that somebody holds for a moment")
struct LockedLedgerTests {
  /// As whoever closes the last connection does: he alone has the file while the log is brought in.
  @Test("is waited for, by the writer and by readers")
  func waitedFor() throws {
    let folder = try TemporaryFolder("locked-ledger")
    let path = folder.file("lotwire.sqlite").path
    try LedgerStore(path: path).close()
    for open in [
      { try LedgerStore(path: path).close() }, { _ = try LedgerReader(path: path).lastEventSequence() },
    ] as [() throws -> Void] {
      let holder = try DatabaseQueue(path: path)
      try holder.inDatabase { db in
        try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        try db.execute(sql: "BEGIN EXCLUSIVE; COMMIT")
      }
      let released = DispatchQueue(label: "release")
      released.asyncAfter(deadline: .now() + 0.5) { try? holder.close() }  // closing an idle connection does not fail
      #expect(throws: Never.self) { try open() }
      released.sync {}
    }
  }
}
