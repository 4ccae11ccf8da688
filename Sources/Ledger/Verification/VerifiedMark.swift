import GRDB
import Shopfloor

/// A checkpoint that still holds: what came before it need not be gone through at every start.
struct VerifiedMark {
  /// The event that tells of the checkpoint.
  var sequence: Int64
  var treeSize: Int64
  /// Stored hash of the last event of the tree.
  var eventHash: [UInt8]
  var frontier: MerkleFrontier
  var throughBatch: Int64
  var readingsHead: [UInt8]

  /// The latest checkpoint, as its event says it.
  static func latest(_ db: Database) throws -> (sequence: Int64, treeSize: Int64)? {
    let record = try LedgerReader.events(
      db,
      "SELECT sequence, body, hash FROM event WHERE kind = 'ledgerCheckpointed' ORDER BY sequence DESC LIMIT 1", []
    ).first
    guard let record, case .ledgerCheckpointed(let checkpoint) = record.event else { return nil }
    return (record.sequence, checkpoint.treeSize)
  }

  /// The checkpoint of a tree of that size, where the events still give its root.
  init?(_ treeSize: Int64, _ db: Database) throws {
    let records = try LedgerReader.events(
      db,
      "SELECT sequence, body, hash FROM event WHERE kind = 'ledgerCheckpointed' AND sequence > ? ORDER BY sequence LIMIT 1",
      [treeSize])
    guard let record = records.first, case .ledgerCheckpointed(let checkpoint) = record.event,
      checkpoint.treeSize == treeSize, treeSize > 0, let head = Self.bytes(checkpoint.readingsHeadSHA256)
    else { return nil }
    let (frontier, _) = try EventTree.grown(to: treeSize, db)
    guard EventChain.hex(frontier.root) == checkpoint.rootSHA256,
      let row = try Row.fetchOne(db, sql: "SELECT hash FROM event WHERE sequence = ?", arguments: [treeSize])
    else { return nil }
    sequence = record.sequence
    self.treeSize = treeSize
    eventHash = try row.bytes("hash")
    self.frontier = frontier
    throughBatch = checkpoint.throughBatch
    readingsHead = head
    // Commits that were packed since are in segments that end later: the walk begins behind those.
    let packed = try Row.fetchOne(
      db, sql: "SELECT last_batch, head_after FROM segment WHERE last_batch > ? ORDER BY last_batch DESC LIMIT 1",
      arguments: [throughBatch])
    if let packed { (throughBatch, readingsHead) = (try packed.integer("last_batch"), try packed.bytes("head_after")) }
  }

  /// What was set aside.
  static func quarantined(_ db: Database) throws -> [QuarantinedStretch] {
    // A ledger of an earlier version sets nothing aside.
    guard try db.tableExists("quarantine") else { return [] }
    return try Row.fetchAll(db, sql: "SELECT place, first, last, reason, found_at FROM quarantine ORDER BY id").map {
      row in
      guard let place = QuarantinedStretch.Place(rawValue: try row.text("place")) else {
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a stretch was set aside at a place that is none")
      }
      return QuarantinedStretch(
        place: place, first: try row.integer("first"), last: try row.integer("last"), reason: try row.text("reason"),
        foundAt: try row.integer("found_at"))
    }
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8]? {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    guard digits.count == 64, hexadecimal.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
