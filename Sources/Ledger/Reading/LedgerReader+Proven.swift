import Devices
import GRDB
import Shopfloor

extension LedgerReader {
  /// The readings of a commit that no segment holds, where its bytes give its stored hash after that of the commit before:
  /// a damaged byte must never become a value. The row has `id`, `body` and `hash`.
  ///
  /// - Throws: `LedgerError.readingsDamaged`.
  static func provenBatches(
    _ row: Row, _ devices: [UInt32: DeviceName], _ db: Database
  ) throws -> [ReadingBatch] {
    guard let body = try row.optionalBytes("body") else { return [] }
    let id = try row.integer("id")
    guard try row.optionalBytes("hash") == EventChain.hash(after: hash(before: id, db), of: body) else {
      throw LedgerError.readingsDamaged(batch: id, reason: "its bytes do not give its stored hash")
    }
    return try batches(row, devices)
  }

  /// The head of the readings' chain before a commit that no segment holds.
  private static func hash(before id: Int64, _ db: Database) throws -> [UInt8] {
    let covered = try ReadingScan.coveredThrough(db)
    let commit = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT hash FROM commit_group WHERE id < ? AND id > ? AND hash IS NOT NULL ORDER BY id DESC LIMIT 1
          """), arguments: [id, covered])
    if let commit { return try commit.bytes("hash") }
    guard covered > 0 else { return EventChain.genesis }
    let segment = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT head_after FROM segment WHERE last_batch = ?"), arguments: [covered])
    return try segment?.bytes("head_after") ?? EventChain.genesis
  }
}
