import Foundation
import GRDB

extension LedgerUpkeep {
  /// Carries the work out within the writer's transaction.
  func apply(to db: Database) throws {
    switch self {
    case .addSegment(let segment): try Self.insert(segment, into: db)
    case .dropPackedCommits(let limit):
      try db.cachedStatement(
        sql: """
          DELETE FROM commit_group WHERE id IN (
            SELECT id FROM commit_group WHERE id <= (SELECT coalesce(max(last_batch), 0) FROM segment)
            ORDER BY id LIMIT ?)
          """
      ).execute(arguments: [limit])
    case .addMerkleNodes(let nodes):
      for node in nodes {
        try db.cachedStatement(
          sql: "INSERT INTO merkle_node (level, position, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [node.level, node.position, Data(node.hash)])
      }
    case .quarantine(let stretch):
      try db.cachedStatement(
        sql: """
          INSERT INTO quarantine (place, first, last, reason, found_at)
          SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
            (SELECT 1 FROM quarantine WHERE place = ?1 AND first = ?2 AND last = ?3)
          """
      ).execute(arguments: [
        stretch.place.rawValue, stretch.first, stretch.last, stretch.reason, stretch.foundAt,
      ])
    case .retireSegment(let id, _): try Self.retire(id, in: db)
    case .keepSetting(let name, let value):
      try db.cachedStatement(
        sql: "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
      ).execute(arguments: [name, value])
    }
  }

  private static func insert(_ segment: PackedSegment, into db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO segment (id, first_batch, last_batch, first_time, last_time, first_reading, last_reading,
          reading_count, head_before, head_after, root, skeleton_digest, skeleton)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      segment.id, segment.firstBatch, segment.lastBatch, segment.firstTime, segment.lastTime, segment.firstReading,
      segment.lastReading, segment.readingCount, Data(segment.headBefore), Data(segment.headAfter),
      Data(segment.root), Data(segment.skeleton.digest), Data(segment.skeleton.body),
    ])
    for (number, clock) in segment.clocks.enumerated() {
      try db.cachedStatement(
        sql: "INSERT INTO segment_clock (segment, number, digest, body) VALUES (?, ?, ?, ?)"
      ).execute(arguments: [segment.id, number, Data(clock.digest), Data(clock.body)])
    }
    for block in segment.blocks {
      let header = block.header
      try db.cachedStatement(
        sql: """
          INSERT INTO block (segment, parameter, clock, first_reading, last_reading, reading_count, good_count,
            minimum, maximum, sum, digest, body)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        segment.id, header.parameter, header.clock, header.firstReading, header.lastReading, header.readingCount,
        header.goodCount, header.minimum, header.maximum, header.sum, Data(block.part.digest), Data(block.part.body),
      ])
    }
  }

  private static func retire(_ segment: Int64, in db: Database) throws {
    for sql in [
      "UPDATE segment SET skeleton = NULL WHERE id = ?", "UPDATE segment_clock SET body = NULL WHERE segment = ?",
      "UPDATE block SET body = NULL WHERE segment = ?",
    ] { try db.cachedStatement(sql: sql).execute(arguments: [segment]) }
  }
}
