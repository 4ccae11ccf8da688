import Crypto
import Devices
import Foundation
import GRDB
import Shopfloor

/// Looks at packed readings.
enum SegmentCheck {
  /// What a segment holds.
  struct Segment {
    var lastBatch: Int64
    var readings: Int64
    var headAfter: [UInt8]
    /// Of its commits, where they could be unpacked.
    var hashes: [Int64: [UInt8]]
    var lastEvent: Int64?
    /// Set where it says that a rule removed its readings.
    var retired: Retired?
  }

  /// A segment without its readings.
  struct Retired {
    var id: Int64
    /// In hexadecimal.
    var root: String
    var from, until: Int64
  }

  /// Readings are gone by a rule only where an event says so: bytes that were wiped look the same.
  ///
  /// - Parameters:
  ///   - told: segments and roots of the events that were gone through, up to `sequence`.
  static func compare(
    _ retired: [Retired], toldOf told: [Int64: String], through sequence: Int64, _ db: Database,
    _ findings: inout FindingList
  ) throws {
    guard !retired.isEmpty else { return }
    var told = told
    // The daemon may have removed some since the events were gone through.
    let later = try LedgerReader.events(
      db, "SELECT sequence, body, hash FROM event WHERE sequence > ? AND kind = 'readingsRetired'", [sequence])
    for record in later {
      if case .readingsRetired(let fact) = record.event { told[fact.segment] = fact.rootSHA256 }
    }
    for segment in retired where told[segment.id] != segment.root {
      let concerned = try Concerned.between(segment.from, segment.until, db)
      findings.add(
        LedgerFinding(
          .segment, segment.id, nil,
          told[segment.id] == nil
            ? Words("its readings are gone, and no event says that a rule removed them", "读数已不存在，且没有事件说明按规则删除")
            : Words("its readings are gone, and the event of their removal names another root", "读数已不存在，删除事件所记的根不同"),
          from: segment.from, until: segment.until, lots: concerned.lots, runs: concerned.runs))
    }
  }

  static func contains(_ commit: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM segment WHERE last_batch >= ?)", arguments: [commit])
      ?? false
  }

  /// The event that told of a segment, and its row.
  static func compare(
    _ packed: ReadingsPacked, _ sequence: Int64, _ db: Database, _ findings: inout FindingList
  ) throws {
    let row = try Row.fetchOne(
      db, sql: "SELECT first_batch, last_batch, reading_count, root FROM segment WHERE id = ?",
      arguments: [packed.segment])
    guard let row else {
      return findings.add(
        .segment, packed.segment, "it is missing; event \(sequence) tells of it", "缺失；事件 \(sequence) 提及该段")
    }
    if try row.integer("first_batch") != packed.firstBatch || row.integer("last_batch") != packed.lastBatch
      || row.integer("reading_count") != packed.readings || EventChain.hex(row.bytes("root")) != packed.rootSHA256
    {
      findings.add(
        .segment, packed.segment, "it is not what event \(sequence) says of it", "与事件 \(sequence) 所述不符")
    }
  }

  /// Looks at the segment that holds a commit: the digests of its parts, its root, and its place in the chain.
  ///
  /// - Returns: nil where no segment holds it.
  static func verify(
    _ commit: Int64, after head: [UInt8]?, devices: [UInt32: DeviceName], _ db: Database,
    _ findings: inout FindingList
  ) throws -> Segment? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT id, first_batch, last_batch, first_time, last_time, first_reading, last_reading, reading_count,
          head_before, head_after, root, skeleton_digest, skeleton FROM segment
        WHERE last_batch >= ? ORDER BY last_batch LIMIT 1
        """, arguments: [commit])
    guard let row else { return nil }
    let stored = try StoredSegment(row, db)
    var unpacked: [StoredCommit] = []
    let (from, until) = (stored.firstReading ?? stored.firstTime, stored.lastReading ?? stored.lastTime)
    func report(_ english: String, _ chinese: String) throws {
      let concerned = try Concerned.between(from, until, db)
      findings.add(
        LedgerFinding(
          .segment, stored.id, nil, Words(english, chinese), from: from, until: until, lots: concerned.lots,
          runs: concerned.runs))
    }
    if stored.firstBatch > commit {
      findings.add(
        LedgerFinding(
          .readings, commit, stored.firstBatch - 1,
          Words(
            "missing: segment \(stored.id) begins at commit \(stored.firstBatch)",
            "缺失：段 \(stored.id) 始于提交 \(stored.firstBatch)")))
    }
    if let head, stored.firstBatch == commit, stored.headBefore != head {
      try report("it does not follow the readings before it", "与之前的读数不衔接")
    }
    for part in stored.parts {
      if let body = part.body, Array(SHA256.hash(data: body)) != part.digest {
        try report("\(part.name) does not give its digest", "\(part.name) 与摘要不符")
      }
      if (part.body == nil) != stored.isRetired { try report("\(part.name) is missing", "\(part.name) 缺失") }
    }
    if MerkleTree.root(ofLeafHashes: stored.parts.map { MerkleTree.leafHash($0.digest) }) != stored.root {
      try report("the digests of its parts do not give its root", "各部分摘要与其根不符")
    }
    var segment = Segment(
      lastBatch: stored.lastBatch, readings: stored.readingCount, headAfter: stored.headAfter, hashes: [:],
      lastEvent: nil)
    guard !stored.isRetired else {
      segment.retired = Retired(id: stored.id, root: EventChain.hex(stored.root), from: from, until: until)
      return segment
    }
    var differences: [String] = []
    do throws(SegmentCodec.Fault) {
      let commits = try SegmentCodec(devices: devices).unpack(
        skeleton: stored.parts[0].body ?? [], clocks: stored.clocks.map { $0.body ?? [] },
        blocks: zip(stored.headers, stored.blocks).map { ($0.parameter, $0.clock, $1.body ?? []) },
        headBefore: stored.headBefore)
      differences = stored.differences(from: commits)
      segment.lastEvent = commits.last?.stored.lastEvent
      for commit in commits { if let hash = commit.stored.hash { segment.hashes[commit.stored.id] = hash } }
      for commit in commits where commit.isDamaged {
        findings.add(
          LedgerFinding(
            .readings, commit.stored.id, nil,
            Words("its bytes did not give its stored hash when it was packed", "打包时其内容与保存的哈希不符"),
            from: commit.stored.time))
      }
      unpacked = commits.map(\.stored)
    } catch {
      try report("it cannot be unpacked: \(error.reason)", "无法解包：\(error.reason)")
    }
    for difference in differences {
      try report("\(difference) is not what its readings give", "\(difference) 与其读数不符")
    }
    try compareRows(unpacked, db, &findings)
    return segment
  }

  /// Commits that are packed and not dropped yet must be those of the segment.
  private static func compareRows(_ commits: [StoredCommit], _ db: Database, _ findings: inout FindingList) throws {
    guard let first = commits.first, let last = commits.last else { return }
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, time, monotonic, last_event, reading_count, first_reading, last_reading, out_of_window, body, hash,
          digest FROM commit_group WHERE id BETWEEN ? AND ?
        """, arguments: [first.id, last.id])
    while let row = try rows.next() {
      let columns = try ReadingsWalk.Columns(row)
      let found = StoredCommit(
        id: columns.id, time: columns.time, monotonic: columns.monotonic, lastEvent: columns.lastEvent,
        body: try row.optionalBytes("body"), hash: try row.optionalBytes("hash"))
      let digest = try row.optionalBytes("digest")
      if found != commits[Int(columns.id - first.id)] || digest.map({ $0 != columns.digest }) == true {
        findings.add(
          .readings, columns.id, "it is not what its segment gives, where it is kept as well", "与其所在段的内容不符")
      }
    }
  }
}
