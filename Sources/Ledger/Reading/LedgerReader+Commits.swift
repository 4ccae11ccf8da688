import Devices
import Foundation
import GRDB
public import Shopfloor
import Synchronization

/// A segment that was unpacked, kept while its commits are gone through.
struct UnpackedSegment: Sendable {
  var head: SegmentRows.Head
  var commits: [SegmentCodec.UnpackedCommit]
}

extension LedgerReader {
  /// The commits after the given one, oldest first, at most `limit`, packed ones too.
  ///
  /// A commit that was set aside or cannot be read has no batches, and is not whole. Of a segment whose readings were
  /// removed by a rule of retention or that was set aside, and of a stretch of commits that is missing, the commits with
  /// events are given, without batches.
  public func groups(after group: Int64, limit: Int) throws(LedgerError) -> [StoredGroup] {
    try read { db in
      let covered = try ReadingScan.coveredThrough(db)
      let codec = SegmentCodec(devices: try Self.devices(db))
      let quarantine = try Quarantine(db)
      var groups: [StoredGroup] = []
      var last = group
      while groups.count < limit, last < covered, let head = try SegmentRows.holding(commit: last + 1, db) {
        guard !head.isRetired, quarantine.reason(ofSegment: head.id) == nil else {
          let found = try Self.eventGroups(after: last, through: head.lastBatch, limit: limit - groups.count, db)
          groups += found
          last = groups.count < limit ? head.lastBatch : found.last?.id ?? head.lastBatch
          continue
        }
        for commit in try unpacked(head, codec, db).dropFirst(Int(last + 1 - head.firstBatch)) {
          guard groups.count < limit else { break }
          groups.append(try Self.group(commit.stored, commit.isDamaged ? nil : commit.batches, db))
          last = commit.stored.id
        }
      }
      // Nothing more is asked of what was unpacked.
      if last >= covered { lastUnpacked.withLock { $0 = nil } }
      guard groups.count < limit else { return groups }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, time, monotonic, last_event, body, hash FROM commit_group WHERE id > ? ORDER BY id LIMIT ?
          """, arguments: [max(last, covered), limit - groups.count])
      last = max(last, covered)
      while groups.count < limit, let row = try rows.next() {
        let commit = try StoredCommit(row)
        if commit.id > last + 1 {
          groups += try Self.eventGroups(after: last, through: commit.id - 1, limit: limit - groups.count, db)
        }
        guard groups.count < limit else { return groups }
        let isSetAside = quarantine.reason(ofCommit: commit.id) != nil
        groups.append(
          try Self.group(commit, isSetAside ? nil : try Self.readableBatches(row, codec.devices), db))
        last = commit.id
      }
      groups += try Self.eventGroups(after: last, through: .max, limit: limit - groups.count, db)
      return groups
    }
  }

  /// Nil where the bytes cannot be read.
  private static func readableBatches(_ row: Row, _ devices: [UInt32: DeviceName]) throws -> [ReadingBatch]? {
    do {
      return try batches(row, devices)
    } catch LedgerError.readingsDamaged {
      return nil
    }
  }

  /// The commits of a stretch that brought events, with what the events themselves say of the time.
  private static func eventGroups(
    after last: Int64, through end: Int64, limit: Int, _ db: Database
  ) throws -> [StoredGroup] {
    guard limit > 0 else { return [] }
    let ids = try Int64.fetchAll(
      db,
      sql: "SELECT DISTINCT commit_group FROM event WHERE commit_group > ? AND commit_group <= ? ORDER BY 1 LIMIT ?",
      arguments: [last, end, limit])
    return try ids.compactMap { id in
      let events = try events(
        db, "SELECT sequence, body, hash FROM event WHERE commit_group = ? ORDER BY sequence", [id])
      guard let first = events.first else { return nil }
      return StoredGroup(
        id: id, clock: ClockReading(utc: first.time, monotonicMicroseconds: first.monotonicMicroseconds), batches: [],
        isWhole: false, events: events)
    }
  }

  private static func group(_ commit: StoredCommit, _ batches: [ReadingBatch]?, _ db: Database) throws -> StoredGroup {
    StoredGroup(
      id: commit.id,
      clock: ClockReading(
        utc: Timestamp(microseconds: commit.time), monotonicMicroseconds: commit.monotonic),
      batches: batches ?? [], isWhole: batches != nil,
      events: try events(
        db, "SELECT sequence, body, hash FROM event WHERE commit_group = ? ORDER BY sequence", [commit.id]))
  }

  /// The commits of a segment; the last one that was asked for is kept.
  func unpacked(_ head: SegmentRows.Head, _ codec: SegmentCodec, _ db: Database) throws -> [SegmentCodec.UnpackedCommit]
  {
    if let kept = lastUnpacked.withLock({ $0?.head == head ? $0 : nil }) { return kept.commits }
    let commits = try SegmentRows.commits(of: head, codec, db)
    lastUnpacked.withLock { $0 = UnpackedSegment(head: head, commits: commits) }
    return commits
  }

  /// The message keys of the latest commits, oldest first: the window in which a redelivered message is known.
  public func latestMessageKeys(groups: Int) throws(LedgerError) -> [UInt64] {
    try read { db in
      let devices = try Self.devices(db)
      let covered = try ReadingScan.coveredThrough(db)
      let newest = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM commit_group") ?? 0
      let before = newest.subtractingWithinRange(Int64(groups))
      var keys: [UInt64] = []
      var next = max(before, 0) + 1
      while next <= covered, let head = try SegmentRows.holding(commit: next, db) {
        keys += try SegmentRows.messageKeys(of: head, from: next, db)
        next = head.lastBatch + 1
      }
      // One commit in memory at a time: those of a large line hold thousands of readings each.
      let rows = try Row.fetchCursor(
        db, sql: "SELECT id, body FROM commit_group WHERE id > ? ORDER BY id", arguments: [max(before, covered)])
      while let row = try rows.next() {
        // What cannot be read has no keys that could be known.
        keys += try Self.readableBatches(row, devices)?.compactMap(\.messageKey) ?? []
      }
      return keys
    }
  }

  /// The instant of the last commit before the recorder started last; nil where it started for the first time. Where the
  /// segment that holds it was removed or is damaged, that of the last event before.
  public func lastCommitBeforeStart() throws(LedgerError) -> Timestamp? {
    try read { db in
      let start = try Int64.fetchOne(
        db,
        sql: """
          SELECT e.commit_group FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = ? ORDER BY s.sequence DESC LIMIT 1
          """, arguments: [EventSubject.recorder.key, EventKind.recordingStarted.rawValue])
      guard let start, start > 1 else { return nil }
      if let head = try SegmentRows.holding(commit: start - 1, db) {
        do {
          let commits = try unpacked(head, SegmentCodec(devices: try Self.devices(db)), db)
          return commits.first { $0.stored.id == start - 1 }.map { Timestamp(microseconds: $0.stored.time) }
        } catch LedgerError.readingsDamaged {
          // Removed or damaged; the last event is at most so much older.
          return try Int64.fetchOne(
            db, sql: "SELECT time FROM event WHERE commit_group < ? ORDER BY sequence DESC LIMIT 1", arguments: [start]
          ).map { Timestamp(microseconds: $0) }
        }
      }
      return try Int64.fetchOne(
        db, sql: "SELECT time FROM commit_group WHERE id < ? ORDER BY id DESC LIMIT 1", arguments: [start]
      ).map { Timestamp(microseconds: $0) }
    }
  }

  /// The number of events, readings and commits in the ledger; readings that retention removed count too.
  public func counts() throws(LedgerError) -> (events: Int64, readings: Int64, commits: Int64) {
    try read { db in
      let packed = try Int64.fetchOne(db, sql: "SELECT coalesce(sum(reading_count), 0) FROM segment") ?? 0
      let raw = try Int64.fetchOne(
        db, sql: "SELECT coalesce(sum(reading_count), 0) FROM commit_group WHERE id > ?",
        arguments: [try ReadingScan.coveredThrough(db)])
      return (
        try Int64.fetchOne(db, sql: "SELECT coalesce(max(sequence), 0) FROM event") ?? 0, packed + (raw ?? 0),
        try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM commit_group") ?? 0
      )
    }
  }
}
