import Foundation
import GRDB
public import Shopfloor

/// Makes a backup of a ledger while it is recorded.
///
/// SQLite's backup in one step: one consistent snapshot, in one read transaction; the writer goes on meanwhile. The ledger's
/// WAL file grows by what is recorded in that time.
public struct LedgerBackup: Sendable {
  public var ledgerPath: String
  public var folder: String
  public var programVersion: String

  public init(ledgerPath: String, folder: String, programVersion: String) {
    self.ledgerPath = ledgerPath
    self.folder = folder
    self.programVersion = programVersion
  }

  /// Writes, makes durable, reads back, names.
  ///
  /// - Returns: the manifest as it stands beside the backup.
  /// - Throws: `KeepingFault` or `LedgerError`; nothing stands under the final name then.
  public func make(at now: Timestamp) throws -> BackupManifest {
    try KeptFile.requireFolder(folder)
    let lock = try lockFolder()
    defer { lock?.release() }
    removeLeftovers()
    let name = "ledger-\(Self.compact(now)).sqlite"
    let final = folder + "/" + name
    guard !KeptFile.exists(final) else { throw KeepingFault.exists(path: final) }
    let partial = folder + "/.\(name)\(Self.partialSuffix)"
    defer { KeptFile.remove(partial) }
    let version = try Self.snapshot(of: ledgerPath, into: partial)
    try KeptFile.syncForReadingBack(partial)
    let standing = try KeptLedger.verified(partial)
    let digest = try KeptFile.digest(of: partial)
    let manifest = BackupManifest(
      file: name, bytes: digest.bytes, sha256: digest.sha256, schemaVersion: version, standing: standing,
      programVersion: programVersion, madeAt: now)
    let partialManifest = BackupManifest.path(besides: partial)
    defer { KeptFile.remove(partialManifest) }
    try KeptFile.write(manifest.text(), to: partialManifest)
    // The manifest comes last: a backup without one was not finished.
    try KeptFile.name(partial, as: final)
    try KeptFile.name(partialManifest, as: BackupManifest.path(besides: final))
    return manifest
  }

  /// Removes one backup of this ledger where there are more than `keep`: the oldest of those that a wrong clock dated into
  /// the future, else the oldest of all. Never more than one a run, so that no clock and no typing error in `keep` can
  /// take all of them at once. Those of another ledger stay.
  ///
  /// - Returns: the name that was removed; nil where nothing was.
  public func prune(keeping keep: Int, of ledger: LedgerStanding, at now: Timestamp) throws -> String? {
    let own = BackupManifest.all(in: folder).filter { $0.standing.firstEventSHA256 == ledger.firstEventSHA256 }
    guard own.count > max(1, keep), let old = own.first(where: { $0.madeAt > now }) ?? own.first else { return nil }
    // The manifest goes first: what is left without one counts as unfinished.
    KeptFile.remove(BackupManifest.path(besides: folder + "/" + old.file))
    KeptFile.remove(folder + "/" + old.file)
    return old.file
  }

  static let partialSuffix = ".partial"

  /// One consistent snapshot of a ledger in a file of its own.
  ///
  /// - Returns: the version of its tables.
  static func snapshot(of ledger: String, into path: String) throws -> Int {
    let queue = try LedgerFile(path: ledger, disk: FileSystemDisk()).openForReading()
    defer { close(queue) }
    KeptFile.remove(path)
    let folder = (path as NSString).deletingLastPathComponent
    let bytes = try queue.read { db in
      try (Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0) * (Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
    }
    try KeptFile.checkSpace(in: folder, for: bytes)
    try copyPages(of: queue, into: path)
    return try queue.read(LedgerReader.schemaVersion)
  }

  /// Copies all pages in one step, which is one read transaction. In several steps the copy would begin anew whenever
  /// another connection writes. Page by page is some ten times as fast as `VACUUM INTO`, which makes every index anew.
  static func copyPages(of queue: DatabaseQueue, into path: String) throws {
    let copy = try DatabaseQueue(path: path)
    try queue.backup(to: copy, pagesPerStep: -1)
    // One file, which is read without a log beside it, also from a medium that cannot be written.
    try copy.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
    try copy.close()
  }

  private static func close(_ queue: DatabaseQueue) {
    // It was only read.
    try? queue.close()
  }

  /// Nil where the folder's file system knows no locks.
  private func lockFolder() throws(KeepingFault) -> (any LedgerLock)? {
    do throws(LedgerDiskFault) {
      return try FileSystemDisk().lock(besides: folder + "/.lotwire-backup")
    } catch {
      switch error {
      case .held: throw .busy(path: folder)
      case .system(let reason):
        if !FileManager.default.isWritableFile(atPath: folder) { throw .folder(path: folder, reason: reason) }
        return nil
      }
    }
  }

  /// Removes what an interrupted backup left behind; the lock says that none is being made.
  private func removeLeftovers() {
    // A folder that cannot be listed fails at the writing.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasPrefix(".ledger-") && name.contains(Self.partialSuffix) {
      KeptFile.remove(folder + "/" + name)
    }
  }

  /// `20261121T042048Z`, with microseconds where two would have one name: always the whole instant.
  private static func compact(_ time: Timestamp) -> String {
    "\(time)".filter { $0 != "-" && $0 != ":" && $0 != "." }
  }
}
