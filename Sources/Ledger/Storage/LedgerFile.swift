import GRDB

/// Opens the ledger's file after looking at its header, so that a foreign or newer file is refused untouched.
struct LedgerFile {
  /// How long a locked file is waited for: whoever closes the last connection holds it alone for a moment, and neither a
  /// daemon that starts then nor a reader may be turned away. From the first statement on, so set by the mode.
  static let patienceSeconds = 5.0

  let path: String
  let disk: any LedgerDisk

  /// What the header says, read without SQLite.
  enum Content: Equatable {
    case absent
    case lotwire(version: Int)
    case foreign(String)
  }

  /// Offsets of the SQLite file format: 0 magic, 60 user version, 68 application id.
  var content: Content {
    let header: [UInt8]?
    do throws(LedgerDiskFault) {
      header = try disk.head(of: path, count: 100)
    } catch {
      return .foreign("it cannot be read by this user")
    }
    guard let header, !header.isEmpty else { return .absent }
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
  private var address: String { disk.vfsName.map { "file:\(path)?vfs=\($0)" } ?? path }

  private func configuration(_ label: String) -> Configuration {
    var configuration = Configuration()
    configuration.label = label
    configuration.busyMode = .timeout(Self.patienceSeconds)
    return configuration
  }

  /// Opens for writing: creates or migrates, then WAL and synchronous=FULL, both read back.
  func openForWriting() throws(LedgerError) -> DatabasePool {
    try check()
    do {
      try migrate()
      var configuration = configuration("lotwire.ledger")
      configuration.maximumReaderCount = 4
      configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -16384") }
      let pool = try DatabasePool(path: address, configuration: configuration)
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
      throw .cannotOpen(path: path, reason: disk.obstacle(at: path).map { "\($0) (\(error))" } ?? "\(error)")
    }
  }

  /// Brings the file to the current version in one transaction per step, in rollback mode while the file is new, so that
  /// its header is whole from its first page on.
  private func migrate() throws {
    let queue = try DatabaseQueue(path: address, configuration: configuration("lotwire.ledger.migration"))
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
