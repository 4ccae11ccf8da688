import Devices
import Foundation
import GRDB
import Shopfloor

@testable import Ledger

/// Packs a ledger by hand, at once and as far as a test wants it.
enum SeriesPacking {
  /// - Parameters:
  ///   - leaving: commits at the end that stay as they are, at least.
  ///   - drops: whether the commits that are packed are removed, as they are a while later.
  static func pack(_ store: LedgerStore, commitsPerSegment: Int, leaving: Int, drops: Bool) throws {
    let (commits, devices, clock) = try store.reader.read { db in
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, time, monotonic, last_event, body, hash FROM commit_group ORDER BY id")
      let commits = rows.map { row in
        StoredCommit(
          id: row["id"], time: row["time"], monotonic: row["monotonic"], lastEvent: row["last_event"],
          body: (row["body"] as Data?).map { [UInt8]($0) }, hash: (row["hash"] as Data?).map { [UInt8]($0) })
      }
      return (
        commits, try LedgerReader.devices(db),
        ClockReading(
          utc: Timestamp(microseconds: commits.last?.time ?? 0), monotonicMicroseconds: commits.last?.monotonic ?? 0)
      )
    }
    var rest = commits.dropLast(leaving)
    var head = EventChain.genesis
    var id: Int64 = 1
    while !rest.isEmpty {
      let segment = try SegmentCodec(devices: devices).pack(
        Array(rest.prefix(commitsPerSegment)), id: id, headBefore: head)
      var group = CommitGroup(clock: clock)
      group.upkeep = [.addSegment(segment)]
      _ = try store.commit(group)
      head = segment.headAfter
      id += 1
      rest = rest.dropFirst(commitsPerSegment)
    }
    guard drops else { return }
    var group = CommitGroup(clock: clock)
    group.upkeep = [.dropPackedCommits(limit: commits.count)]
    _ = try store.commit(group)
  }
}
