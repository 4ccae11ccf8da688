import Devices
import Foundation
import GRDB
import Shopfloor

/// Packs the oldest commits into segments and drops them then, piece by piece.
///
/// It may end at any instant: a segment is written in one commit with the event that tells of it, and commits that are in a
/// segment but not dropped yet are found again by their numbers.
public struct PackingDuty: LedgerDuty {
  public var name: String { "packing" }

  /// Commits that are dropped in one piece.
  public static let commitsPerDrop = 200
  /// When it looks again after there was nothing to pack, and between two drops, so that readings come first.
  public static let idleMicroseconds: Int64 = 60_000_000
  public static let betweenDropsMicroseconds: Int64 = 50_000
  /// Commits whose bodies are in memory at once before a segment is made of them; those of a segment.
  private let bounds: PackingPlan.Bounds
  private let rest: PackingPlan.Rest

  public init(bounds: PackingPlan.Bounds = PackingPlan.Bounds(), rest: PackingPlan.Rest = PackingPlan.Rest()) {
    self.bounds = bounds
    self.rest = rest
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    if try context.reader.hasPackedCommits() {
      _ = try context.write([.dropPackedCommits(limit: Self.commitsPerDrop)], [])
      return .microseconds(Self.betweenDropsMicroseconds)
    }
    guard let next = try context.reader.nextToPack(bounds: bounds, rest: rest, now: context.now.utc) else {
      return .microseconds(Self.idleMicroseconds)
    }
    let segment = try next.codec.pack(next.commits, id: next.id, headBefore: next.headBefore)
    var facts: [Event] = [.readingsPacked(Self.notice(of: segment, next.commits))]
    var work: [LedgerUpkeep] = [.addSegment(segment)]
    for commit in next.damaged {
      let reason = "its bytes did not give its stored hash when it was packed"
      work.append(
        .quarantine(
          QuarantinedStretch(
            place: .readings, first: commit.id, last: commit.id, reason: reason,
            foundAt: context.now.utc.microseconds)))
      let time = Timestamp(microseconds: commit.time)
      facts.append(
        .ledgerDamageFound(
          LedgerDamageFound(
            place: .readings, first: commit.id, last: commit.id, reason: reason, from: time, until: time)))
    }
    _ = try context.write(work, facts)
    return .none
  }

  private static func notice(of segment: PackedSegment, _ commits: [StoredCommit]) -> ReadingsPacked {
    let parts = [segment.skeleton] + segment.clocks + segment.blocks.map(\.part)
    return ReadingsPacked(
      segment: segment.id, firstBatch: segment.firstBatch, lastBatch: segment.lastBatch,
      readings: segment.readingCount, bytesBefore: commits.reduce(0) { $0 + Int64($1.body?.count ?? 0) },
      bytesAfter: parts.reduce(0) { $0 + Int64($1.body.count) }, rootSHA256: EventChain.hex(segment.root))
  }
}

/// What the next segment is made of.
struct NextSegment {
  var id: Int64
  var headBefore: [UInt8]
  var commits: [StoredCommit]
  /// Those that do not give their hash and that nobody set aside yet.
  var damaged: [StoredCommit]
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
      let devices = try Self.devices(db)
      // A time after now is of a clock that was set back since: such a commit is not young.
      let young = (now.microseconds - rest.ageMicroseconds)...(now.microseconds + rest.ageMicroseconds)
      let commits = try Self.commits(from: first, through: last, young: young, bounds: bounds, devices, db)
      guard let commits else { return nil }
      let head = try before?.bytes("head_after") ?? EventChain.genesis
      let quarantine = try Quarantine(db)
      return NextSegment(
        id: (try before?.integer("id") ?? 0) + 1, headBefore: head, commits: commits,
        damaged: Self.damaged(commits, after: head).filter { quarantine.reason(ofCommit: $0.id) == nil },
        codec: SegmentCodec(devices: devices))
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

  /// Commits from the first one on until a bound is reached; nil where none is.
  private static func commits(
    from first: Int64, through last: Int64, young: ClosedRange<Int64>, bounds: PackingPlan.Bounds,
    _ devices: [UInt32: DeviceName], _ db: Database
  ) throws -> [StoredCommit]? {
    var plan = PackingPlan(bounds: bounds)
    var commits: [StoredCommit] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, time, monotonic, last_event, reading_count, body, hash FROM commit_group
        WHERE id BETWEEN ? AND ? ORDER BY id
        """, arguments: [first, last])
    while let row = try rows.next() {
      let commit = try StoredCommit(row)
      guard !young.contains(commit.time) else { return nil }
      commits.append(commit)
      // What cannot be read has no parameters: it is kept as it is.
      let batches = commit.body.flatMap { try? ReadingBatchCodec.decode($0) { devices[$0] } } ?? []
      let parameters = batches.lazy.flatMap(\.readings).map(\.parameter.rawValue)
      let isFull = plan.take(
        .init(
          id: commit.id, time: commit.time, readingCount: Int(try row.integer("reading_count")),
          byteCount: commit.body?.count ?? 0),
        parameters: parameters)
      if isFull { return commits }
    }
    return nil
  }

  private static func damaged(_ commits: [StoredCommit], after head: [UInt8]) -> [StoredCommit] {
    var head = head
    return commits.filter { commit in
      guard let body = commit.body, let stored = commit.hash else { return false }
      defer { head = stored }
      return EventChain.hash(after: head, of: body) != stored
    }
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
