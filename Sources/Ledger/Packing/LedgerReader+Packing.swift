import Devices
import Foundation
import GRDB
import Shopfloor

/// What the next segment is made of.
struct NextSegment {
  struct Damage {
    var commit: StoredCommit
    var reason: String
    /// Its readings do not give their hash: they go into no block.
    var isOfReadings: Bool
  }

  var id: Int64
  var headBefore: [UInt8]
  var commits: [StoredCommit]
  /// What nobody set aside yet.
  var damage: [Damage]
  var codec: SegmentCodec
}

extension LedgerReader {
  /// Whether commits are there that a segment holds.
  func hasPackedCommits() throws(LedgerError) -> Bool {
    try read { db in
      let oldest = try Int64.fetchOne(db, sql: "SELECT min(id) FROM commit_group")
      return try (oldest ?? .max) <= ReadingScan.coveredThrough(db)
    }
  }

  /// The commits of the next segment; nil where there is nothing to pack yet.
  func nextToPack(
    bounds: PackingPlan.Bounds, rest: PackingPlan.Rest, now: Timestamp
  ) throws(LedgerError) -> NextSegment? {
    try read { db in
      let newest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM commit_group") ?? 0
      let checkpoint = try Int64.fetchOne(db, sql: "SELECT commit_group FROM checkpoint") ?? 0
      guard
        let last = PackingPlan.last(
          newest: newest, checkpoint: checkpoint, anchored: try Self.lastAnchored(db), rest: rest)
      else { return nil }
      let before = try Row.fetchOne(
        db, sql: "SELECT id, last_batch, head_after FROM segment ORDER BY last_batch DESC LIMIT 1")
      let first = (try before?.integer("last_batch") ?? 0) + 1
      guard first <= last else { return nil }
      var next = NextSegment(
        id: (try before?.integer("id") ?? 0) + 1, headBefore: try before?.bytes("head_after") ?? EventChain.genesis,
        commits: [], damage: [], codec: SegmentCodec(devices: try Self.devices(db)))
      // A time after now is of a clock that was set back since: such a commit is not young.
      let young = (now.microseconds - rest.ageMicroseconds)...(now.microseconds + rest.ageMicroseconds)
      return try Self.gather(&next, from: first, through: last, young: young, bounds: bounds, db) ? next : nil
    }
  }

  private static func lastAnchored(_ db: Database) throws -> Int64 {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? ORDER BY s.sequence DESC LIMIT 1
        """, arguments: [EventSubject.recorder.key, EventKind.readingsAnchored.rawValue])
    guard let row else { return 0 }
    let record = try EventChain.record(
      sequence: try row.integer("sequence"), bytes: try row.bytes("body"), hash: try row.bytes("hash"))
    guard case .readingsAnchored(let anchor) = record.event else { return 0 }
    return anchor.throughBatch
  }

  /// Takes commits from the first one on until a bound is reached; false where none is.
  private static func gather(
    _ next: inout NextSegment, from first: Int64, through last: Int64, young: ClosedRange<Int64>,
    bounds: PackingPlan.Bounds, _ db: Database
  ) throws -> Bool {
    let quarantine = try Quarantine(db)
    var plan = PackingPlan(bounds: bounds)
    var head = next.headBefore
    let rows = try Row.fetchCursor(
      db, sql: "SELECT * FROM commit_group WHERE id BETWEEN ? AND ? ORDER BY id", arguments: [first, last])
    while let row = try rows.next() {
      let commit = try StoredCommit(row)
      guard !young.contains(commit.time) else { return false }
      next.commits.append(commit)
      if let damage = try damage(of: commit, row, after: &head), quarantine.reason(ofCommit: commit.id) == nil {
        next.damage.append(damage)
      }
      // What cannot be read has no parameters: it is kept as it is.
      let batches = commit.body.flatMap { try? ReadingBatchCodec.decode($0) { next.codec.devices[$0] } } ?? []
      let isFull = plan.take(
        .init(
          id: commit.id, time: commit.time, readingCount: Int(try row.integer("reading_count")),
          byteCount: commit.body?.count ?? 0),
        parameters: batches.lazy.flatMap(\.readings).map(\.parameter.rawValue))
      if isFull { return true }
    }
    return false
  }

  private static func damage(
    of commit: StoredCommit, _ row: Row, after head: inout [UInt8]
  ) throws -> NextSegment.Damage? {
    if let body = commit.body, let stored = commit.hash {
      defer { head = stored }
      guard EventChain.hash(after: head, of: body) == stored else {
        return NextSegment.Damage(
          commit: commit, reason: "its readings did not give their stored hash when they were packed",
          isOfReadings: true)
      }
    }
    // Commits of older programs have no checksum of their columns.
    guard let digest = try row.optionalBytes("digest") else { return nil }
    let expected = RowDigest.commit(
      id: commit.id, time: commit.time, monotonic: commit.monotonic, lastEvent: commit.lastEvent,
      readingCount: try row.integer("reading_count"), firstReading: try row.optionalInteger("first_reading"),
      lastReading: try row.optionalInteger("last_reading"), outOfWindow: try row.integer("out_of_window") != 0)
    guard digest != expected else { return nil }
    return NextSegment.Damage(
      commit: commit, reason: "its times and counts did not give their checksum when it was packed",
      isOfReadings: false)
  }
}

extension StoredCommit {
  init(_ row: Row) throws {
    self.init(
      id: try row.integer("id"), time: try row.integer("time"), monotonic: try row.integer("monotonic"),
      lastEvent: try row.integer("last_event"), body: try row.optionalBytes("body"),
      hash: try row.optionalBytes("hash"))
  }
}
