import Devices
import Foundation
import GRDB
import Shopfloor

/// What one piece carries from a ledger to its follower, read in one transaction of the ledger.
struct FollowedPiece: Sendable {
  /// Where the follower stands before and after it.
  var before: LedgerStanding
  var throughBatch: Int64
  /// Where the ledger stood when it was read.
  var source: LedgerStanding
  var segment: FollowedSegment?
  var commits = CopiedRows(table: "commit_group")
  var events: [FollowedEvent] = []
  var eventRows = CopiedRows(table: "event")
  var records: [CopiedRows] = []
  /// State beside the history: but for devices and parameters only in a piece that reaches the end of the ledger, so that
  /// it never runs ahead.
  var state: [CopiedRows] = []
  var settings = CopiedRows(table: "setting")
  var checkpoint = CopiedRows(table: "checkpoint")
  var changedOutbox = CopiedRows(table: "outbox")
  var nextOutboxCursor: Int64
  /// Whether the follower holds everything that the ledger held.
  var reachesEnd = false

  /// Nothing is written where nothing happened.
  var isEmpty: Bool {
    segment == nil && commits.rows.isEmpty && events.isEmpty && settings.rows.isEmpty && checkpoint.rows.isEmpty
      && changedOutbox.rows.isEmpty && state.allSatisfy(\.rows.isEmpty)
  }

  struct FollowedEvent: Sendable {
    var record: EventRecord
    var commit: Int64
  }

  /// A packed segment with its clocks and blocks.
  struct FollowedSegment: Sendable {
    var id: Int64
    var firstBatch: Int64
    var lastBatch: Int64
    var headAfter: [UInt8]
    var rows: [CopiedRows]
    /// The ledger's devices, which the follower gets with its last piece.
    var devices: [UInt32: DeviceName]
  }

  static func read(
    _ db: Database, after own: LedgerFollower.Standing, maximumCommits: Int64, outboxCursor: Int64, path: String
  ) throws -> FollowedPiece {
    let source = try LedgerReader.standing(db)
    var piece = FollowedPiece(
      before: own.head, throughBatch: own.head.throughBatch, source: source, nextOutboxCursor: outboxCursor)
    try checkCommonPast(db, own, source, path)
    try piece.addSegment(db, own, path)
    if piece.segment == nil { try piece.addCommits(db, own, maximumCommits, path) }
    try piece.addEvents(db, own, path)
    let packed = try LedgerReader.lastSegment(db)
    let holdsSegments = (packed?.lastBatch ?? 0) == (piece.segment?.lastBatch ?? own.segmentLastBatch)
    // Commits name them by their numbers: without them a copy that is catching up could not be read.
    piece.state = [
      try CopiedRows.read(db, "device", where: "number > ? ORDER BY number", [own.device]).rows,
      try CopiedRows.read(db, "parameter", where: "number > ? ORDER BY number", [own.parameter]).rows,
    ]
    if piece.throughBatch == source.throughBatch, holdsSegments { try piece.addState(db, own) }
    return piece
  }

  /// The follower's last event must be the ledger's event of that number.
  private static func checkCommonPast(
    _ db: Database, _ own: LedgerFollower.Standing, _ source: LedgerStanding, _ path: String
  ) throws {
    if let first = own.head.firstEventSHA256, first != source.firstEventSHA256 {
      throw KeepingFault.otherLedger(path: path)
    }
    guard own.head.throughSequence > 0 else { return }
    let hash = try Data.fetchOne(
      db, sql: "SELECT hash FROM event WHERE sequence = ?", arguments: [own.head.throughSequence])
    guard let hash else {
      throw KeepingFault.differs(
        path: path, what: "the copy ends at event \(own.head.throughSequence), the ledger at \(source.throughSequence)")
    }
    guard EventChain.hex([UInt8](hash)) == own.head.eventHeadSHA256 else {
      throw KeepingFault.differs(path: path, what: "event \(own.head.throughSequence) has another hash")
    }
    guard own.head.throughBatch <= source.throughBatch else {
      throw KeepingFault.differs(
        path: path, what: "the copy ends at commit \(own.head.throughBatch), the ledger at \(source.throughBatch)")
    }
  }

  private mutating func addSegment(_ db: Database, _ own: LedgerFollower.Standing, _ path: String) throws {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT id, first_batch, last_batch, head_before, head_after FROM segment WHERE last_batch > ?
        ORDER BY last_batch LIMIT 1
        """, arguments: [own.segmentLastBatch])
    guard let row else { return }
    let id = try row.integer("id")
    let lastBatch = try row.integer("last_batch")
    guard try row.bytes("head_before") == own.segmentHead, try row.integer("first_batch") == own.segmentLastBatch + 1
    else {
      throw KeepingFault.differs(path: path, what: "packed segment \(id) does not follow the one before")
    }
    let rows = try ["segment", "segment_clock", "block"].map { table in
      try CopiedRows.read(
        db, table, where: table == "segment" ? "id = ?" : "segment = ? ORDER BY rowid", [id]
      ).rows
    }
    for part in rows { try part.checkDigests(of: id, path) }
    segment = FollowedSegment(
      id: id, firstBatch: try row.integer("first_batch"), lastBatch: lastBatch, headAfter: try row.bytes("head_after"),
      rows: rows, devices: try LedgerReader.devices(db))
    throughBatch = max(throughBatch, lastBatch)
  }

  private mutating func addCommits(
    _ db: Database, _ own: LedgerFollower.Standing, _ maximumCommits: Int64, _ path: String
  ) throws {
    (commits, _) = try CopiedRows.read(
      db, "commit_group", where: "id > ? ORDER BY id LIMIT ?", [own.head.throughBatch, maximumCommits],
      maximumBytes: LedgerFollower.maximumBytes)
    var expected = own.head.throughBatch + 1
    var head = own.head.readingsHeadSHA256
    for row in commits.rows {
      guard Int64.fromDatabaseValue(commits.value("id", row)) == expected else {
        throw KeepingFault.differs(path: path, what: "commit \(expected) is missing in the ledger")
      }
      if let body = Data.fromDatabaseValue(commits.value("body", row)),
        let stored = Data.fromDatabaseValue(commits.value("hash", row))
      {
        head = EventChain.hex(EventChain.hash(after: Hexadecimal.bytes(head), of: [UInt8](body)))
        guard head == EventChain.hex([UInt8](stored)) else {
          throw KeepingFault.differs(path: path, what: "the bytes of commit \(expected) do not give its hash")
        }
      }
      throughBatch = expected
      expected += 1
    }
  }

  private mutating func addEvents(_ db: Database, _ own: LedgerFollower.Standing, _ path: String) throws {
    var head = Hexadecimal.bytes(own.head.eventHeadSHA256)
    var expected = own.head.throughSequence + 1
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM event WHERE sequence > ? ORDER BY sequence", arguments: [own.head.throughSequence])
    while let row = try rows.next() {
      let commit = try row.integer("commit_group")
      if commit > throughBatch { break }
      let body = try row.bytes("body")
      head = EventChain.hash(after: head, of: body)
      guard try row.integer("sequence") == expected, try row.bytes("hash") == head else {
        throw KeepingFault.differs(path: path, what: "the chain of events does not hold at event \(expected)")
      }
      let record = try EventChain.record(sequence: expected, bytes: body, hash: head)
      if eventRows.columns.isEmpty { eventRows.columns = Array(row.columnNames) }
      eventRows.rows.append(Array(row.databaseValues))
      events.append(FollowedEvent(record: record, commit: commit))
      if case .recordSealed(let notice) = record.event {
        records.append(
          try CopiedRows.read(
            db, "record", where: "lot = ? AND revision = ?", [notice.lot.text, notice.revision]
          ).rows)
      }
      expected += 1
    }
  }

  private mutating func addState(_ db: Database, _ own: LedgerFollower.Standing) throws {
    let outbox = try CopiedRows.read(
      db, "outbox", where: "id > ? ORDER BY id LIMIT ?", [own.outboxID, LedgerFollower.maximumRows],
      maximumBytes: LedgerFollower.maximumBytes)
    let nodes = try Self.newMerkleNodes(db, own.merkle)
    reachesEnd =
      !outbox.isCutOff && outbox.rows.rows.count < LedgerFollower.maximumRows
      && nodes.rows.count < LedgerFollower.maximumRows
    state += [outbox.rows, nodes]
    (settings, _) = try CopiedRows.read(db, "setting", where: "1 ORDER BY name")
    settings.rows.removeAll { own.settings.contains($0) }
    if try Int64.fetchOne(db, sql: "SELECT commit_group FROM checkpoint") != own.checkpointBatch {
      (checkpoint, _) = try CopiedRows.read(db, "checkpoint", where: "id = 1")
    }
    if !own.openOutbox.isEmpty {
      let ids = own.openOutbox.map(String.init).joined(separator: ", ")
      (changedOutbox, _) = try CopiedRows.read(db, "outbox", where: "id IN (\(ids))")
    }
    nextOutboxCursor = own.openOutbox.count == LedgerFollower.maximumRows ? own.openOutbox.last ?? 0 : 0
  }

  /// The last position of each level, by lookups alone.
  static func merkleEnds(_ db: Database) throws -> [Int: Int64] {
    var ends: [Int: Int64] = [:]
    var level = try Int.fetchOne(db, sql: "SELECT min(level) FROM merkle_node")
    while let found = level {
      ends[found] = try Int64.fetchOne(
        db, sql: "SELECT max(position) FROM merkle_node WHERE level = ?", arguments: [found])
      level = try Int.fetchOne(db, sql: "SELECT min(level) FROM merkle_node WHERE level > ?", arguments: [found])
    }
    return ends
  }

  private static func newMerkleNodes(_ db: Database, _ own: [Int: Int64]) throws -> CopiedRows {
    var nodes = CopiedRows(table: "merkle_node")
    for level in try merkleEnds(db).keys.sorted() {
      let found = try CopiedRows.read(
        db, "merkle_node", where: "level = ? AND position > ? ORDER BY position LIMIT ?",
        [level, own[level] ?? -1, LedgerFollower.maximumRows - nodes.rows.count])
      nodes.columns = found.rows.columns.isEmpty ? nodes.columns : found.rows.columns
      nodes.rows += found.rows.rows
    }
    return nodes
  }
}

extension CopiedRows {
  /// Every part of a segment that has bytes must give its digest.
  fileprivate func checkDigests(of segment: Int64, _ path: String) throws(KeepingFault) {
    let (digest, body) = table == "segment" ? ("skeleton_digest", "skeleton") : ("digest", "body")
    for row in rows {
      guard let bytes = Data.fromDatabaseValue(value(body, row)) else { continue }
      guard Data.fromDatabaseValue(value(digest, row)) == Data(PartDigest.sha256(bytes)) else {
        throw .differs(path: path, what: "a part of packed segment \(segment) does not give its digest")
      }
    }
  }
}
