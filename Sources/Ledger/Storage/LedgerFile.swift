import GRDB

/// Opens the ledger's file after looking at its header, so that a foreign or newer file is refused untouched.
struct LedgerFile {
  /// How long a locked file is waited for: whoever closes the last connection holds it alone for a moment, and neither a
  /// daemon that starts then nor a reader may be turned away. From the first statement on, so set by the mode.
  static let patienceSeconds = 5.0

  /// A WAL that grew under a long reader is cut to this many bytes when it starts anew; ours is emptied at 4 MB otherwise.
  static let maximumIdleWALBytes = 16 << 20

  let path: String
  let disk: any LedgerDisk

  /// What the header says, read without SQLite.
  enum Content: Equatable {
    case absent
    case lotwire(version: Int)
    case foreign(String)
  }

  var content: Content {
    do throws(LedgerDiskFault) {
      guard let header = try disk.head(of: path, count: LedgerHeader.byteCount), !header.isEmpty else { return .absent }
      let finding = LedgerHeader.content(of: header)
      guard case .foreign = finding else { return finding }
      // A power cut may have torn the first page; SQLite makes it whole again from its journal or its WAL.
      if try LedgerHeader.isUnfinished(path, on: disk) { return .absent }
      if let journal = try LedgerHeader.contentInJournal(of: path, on: disk) { return journal }
      return try LedgerHeader.contentInWAL(of: path, on: disk) ?? finding
    } catch {
      if case .system(let reason) = error { return .foreign("it cannot be read: \(reason)") }
      return .foreign("it cannot be read")
    }
  }

  /// Throws where the file is not a ledger this program may write.
  func check() throws(LedgerError) {
    switch content {
    case .absent: break
    case .lotwire(let version):
      if version > Schema.currentVersion {
        throw .newerVersion(path: path, fileVersion: version, programVersion: Schema.currentVersion)
      }
    case .foreign(let found): throw .foreignFile(path: path, found: found)
    }
  }

  func lock() throws(LedgerError) -> any LedgerLock {
    do throws(LedgerDiskFault) {
      return try disk.lock(besides: path)
    } catch {
      switch error {
      case .held: throw .alreadyInUse(path: path)
      case .system(let reason): throw .cannotOpen(path: path, reason: disk.obstacle(at: path) ?? reason)
      }
    }
  }

  /// What SQLite is given: a URI where the file lies in a VFS of its own.
  var address: String { disk.vfsName.map { "file:\(path)?vfs=\($0)" } ?? path }

  func configuration(_ label: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = label
    configuration.busyMode = .timeout(Self.patienceSeconds)
    return configuration
  }

  /// Opens for writing: creates or migrates, then WAL and synchronous=FULL, both read back.
  ///
  /// `afterFailure`: the WAL is brought into the file and started anew before anything else. After a sync that failed,
  /// Linux takes pages for written that never will be: commits behind such a hole in the WAL would be lost in the next
  /// power cut although each was synced (Rebello et al., "Can applications recover from fsync failures?", USENIX ATC
  /// 2020).
  ///
  /// - Parameter tell: what takes long is told before it begins.
  func openForWriting(
    afterFailure: Bool = false, tell: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(LedgerError) -> DatabasePool {
    try check()
    do {
      try LedgerMigration(file: self, tell: tell).run()
      var configuration = configuration("lotwire.ledger")
      configuration.maximumReaderCount = 4
      configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -16384") }
      let pool = try DatabasePool(path: address, configuration: configuration)
      try pool.writeWithoutTransaction { db in
        // The pool asks for NORMAL in WAL mode; NORMAL loses acknowledged rows in a power cut.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA journal_size_limit = \(Self.maximumIdleWALBytes)")
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
          throw DatabaseError(message: "journal mode \(mode ?? "?"), synchronous \(synchronous ?? -1)")
        }
        if afterFailure { try Self.startWALAnew(db) }
      }
      return pool
    } catch {
      throw .cannotOpen(path: path, reason: disk.obstacle(at: path).map { "\($0) (\(error))" } ?? "\(error)")
    }
  }

  private static func startWALAnew(_ db: Database) throws {
    let busy = try Int.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    guard busy == 0 else { throw DatabaseError(message: "somebody reads from the WAL for a long time") }
  }

  /// Opens for reading beside a daemon, or without one.
  func openForReading() throws(LedgerError) -> DatabaseQueue {
    try check()
    if case .absent = content { throw .cannotOpen(path: path, reason: "there is no such file") }
    var configuration = configuration("lotwire.ledger.reader")
    configuration.readonly = true
    do {
      return try DatabaseQueue(path: address, configuration: configuration)
    } catch {
      throw .cannotOpen(path: path, reason: disk.obstacle(at: path).map { "\($0) (\(error))" } ?? "\(error)")
    }
  }
}
