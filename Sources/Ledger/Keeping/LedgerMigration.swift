import Foundation
import GRDB

/// Brings a ledger's file to the current version: one transaction a step, so that it is whole at any instant, whichever
/// step it had reached.
struct LedgerMigration {
  let file: LedgerFile
  /// Whether the file as it was is kept beside it.
  var keepsCopy = true
  /// Told before a step that may take long.
  var tell: @Sendable (String) -> Void = { _ in }

  /// Files below this size are migrated without a word, in bytes: about a second's work.
  static let silentBytes: Int64 = 64 << 20

  /// Name of the setting that says which version of the tables a ledger began with; nothing in those of former programs.
  static let madeSetting = "ledger.made_with_version"

  /// What was done.
  struct Outcome: Hashable {
    /// Nil: the file is new, or was current.
    var fromVersion: Int?
    var copy: String?
  }

  /// While the file is new it is in rollback mode, so that its header is whole from its first page on.
  @discardableResult func run() throws -> Outcome {
    let queue = try DatabaseQueue(path: file.address, configuration: file.configuration("lotwire.ledger.migration"))
    let version = try queue.read(LedgerReader.schemaVersion)
    guard version < Schema.currentVersion else {
      try queue.close()
      return Outcome()
    }
    let copy = keepsCopy && version > 0 && file.disk.vfsName == nil ? keepCopy(queue, version) : nil
    for step in version..<Schema.currentVersion {
      if version > 0, KeptFile.size(of: file.path) > Self.silentBytes {
        tell(
          "the ledger is brought from version \(step) to \(step + 1); it holds \(KeptFile.size(of: file.path)) bytes")
      }
      try queue.write { db in
        if step == 0 { try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
        try db.execute(sql: Schema.steps[step])
        try db.execute(sql: "PRAGMA user_version = \(step + 1)")
        if version == 0, step + 1 == Schema.currentVersion {
          try db.execute(
            sql: "INSERT INTO setting (name, value) VALUES (?, ?)",
            arguments: [Self.madeSetting, String(Schema.currentVersion)])
        }
      }
    }
    try queue.close()
    return Outcome(fromVersion: version > 0 ? version : nil, copy: copy)
  }

  /// Where the file as the former program left it is kept, so that one can go back to that program.
  static func copyPath(besides path: String, version: Int) -> String { "\(path).v\(version).backup" }

  /// Keeps a copy of the file where there is room for it; the migration itself needs none.
  private func keepCopy(_ queue: DatabaseQueue, _ version: Int) -> String? {
    let path = Self.copyPath(besides: file.path, version: version)
    guard !KeptFile.exists(path) else { return path }
    let partial = path + LedgerBackup.partialSuffix
    defer { KeptFile.remove(partial) }
    do {
      KeptFile.remove(partial)
      let bytes = try queue.read { db in
        try (Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0) * (Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
      }
      // Room for the copy, and as much again for the migration.
      try KeptFile.checkSpace(in: (file.path as NSString).deletingLastPathComponent, for: 2 * bytes)
      tell("a copy of the ledger of version \(version) is kept in \(path)")
      try LedgerBackup.copyPages(of: queue, into: partial)
      try KeptFile.sync(partial)
      try KeptFile.name(partial, as: path)
      return path
    } catch {
      // The migration is safe without it: each step is one transaction.
      tell("no copy of the ledger of version \(version) is kept: \(error)")
      return nil
    }
  }
}
