/// Recognises a ledger by its first bytes, without SQLite, which would already change a file that is not ours.
enum LedgerHeader {
  static let byteCount = 100
  /// So much of a WAL is looked through for the first page; SQLite empties ours at about 4 MB (1,000 pages).
  static let maximumWALBytes = 64 << 20

  private static let magic = Array("SQLite format 3\0".utf8)
  /// First bytes of a rollback journal (SQLite file format, 3).
  private static let journalMagic: [UInt8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]

  /// Offsets of the SQLite file format, 1.3: 0 magic, 60 user version, 68 application id.
  static func content(of header: [UInt8]) -> LedgerFile.Content {
    guard header.count == byteCount, header.prefix(16).elementsEqual(magic) else {
      return .foreign("its first bytes are not those of a SQLite database")
    }
    let application = bigEndian32(header, at: 68)
    guard application == UInt32(bitPattern: Schema.applicationID) else {
      return .foreign("it is a SQLite database of another program, application id \(application)")
    }
    return .lotwire(version: Int(bigEndian32(header, at: 60)))
  }

  /// Whether the file was being made when the power went: a journal lies beside it that takes it back to no pages at all
  /// (file format, 3: at 16 the size of the database before), and nothing in it was ever acknowledged.
  static func isUnfinished(_ path: String, on disk: any LedgerDisk) throws(LedgerDiskFault) -> Bool {
    guard let journal = try disk.head(of: path + "-journal", count: 28), journal.count == 28 else { return false }
    return journal.prefix(8).elementsEqual(journalMagic) && bigEndian32(journal, at: 16) == 0
  }

  /// What the latest first page in the WAL says, where there is one (file format, 4.1): the file's own may be torn while it
  /// is brought up to date.
  static func contentInWAL(of path: String, on disk: any LedgerDisk) throws(LedgerDiskFault) -> LedgerFile.Content? {
    guard let start = try disk.head(of: path + "-wal", count: 32), start.count == 32,
      bigEndian32(start, at: 0) & ~1 == 0x377f_0682
    else { return nil }
    let pageSize = Int(bigEndian32(start, at: 8))
    guard (512...65_536).contains(pageSize), let log = try disk.head(of: path + "-wal", count: maximumWALBytes) else {
      return nil
    }
    var latest: LedgerFile.Content?
    var frame = 32
    while frame + 24 + pageSize <= log.count {
      // Frames of an earlier round of the WAL carry another salt.
      if bigEndian32(log, at: frame) == 1, log[(frame + 8)..<(frame + 16)].elementsEqual(start[16..<24]) {
        let found = content(of: Array(log[(frame + 24)..<(frame + 24 + byteCount)]))
        if case .lotwire = found { latest = found }
      }
      frame += 24 + pageSize
    }
    return latest
  }

  /// What the first page said before the change that a rollback journal takes back, where it holds that page (file format,
  /// 3: records of page number, page and checksum from the first sector on).
  static func contentInJournal(
    of path: String, on disk: any LedgerDisk
  ) throws(LedgerDiskFault) -> LedgerFile.Content? {
    guard let log = try disk.head(of: path + "-journal", count: maximumWALBytes), log.count >= 28,
      log.prefix(8).elementsEqual(journalMagic)
    else { return nil }
    let (sectorSize, pageSize) = (Int(bigEndian32(log, at: 20)), Int(bigEndian32(log, at: 24)))
    guard (512...65_536).contains(pageSize), (32...65_536).contains(sectorSize) else { return nil }
    var record = sectorSize
    while record + 4 + pageSize <= log.count {
      if bigEndian32(log, at: record) == 1 {
        let found = content(of: Array(log[(record + 4)..<(record + 4 + byteCount)]))
        if case .lotwire = found { return found }
      }
      record += pageSize + 8
    }
    return nil
  }

  private static func bigEndian32(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
