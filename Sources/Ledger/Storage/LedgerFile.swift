import Foundation
import GRDB

/// Opens the ledger's file after looking at its header, so that a foreign or newer file is refused untouched.
enum LedgerFile {
  /// How long a locked file is waited for: whoever closes the last connection holds it alone for a moment, and neither a
  /// daemon that starts then nor a reader may be turned away. From the first statement on, so set by the mode.
  static let patienceSeconds = 5.0

  /// What the header says, read without SQLite.
  enum Content: Equatable {
    case absent
    case lotwire(version: Int)
    case foreign(String)
  }

  /// Offsets of the SQLite file format: 0 magic, 60 user version, 68 application id.
  static func content(at path: String) -> Content {
    guard let file = FileHandle(forReadingAtPath: path) else {
      return FileManager.default.fileExists(atPath: path) ? .foreign("it cannot be read by this user") : .absent
    }
    // Closing a file that was only read cannot lose anything.
    defer { try? file.close() }
    // A file that cannot be read is foreign by its missing header.
    let header = [UInt8]((try? file.read(upToCount: 100)) ?? Data())
    if header.isEmpty { return .absent }
    guard header.count == 100, header.prefix(16).elementsEqual(Array("SQLite format 3\0".utf8)) else {
      return .foreign("its first bytes are not those of a SQLite database")
    }
    func bigEndian32(at offset: Int) -> UInt32 {
      header[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard bigEndian32(at: 68) == UInt32(bitPattern: Schema.applicationID) else {
      return .foreign("it is a SQLite database of another program, application id \(bigEndian32(at: 68))")
    }
    return .lotwire(version: Int(bigEndian32(at: 60)))
  }

  /// Throws where the file is not a ledger this program may write.
  static func check(_ path: String) throws(LedgerError) {
    switch content(at: path) {
    case .absent: break
    case .lotwire(let version):
      if version > Schema.currentVersion {
        throw .newerVersion(path: path, fileVersion: version, programVersion: Schema.currentVersion)
      }
    case .foreign(let found): throw .foreignFile(path: path, found: found)
    }
  }

  /// Opens for writing: creates or migrates, then WAL and synchronous=FULL, both read back.
  static func openForWriting(_ path: String) throws(LedgerError) -> DatabasePool {
    try check(path)
    do {
      try migrate(path)
      var configuration = Configuration()
      configuration.label = "lotwire.ledger"
      configuration.maximumReaderCount = 4
      configuration.busyMode = .timeout(patienceSeconds)
      configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -16384") }
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { db in
        // The pool asks for NORMAL in WAL mode; NORMAL loses acknowledged rows in a power cut.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
          throw DatabaseError(message: "journal mode \(mode ?? "?"), synchronous \(synchronous ?? -1)")
        }
      }
      return pool
    } catch {
      throw .cannotOpen(path: path, reason: "\(error)")
    }
  }

  /// Brings the file to the current version in one transaction per step, in rollback mode while the file is new, so that
  /// its header is whole from its first page on.
  private static func migrate(_ path: String) throws {
    var configuration = Configuration()
    configuration.label = "lotwire.ledger.migration"
    configuration.busyMode = .timeout(patienceSeconds)
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let version = try queue.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
    for step in version..<Schema.currentVersion {
      try queue.write { db in
        if step == 0 { try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
        try db.execute(sql: Schema.steps[step])
        try db.execute(sql: "PRAGMA user_version = \(step + 1)")
      }
    }
    try queue.close()
  }

  /// Opens for reading beside a daemon, or without one.
  static func openForReading(_ path: String) throws(LedgerError) -> DatabaseQueue {
    try check(path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw .cannotOpen(path: path, reason: "there is no such file")
    }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "lotwire.ledger.reader"
    configuration.busyMode = .timeout(patienceSeconds)
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw .cannotOpen(path: path, reason: "\(error)")
    }
  }
}
