import Foundation
import GRDB
public import Shopfloor

/// Brings a ledger back from a backup, or from a continuous copy, and says what is missing since.
public struct LedgerRestore: Sendable {
  /// The backup's file, or the ledger's file of a copy.
  public var source: String
  /// The folder that gets `lotwire.sqlite`.
  public var folder: String

  public init(source: String, folder: String) {
    self.source = source
    self.folder = folder
  }

  public struct Report: Hashable, Sendable {
    public var path: String
    public var standing: LedgerStanding
    /// When the backup was made; nil for a copy.
    public var madeAt: Timestamp?
    /// What a later head says that is not here; nil where none was given or nothing is missing.
    public var missing: Missing?
  }

  /// What happened after the backup, as a later head of the same ledger tells it.
  public struct Missing: Hashable, Sendable {
    public var events: Int64
    public var commits: Int64
    public var from: Timestamp?
    public var until: Timestamp?
  }

  /// Name of the setting that a restored ledger carries until its next event.
  static let setting = "restored_from"

  /// Verifies first, writes then, verifies what was written, names it last.
  ///
  /// - Parameter later: where the same ledger stood later, from a manifest or a copy, to compare with.
  /// - Parameter checkpoint: a signed checkpoint of the same ledger; what it says of the events that are here is compared
  ///   too. Whose signature it is was checked by whoever gives it.
  public func run(
    comparing later: LedgerStanding? = nil, checkpoint: CheckpointNote? = nil, at now: Timestamp
  ) throws -> Report {
    let final = folder + "/lotwire.sqlite"
    for name in [final, final + "-wal", final + "-journal"] where KeptFile.exists(name) {
      throw KeepingFault.exists(path: name)
    }
    let manifest = try manifestBesides()
    let head = try verifiedSource(manifest)
    var missing = try later.map { try Self.compare(head, with: $0, source) } ?? nil
    if let checkpoint { missing = try compare(head, with: checkpoint) ?? missing }
    try KeptFile.makeFolder(folder)
    let partial = folder + "/.lotwire.sqlite.partial"
    defer { KeptFile.remove(partial) }
    _ = try LedgerBackup.snapshot(of: source, into: partial)
    try note(manifest, head, now, in: partial)
    try KeptFile.syncForReadingBack(partial)
    let written = try KeptLedger.verified(partial, isCopy: manifest == nil)
    guard written == head else {
      throw KeepingFault.notVerified(path: partial, reason: "it does not end where the backup ends")
    }
    try KeptFile.name(partial, as: final)
    return Report(path: final, standing: head, madeAt: manifest?.madeAt, missing: missing)
  }

  private func manifestBesides() throws(KeepingFault) -> BackupManifest? {
    let path = BackupManifest.path(besides: source)
    return KeptFile.exists(path) ? try BackupManifest(path: path) : nil
  }

  /// Compares with the manifest byte for byte, then verifies all that it holds.
  private func verifiedSource(_ manifest: BackupManifest?) throws(KeepingFault) -> LedgerStanding {
    if let manifest {
      guard manifest.file == (source as NSString).lastPathComponent else {
        throw .notVerified(path: source, reason: "its manifest is of \(manifest.file)")
      }
      let digest = try KeptFile.digest(of: source)
      guard digest.bytes == manifest.bytes else {
        throw .notVerified(
          path: source, reason: "it has \(digest.bytes) bytes, its manifest says \(manifest.bytes)")
      }
      guard digest.sha256 == manifest.sha256 else {
        throw .notVerified(
          path: source, reason: "its SHA-256 is \(digest.sha256), its manifest says \(manifest.sha256)")
      }
    }
    let head = try KeptLedger.verified(source, isCopy: manifest == nil)
    if let manifest, manifest.standing != head {
      throw .notVerified(path: source, reason: "its chains do not end where its manifest says")
    }
    return head
  }

  private static func compare(
    _ head: LedgerStanding, with later: LedgerStanding, _ path: String
  ) throws(KeepingFault) -> Missing? {
    guard later.firstEventSHA256 == head.firstEventSHA256 else { throw .otherLedger(path: path) }
    let isSame = later.throughSequence == head.throughSequence
    guard !isSame || later.eventHeadSHA256 == head.eventHeadSHA256 else {
      throw .differs(path: path, what: "event \(head.throughSequence) has another hash")
    }
    guard later.throughSequence > head.throughSequence || later.throughBatch > head.throughBatch else { return nil }
    return Missing(
      events: later.throughSequence - head.throughSequence, commits: later.throughBatch - head.throughBatch,
      from: head.lastCommitAt ?? head.lastEventAt, until: later.lastCommitAt ?? later.lastEventAt)
  }

  private func compare(_ head: LedgerStanding, with checkpoint: CheckpointNote) throws -> Missing? {
    let common = min(head.throughSequence, checkpoint.treeSize)
    if common == checkpoint.treeSize {
      let root = try LedgerReader(path: source).read { db in try EventTree.root(of: common, db) }
      guard root == checkpoint.root else {
        throw KeepingFault.differs(path: source, what: "the first \(common) events do not give the checkpoint's root")
      }
    }
    guard checkpoint.treeSize > head.throughSequence else { return nil }
    return Missing(
      events: checkpoint.treeSize - head.throughSequence, commits: max(0, checkpoint.throughBatch - head.throughBatch),
      from: head.lastCommitAt ?? head.lastEventAt, until: nil)
  }

  private func note(_ manifest: BackupManifest?, _ head: LedgerStanding, _ now: Timestamp, in path: String) throws {
    let made = manifest.map { "the backup \($0.file) of \($0.madeAtText)" } ?? "a copy"
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        arguments: [Self.setting, "\(head.throughSequence) restored on \(now) from \(made)"])
    }
    try queue.close()
  }

  /// What is told at the first start of a restored ledger; nil where anything was recorded since.
  static func finding(_ db: Database, lastSequence: Int64) throws -> String? {
    let value = try String.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [setting])
    guard let parts = value?.split(separator: " ", maxSplits: 1), parts.count == 2, Int64(parts[0]) == lastSequence
    else { return nil }
    return String(parts[1]) + ": what was recorded after that is not here"
  }
}
