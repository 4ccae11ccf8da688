import Foundation
import GRDB
public import Shopfloor

/// How large a ledger is, of what, and how fast it grows.
public struct LedgerInfo: Hashable, Sendable, Codable {
  public var schemaVersion: Int
  public var standing: LedgerStanding
  public var firstEventAt: Timestamp?
  /// Of the file, of its write-ahead log, and of pages within the file that are free, in bytes.
  public var fileBytes: Int64
  public var logBytes: Int64
  public var freePageBytes: Int64
  /// Commits that are not packed yet: their number, readings and bytes.
  public var openCommits: Int64
  public var openReadings: Int64
  public var openBytes: Int64
  /// Packed segments with their readings and the bytes of their parts; those that a rule removed count in `retired`.
  public var segments: Int64
  public var retiredSegments: Int64
  public var packedReadings: Int64
  public var packedBytes: Int64
  public var events: Int64
  /// Sealed records and their bytes.
  public var records: Int64
  public var recordBytes: Int64
  /// Readings and events of the last day before the last commit.
  public var readingsOfLastDay: Int64
  public var eventsOfLastDay: Int64
  /// Mean bytes of an event, from the latest thousand.
  public var bytesPerEvent: Double
  /// Free bytes of the file system; nil where nobody knows.
  public var freeBytes: Int64?
  public var quarantinedStretches: Int64
  public var lastBackup: LedgerCopied?
  public var lastBackupAt: Timestamp?
  public var lastCheckpointAt: Timestamp?

  /// Bytes of one packed reading; nil where nothing is packed.
  public var bytesPerPackedReading: Double? {
    packedReadings > 0 ? Double(packedBytes) / Double(packedReadings) : nil
  }

  /// How many readings of all are packed, 0 to 1.
  public var packedShare: Double {
    let all = packedReadings + openReadings
    return all > 0 ? Double(packedReadings) / Double(all) : 0
  }

  /// What a day like the last one adds, in bytes. An event stands in the file with its subjects and indices.
  public var bytesOfLastDay: Double {
    let reading = bytesPerPackedReading ?? (openReadings > 0 ? Double(openBytes) / Double(openReadings) : 0)
    return Double(readingsOfLastDay) * reading + Double(eventsOfLastDay) * (bytesPerEvent + Self.eventOverheadBytes)
  }

  /// Hash, subjects and index entries of an event, about, in bytes.
  static let eventOverheadBytes = 200.0

  /// Days until the file system is full at the growth of the last day; nil where that cannot be told.
  public var daysLeft: Double? {
    guard let freeBytes, bytesOfLastDay > 0 else { return nil }
    return Double(freeBytes) / bytesOfLastDay
  }
}

extension LedgerReader {
  /// Reads the figures of a ledger; needs time in proportion to its segments and records, not to its readings.
  public func info(path: String) throws(LedgerError) -> LedgerInfo {
    try read { db in try Self.info(db, path: path) }
  }

  private static func info(_ db: Database, path: String) throws -> LedgerInfo {
    func number(_ sql: String, _ arguments: StatementArguments = []) throws -> Int64 {
      try Int64.fetchOne(db, sql: sql, arguments: arguments) ?? 0
    }
    let version = try schemaVersion(db)
    let isPacking = version >= versionWithSegments
    let covered = try lastSegment(db)?.lastBatch ?? 0
    let standing = try standing(db)
    let dayBefore = (standing.lastCommitAt?.microseconds ?? 0) - 86_400_000_000
    let pageBytes = try number("PRAGMA page_size")
    let backup = try lastBackup(db)
    return LedgerInfo(
      schemaVersion: version, standing: standing,
      firstEventAt: try Int64.fetchOne(db, sql: "SELECT time FROM event WHERE sequence = 1")
        .map { Timestamp(microseconds: $0) },
      fileBytes: try number("PRAGMA page_count") * pageBytes, logBytes: KeptFile.size(of: path + "-wal"),
      freePageBytes: try number("PRAGMA freelist_count") * pageBytes,
      openCommits: try number("SELECT count(*) FROM commit_group WHERE id > ?", [covered]),
      openReadings: try number("SELECT sum(reading_count) FROM commit_group WHERE id > ?", [covered]),
      openBytes: try number("SELECT sum(length(body)) FROM commit_group WHERE id > ?", [covered]),
      segments: isPacking ? try number("SELECT count(*) FROM segment") : 0,
      retiredSegments: isPacking ? try number("SELECT count(*) FROM segment WHERE skeleton IS NULL") : 0,
      packedReadings: isPacking
        ? try number("SELECT sum(reading_count) FROM segment WHERE skeleton IS NOT NULL") : 0,
      packedBytes: isPacking
        ? try number("SELECT sum(length(skeleton)) FROM segment")
          + number("SELECT sum(length(body)) FROM segment_clock") + number("SELECT sum(length(body)) FROM block") : 0,
      events: standing.throughSequence, records: try number("SELECT count(*) FROM record"),
      recordBytes: try number("SELECT sum(length(body)) FROM record"),
      readingsOfLastDay: try number(
        "SELECT sum(reading_count) FROM commit_group WHERE body IS NOT NULL AND time >= ? AND id > ?",
        [dayBefore, covered])
        + (isPacking ? number("SELECT sum(reading_count) FROM segment WHERE first_time >= ?", [dayBefore]) : 0),
      eventsOfLastDay: isPacking ? try number("SELECT count(*) FROM event WHERE time >= ?", [dayBefore]) : 0,
      bytesPerEvent: try Double.fetchOne(
        db, sql: "SELECT avg(length(body)) FROM event WHERE sequence > ?", arguments: [standing.throughSequence - 1_000]
      )
        ?? 0,
      freeBytes: FileSystemDisk().space(at: path)?.freeBytes,
      quarantinedStretches: isPacking ? try number("SELECT count(*) FROM quarantine") : 0, lastBackup: backup?.copied,
      lastBackupAt: backup?.at,
      lastCheckpointAt: try lastTime(of: .ledgerCheckpointed, db))
  }

  private static func lastBackup(_ db: Database) throws -> (copied: LedgerCopied, at: Timestamp)? {
    let rows = try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind = ? ORDER BY s.sequence DESC LIMIT 100
      """, [EventSubject.ledger.key, EventKind.ledgerCopied.rawValue])
    for record in rows {
      if case .ledgerCopied(let copied) = record.event, copied.purpose == .backup { return (copied, record.time) }
    }
    return nil
  }

  private static func lastTime(of kind: EventKind, _ db: Database) throws -> Timestamp? {
    try Int64.fetchOne(
      db,
      sql: """
        SELECT e.time FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? ORDER BY s.sequence DESC LIMIT 1
        """, arguments: [EventSubject.ledger.key, kind.rawValue]
    ).map { Timestamp(microseconds: $0) }
  }
}
