import Crypto
import Foundation
import GRDB
import Shopfloor

extension FollowedPiece {
  /// Writes the piece within one transaction of the follower.
  func write(to db: Database, path: String) throws {
    guard try LedgerReader.standing(db) == before else {
      throw KeepingFault.differs(path: path, what: "somebody else wrote to the copy")
    }
    for rows in state where ["device", "parameter"].contains(rows.table) { try rows.insert(into: db) }
    try writeEvents(to: db)
    try commits.insert(into: db)
    try writeSegment(to: db, path)
    for rows in records { try rows.insert(into: db) }
    for rows in state where !["device", "parameter"].contains(rows.table) { try rows.insert(into: db) }
    try settings.insert(into: db, orReplace: true)
    try checkpoint.insert(into: db, orReplace: true)
    try refreshOutbox(in: db)
  }

  private func writeEvents(to db: Database) throws {
    try eventRows.insert(into: db)
    for event in events {
      let record = event.record
      for subject in record.event.subjects {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO event_subject (subject, sequence) VALUES (?, ?)")
          .execute(arguments: [subject.key, record.sequence])
      }
      // The stretch is damaged in the ledger; the copy has bytes of its own, and leaves out none of them.
      if case .ledgerDamageFound = record.event { continue }
      try Projections.apply(record.event, sequence: record.sequence, at: record.time, into: db)
    }
  }

  /// The commits that a segment holds go, as they do in the ledger.
  private func writeSegment(to db: Database, _ path: String) throws {
    for event in events {
      if case .readingsRetired(let retired) = event.record.event {
        try LedgerUpkeep.retireSegment(retired.segment).apply(to: db)
      }
    }
    guard let segment else { return }
    if before.throughBatch >= segment.lastBatch {
      let own = try Data.fetchOne(
        db, sql: "SELECT hash FROM commit_group WHERE id <= ? AND hash IS NOT NULL ORDER BY id DESC LIMIT 1",
        arguments: [segment.lastBatch])
      if let own, [UInt8](own) != segment.headAfter {
        throw KeepingFault.differs(
          path: path, what: "the packed readings up to commit \(segment.lastBatch) end in another hash")
      }
    }
    for rows in segment.rows { try rows.insert(into: db) }
    try Self.compare(segment, with: db, path)
    try db.execute(sql: "DELETE FROM commit_group WHERE id <= ?", arguments: [segment.lastBatch])
  }

  /// The commits that the copy took when they were new are those that the segment holds. What was damaged in the ledger
  /// before it was packed is not: then the copy keeps its own.
  private static func compare(_ segment: FollowedSegment, with db: Database, _ path: String) throws {
    guard let head = try SegmentRows.segment(segment.id, db), !head.isRetired else { return }
    let own = try Row.fetchAll(
      db, sql: "SELECT * FROM commit_group WHERE id BETWEEN ? AND ? ORDER BY id",
      arguments: [segment.firstBatch, segment.lastBatch]
    ).map { try StoredCommit($0) }
    guard !own.isEmpty else { return }
    let packed = try SegmentRows.commits(of: head, SegmentCodec(devices: segment.devices), db)
    for commit in own {
      let place = Int(commit.id - segment.firstBatch)
      guard place >= packed.count || packed[place].stored != commit else { continue }
      let isDamaged = place < packed.count && packed[place].isDamaged
      throw KeepingFault.differs(
        path: path,
        what: "commit \(commit.id) is another one in packed segment \(segment.id)"
          + (isDamaged ? ": it was damaged in the ledger when it was packed, and the copy holds it as it came" : ""))
    }
  }

  private func refreshOutbox(in db: Database) throws {
    let columns = ["state", "attempts", "next_attempt_at", "last_answer"]
    for row in changedOutbox.rows {
      let values = columns.map { changedOutbox.value($0, row) }
      try db.cachedStatement(
        sql: """
          UPDATE outbox SET state = ?1, attempts = ?2, next_attempt_at = ?3, last_answer = ?4
          WHERE id = ?5 AND (state, attempts, next_attempt_at) IS NOT (?1, ?2, ?3)
          """
      ).execute(arguments: StatementArguments(values + [changedOutbox.value("id", row)]))
    }
  }
}

enum PartDigest {
  static func sha256(_ bytes: some DataProtocol) -> [UInt8] { [UInt8](SHA256.hash(data: bytes)) }
}

/// Lower-case hexadecimal that this program wrote itself.
enum Hexadecimal {
  static func bytes(_ text: String) -> [UInt8] {
    func nibble(_ digit: UInt8) -> UInt8 { digit < 0x3A ? digit &- 0x30 : digit &- 0x57 }
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).map { nibble(digits[$0]) << 4 | nibble(digits[$0 + 1]) }
  }
}
