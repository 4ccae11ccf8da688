import Foundation
import GRDB
import Shopfloor

/// A second ledger that follows the first: the same tables, the same bytes, brought up to date in bounded pieces, each one
/// transaction. It is a whole ledger at any instant.
///
/// The follower is in rollback mode (`journal_mode=TRUNCATE`, `synchronous=EXTRA`): that needs no shared memory, so that it
/// may lie on a network share, and it survives a power cut (DELETE and TRUNCATE with FULL lost a commit in 8 of 60
/// simulated ones, EXTRA in none).
struct LedgerFollower {
  /// Bounds of one piece: commits, and bytes of readings.
  static let standardCommits: Int64 = 2_000
  static let maximumBytes: Int64 = 8 << 20
  /// Rows of the outbox or the Merkle tree in one piece.
  static let maximumRows = 2_000

  let path: String
  var maximumCommits = Self.standardCommits
  private let queue: DatabaseQueue
  /// Where the last look for outbox rows that changed their state ended.
  private var outboxCursor: Int64 = 0

  /// Opens or creates the follower of a ledger.
  ///
  /// - Throws: `otherLedger` where it follows another one; a `LedgerError` where the file there is none of ours.
  init(path: String, of source: LedgerReader) throws {
    self.path = path
    try KeptFile.requireFolder((path as NSString).deletingLastPathComponent)
    // Before anything is opened: the copy is not in WAL mode, and the ledger must stay in it.
    if let ledger = try source.filePath, KeptFile.isSame(path, ledger) {
      throw KeepingFault.folder(path: path, reason: "it is the ledger itself; a copy needs a folder of its own")
    }
    let file = LedgerFile(path: path, disk: FileSystemDisk())
    try file.check()
    try LedgerMigration(file: file, keepsCopy: false).run()
    var configuration = Configuration()
    configuration.label = "lotwire.copy"
    configuration.busyMode = .timeout(LedgerFile.patienceSeconds)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA")
    }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    let own = try head()
    if own.firstEventSHA256 == nil {
      // Which version the ledger began with is what the ledger says, not what this file was made with.
      try queue.write { db in
        try db.execute(sql: "DELETE FROM setting WHERE name = ?", arguments: [LedgerMigration.madeSetting])
      }
    }
    let first = try source.standing()
    if let known = own.firstEventSHA256, known != first.firstEventSHA256 { throw KeepingFault.otherLedger(path: path) }
  }

  /// Where the copy stands.
  func head() throws -> LedgerStanding { try queue.read(LedgerReader.standing) }

  /// Carries over the next piece.
  ///
  /// - Throws: `differs` where ledger and copy hold something else under the same number; nothing is overwritten then.
  mutating func bringUpToDate(from source: LedgerReader) throws -> FollowedPiece {
    let own = try own()
    let cursor = outboxCursor
    let path = self.path
    let bound = maximumCommits
    // A fault of our own is carried past the reader, which knows only its own.
    let piece = try source.read { db in
      Result { try FollowedPiece.read(db, after: own, maximumCommits: bound, outboxCursor: cursor, path: path) }
    }.get()
    if !piece.isEmpty { try queue.write { db in try piece.write(to: db, path: path) } }
    outboxCursor = piece.nextOutboxCursor
    return piece
  }

  /// What the follower holds, in the numbers that the next piece is read by.
  struct Standing: Sendable {
    var head: LedgerStanding
    var segment: Int64
    var segmentHead: [UInt8]
    var segmentLastBatch: Int64
    var outboxID: Int64
    var openOutbox: [Int64]
    var merkle: [Int: Int64]
    var checkpointBatch: Int64?
    var settings: [[DatabaseValue]]
    var device: Int64
    var parameter: Int64
  }

  private func own() throws -> Standing {
    let cursor = outboxCursor
    return try queue.read { db in
      func number(_ sql: String) throws -> Int64 { try Int64.fetchOne(db, sql: sql) ?? -1 }
      let segment = try LedgerReader.lastSegment(db)
      return Standing(
        head: try LedgerReader.standing(db), segment: segment?.id ?? 0,
        segmentHead: segment?.headAfter ?? EventChain.genesis, segmentLastBatch: segment?.lastBatch ?? 0,
        outboxID: try number("SELECT max(id) FROM outbox"),
        openOutbox: try Int64.fetchAll(
          // What was refused or set aside may be tried again.
          db,
          sql: """
            SELECT id FROM outbox WHERE state IN ('pending', 'blocked', 'refused', 'set_aside') AND id > ?
            ORDER BY id LIMIT ?
            """,
          arguments: [cursor, Self.maximumRows]),
        merkle: try FollowedPiece.merkleEnds(db),
        checkpointBatch: try Int64.fetchOne(db, sql: "SELECT commit_group FROM checkpoint"),
        settings: try CopiedRows.read(db, "setting", where: "1").rows.rows,
        device: try number("SELECT max(number) FROM device"),
        parameter: try number("SELECT max(number) FROM parameter"))
    }
  }
}

extension LedgerReader {
  /// The file as SQLite knows it; nil where it has none.
  fileprivate var filePath: String? {
    get throws(LedgerError) {
      try read { db in
        try Row.fetchAll(db, sql: "PRAGMA database_list").first { $0["name"] == "main" }?["file"]
      }
    }
  }
}
