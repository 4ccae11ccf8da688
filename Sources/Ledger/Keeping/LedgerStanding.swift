import Foundation
import GRDB
public import Shopfloor

/// Where a ledger stands: its first event says which ledger it is, the heads of its two chains what it holds.
public struct LedgerStanding: Hashable, Sendable, Codable {
  /// Hash of event 1 in hexadecimal; nil in an empty ledger.
  public var firstEventSHA256: String?
  public var throughSequence: Int64
  /// Hash of that event: no other history ends in it.
  public var eventHeadSHA256: String
  /// When that event was committed.
  public var lastEventAt: Timestamp?
  public var throughBatch: Int64
  public var readingsHeadSHA256: String
  public var lastCommitAt: Timestamp?
}

extension LedgerReader {
  /// Where the ledger stands now.
  public func standing() throws(LedgerError) -> LedgerStanding { try read(Self.standing) }

  static func standing(_ db: Database) throws -> LedgerStanding {
    let first = try Data.fetchOne(db, sql: "SELECT hash FROM event WHERE sequence = 1")
    let last = try Row.fetchOne(db, sql: "SELECT sequence, time, hash FROM event ORDER BY sequence DESC LIMIT 1")
    let packed = try lastSegment(db)
    let batch: Int64 = try Int64.fetchOne(db, sql: "SELECT max(id) FROM commit_group") ?? 0
    let open = try Data.fetchOne(
      db, sql: "SELECT hash FROM commit_group WHERE id > ? AND hash IS NOT NULL ORDER BY id DESC LIMIT 1",
      arguments: [packed?.lastBatch ?? 0])
    let lastTime = try Int64.fetchOne(db, sql: "SELECT time FROM commit_group ORDER BY id DESC LIMIT 1")
    return LedgerStanding(
      firstEventSHA256: first.map { EventChain.hex([UInt8]($0)) }, throughSequence: try last?.integer("sequence") ?? 0,
      eventHeadSHA256: EventChain.hex(try last?.bytes("hash") ?? EventChain.genesis),
      lastEventAt: try last.map { Timestamp(microseconds: try $0.integer("time")) },
      throughBatch: max(batch, packed?.lastBatch ?? 0),
      readingsHeadSHA256: EventChain.hex(open.map { [UInt8]($0) } ?? packed?.headAfter ?? EventChain.genesis),
      lastCommitAt: lastTime.map { Timestamp(microseconds: $0) })
  }

  /// The newest packed segment; nil where nothing is packed, or the file is of a version without packing.
  static func lastSegment(_ db: Database) throws -> (id: Int64, lastBatch: Int64, headAfter: [UInt8])? {
    guard try schemaVersion(db) >= versionWithSegments else { return nil }
    return try Row.fetchOne(
      db, sql: "SELECT id, last_batch, head_after FROM segment ORDER BY last_batch DESC LIMIT 1"
    ).map { (try $0.integer("id"), try $0.integer("last_batch"), try $0.bytes("head_after")) }
  }

  static func schemaVersion(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  /// The step of the schema that brought packing.
  static let versionWithSegments = 5
}

/// Reads a whole ledger back.
enum KeptLedger {
  /// Verifies everything that the ledger holds, packed readings, records and what is owed included, and says where it ends.
  ///
  /// Damage that the ledger itself tells of is not new: it was set aside, and a backup of it is as good as the ledger.
  ///
  /// - Parameter isCopy: it may have been catching up: what is owed to others comes with its last piece.
  /// - Throws: `notVerified` with the first thing that does not hold.
  static func verified(_ path: String, isCopy: Bool = false) throws(KeepingFault) -> LedgerStanding {
    do throws(LedgerError) {
      let reader = try LedgerReader(path: path)
      if let problem = try problem(reader, isCopy: isCopy) { throw LedgerError.readFailed(reason: problem) }
      return try reader.standing()
    } catch {
      throw .notVerified(path: path, reason: "\(error)")
    }
  }

  private static func problem(_ reader: LedgerReader, isCopy: Bool) throws(LedgerError) -> String? {
    var verification = LedgerVerification(reader)
    let report = verification.run()
    let told = try reader.read { db in
      try EvidenceCollector.events(of: [.ledgerDamageFound], about: .ledger, db).compactMap { record in
        if case .ledgerDamageFound(let damage) = record.event { damage } else { nil }
      }
    }
    let new = report.findings.first { finding in
      if finding.isQuarantined || isCopy && finding.place == .outbox { return false }
      return !told.contains {
        $0.place == finding.place && $0.first == finding.first && $0.last == finding.last
          && $0.reason.hasPrefix(finding.what.english)
      }
    }
    if let new { return new.words.english }
    return report.omittedFindings > 0 ? report.summary.english : nil
  }
}
