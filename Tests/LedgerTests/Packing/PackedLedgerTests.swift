import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("A ledger that packs")
struct PackedLedgerTests {
  let folder: TemporaryFolder
  let store: LedgerStore

  init() throws {
    folder = try TemporaryFolder("packing")
    store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
  }

  private static var bounds: PackingPlan.Bounds {
    var bounds = PackingPlan.Bounds()
    bounds.commits = 40
    return bounds
  }

  private static var rest: PackingPlan.Rest {
    var rest = PackingPlan.Rest()
    rest.newestCommits = 30
    return rest
  }

  /// Has a duty work until it rests; ends earlier after `pieces`.
  private func pack(at second: Int64 = 100_000, pieces: Int = .max) throws {
    var duty = PackingDuty(bounds: Self.bounds, rest: Self.rest)
    let clock = LedgerStoreTests.clock(second)
    for _ in 0..<min(pieces, 1_000) {
      let context = DutyContext(now: clock, reader: store.reader) { work, facts throws(LedgerError) in
        var group = CommitGroup(clock: clock)
        group.upkeep = work
        group.events = facts.map { CommitGroup.PendingEvent($0, actor: "ledger") }
        return try store.commit(group).events
      }
      if try duty.perform(context) == .microseconds(PackingDuty.idleMicroseconds) { return }
    }
  }

  /// Commits, then the anchor and the checkpoint that let them be packed.
  private func fill(_ writer: inout CommitWriter, _ count: Int) throws {
    for _ in 0..<count { try writer.commit() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(3_000))
    let head = store.readingsHead
    group.events = [
      .init(
        .readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash)), actor: "recorder")
    ]
    group.checkpoint = [1]
    _ = try store.commit(group)
  }

  private func number(_ sql: String) throws -> Int64 {
    try store.reader.read { db in try Int64.fetchOne(db, sql: sql) ?? 0 }
  }

  private func stored() throws -> [StoredCommit] {
    try store.reader.read { db in
      let codec = SegmentCodec(devices: try LedgerReader.devices(db))
      let covered = try ReadingScan.coveredThrough(db)
      var commits: [StoredCommit] = []
      while Int64(commits.count) < covered, let head = try SegmentRows.holding(commit: Int64(commits.count) + 1, db) {
        commits += try SegmentRows.commits(of: head, codec, db).map(\.stored)
      }
      return commits
        + (try Row.fetchAll(db, sql: "SELECT * FROM commit_group WHERE id > ? ORDER BY id", arguments: [covered]).map {
          try StoredCommit($0)
        })
    }
  }

  @Test("after packing everything is read as before: commits, ranges, keys, counts, samples")
  func sameAnswers() throws {
    var writer = try CommitWriter(store, seed: 77)
    try fill(&writer, 200)
    let commits = try stored()
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    let keys = try store.reader.latestMessageKeys(groups: 150)
    let counts = try store.reader.counts()
    let first = LedgerStoreTests.clock(0).utc
    let until = LedgerStoreTests.clock(1_000).utc
    let samples = try store.reader.sampledReadings(
      from: first, until: until, everyMicroseconds: 1_000_000, limit: 10_000)
    #expect(samples.count > 500)
    try pack()
    #expect(try number("SELECT count(*) FROM segment") == 4)
    #expect(try number("SELECT min(id) FROM commit_group") == 161)
    #expect(try Array(stored().prefix(commits.count)) == commits)
    #expect(try Array(store.reader.groups(after: 0, limit: 1_000).prefix(groups.count)).map(\.id) == groups.map(\.id))
    var paged: [LedgerReader.StoredGroup] = []
    while paged.count < groups.count {
      paged += try store.reader.groups(after: paged.last?.id ?? 0, limit: min(7, groups.count - paged.count))
    }
    #expect(paged.map(\.batches) == groups.map(\.batches))
    #expect(paged.map(\.clock) == groups.map(\.clock))
    #expect(paged.map(\.events) == groups.map(\.events))
    let newer = Int(try store.reader.counts().commits - counts.commits)
    #expect(try store.reader.latestMessageKeys(groups: 150 + newer) == keys)
    #expect(try store.reader.counts().readings == counts.readings)
    // Which of several readings of one instant is the last one depends on the order of the commits' times alone.
    let packed = try store.reader.sampledReadings(
      from: first, until: until, everyMicroseconds: 1_000_000, limit: 10_000)
    #expect(Set(packed.map(\.reading.time)) == Set(samples.map(\.reading.time)))
    #expect(packed.count == samples.count)
    for window in writer.windows(60) {
      let found = try store.reader.scan(of: writer.parameters, in: window)
      #expect(found.missing.isEmpty)
      #expect(found.readings == writer.readings(in: window))
    }
  }

  @Test("packing ends at any piece and goes on from there; nothing is read twice or missed meanwhile")
  func resumes() throws {
    var writer = try CommitWriter(store, seed: 78)
    try fill(&writer, 130)
    let everything = Int64.min..<Int64.max
    let expected = writer.readings(in: everything)
    let before = try stored()
    for _ in 0..<12 {
      // Each time by a new duty: as after a kill.
      try pack(pieces: 1)
      #expect(try store.reader.scan(of: writer.parameters, in: everything).readings == expected)
      #expect(try Array(stored().prefix(before.count)) == before)
    }
    #expect(try number("SELECT count(*) FROM segment") == 2)
    #expect(try number("SELECT min(id) FROM commit_group") == 81)
  }

  @Test("tells of each segment in an event, with its root")
  func told() throws {
    var writer = try CommitWriter(store, seed: 79)
    try fill(&writer, 100)
    try pack()
    let told = try store.reader.events(about: .ledger).compactMap { record -> ReadingsPacked? in
      if case .readingsPacked(let packed) = record.event { packed } else { nil }
    }
    let root = try store.reader.read { db in try Data.fetchOne(db, sql: "SELECT root FROM segment") }
    #expect(told.map(\.rootSHA256) == [EventChain.hex([UInt8](try #require(root)))])
    #expect(told.map(\.firstBatch) == [1])
    #expect(told.map(\.lastBatch) == [40])
    let batches = writer.commits.prefix(40)
    #expect(told.map(\.readings) == [Int64(batches.reduce(0) { $0 + $1.readings.count })])
  }

  @Test(
    "nothing is packed beyond the checkpoint, the anchor, the newest commits and what is young",
    arguments: [(0, 500, 500), (500, 0, 500), (500, 500, 0), (35, 500, 500)])
  func limits(newest: Int64, checkpoint: Int64, anchored: Int64) {
    #expect(PackingPlan.last(newest: newest, checkpoint: checkpoint, anchored: anchored, rest: Self.rest) ?? 0 <= 5)
  }

  @Test("young commits stay")
  func young() throws {
    var writer = try CommitWriter(store, seed: 80)
    try fill(&writer, 100)
    try pack(at: 20)
    #expect(try number("SELECT count(*) FROM segment") == 0)
    try pack()
    #expect(try number("SELECT count(*) FROM segment") == 1)
  }

  @Test(
    "a damaged part is named as missing, never read; the rest is whole",
    arguments: ["block", "segment_clock"])
  func damage(table: String) throws {
    var writer = try CommitWriter(store, seed: 81)
    try fill(&writer, 160)
    try pack()
    let queue = try DatabaseQueue(path: store.path)
    try queue.write { db in try db.execute(sql: "UPDATE \(table) SET body = zeroblob(length(body)) WHERE segment = 2") }
    try queue.close()
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max) { !(41...80).contains($0) })
    #expect(Set(found.missing.compactMap(\.parameter)) == Set(writer.parameters(of: 41...80)))
    #expect(found.missing.allSatisfy { ($0.firstBatch, $0.lastBatch) == (41, 80) })
    for stretch in found.missing {
      guard case .damaged = stretch.cause else {
        Issue.record("\(stretch) is not said to be damaged")
        continue
      }
    }
    #expect(throws: LedgerError.self) { try store.reader.groups(after: 0, limit: 100) }
  }

  @Test("what retention removed is named as missing; statistics stay")
  func retired() throws {
    var writer = try CommitWriter(store, seed: 82)
    try fill(&writer, 160)
    try pack()
    let counts = try store.reader.counts().readings
    var group = CommitGroup(clock: LedgerStoreTests.clock(100_001))
    group.upkeep = [.retireSegment(1)]
    _ = try store.commit(group)
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max) { $0 > 40 })
    #expect(found.missing.allSatisfy { $0.cause == .retired && $0.firstBatch == 1 })
    #expect(try store.reader.counts().readings == counts)
    let segments = try store.reader.read { db in
      var segments: [Int64] = []
      try SeriesHeaders.each(of: writer.parameters[0], from: .min, to: .max, db) { segment, _ in
        segments.append(segment)
        return true
      }
      return segments
    }
    #expect(segments.sorted() == [1, 2, 3])
    // The events of its commits are there all the same.
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    #expect(groups.flatMap(\.events).count == (try store.reader.counts().events))
    #expect(groups.filter { $0.id <= 40 }.allSatisfy { $0.batches.isEmpty && !$0.events.isEmpty })
  }

  @Test("a commit that does not give its hash is packed as it is, set aside and told of")
  func damagedCommit() throws {
    var writer = try CommitWriter(store, seed: 83)
    try fill(&writer, 100)
    let spoilt = try #require(writer.commits.first { $0.readings.count > 5 }).id
    let group = try #require(try store.reader.groups(after: spoilt - 1, limit: 1).first)
    let run = Run(
      id: "R-1", station: "sealer", operation: "seal", workOrders: [], lots: ["L-1"], startedAt: group.clock.utc,
      startedBy: "P-1", planDigest: "plan")
    var start = CommitGroup(clock: LedgerStoreTests.clock(90_000))
    start.events = [.init(.runStarted(run), actor: "person P-1")]
    _ = try store.commit(start)
    let queue = try DatabaseQueue(path: store.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      try db.execute(sql: "UPDATE commit_group SET body = zeroblob(length(body)) WHERE id = ?", arguments: [spoilt])
    }
    try queue.close()
    let before = try stored()
    try pack()
    #expect(try Array(stored().prefix(before.count)) == before)
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max) { $0 != spoilt })
    #expect(found.missing.map(\.firstBatch) == [spoilt])
    let told = try store.reader.events(after: 0, limit: 1_000).compactMap { record in
      if case .ledgerDamageFound(let damage) = record.event { damage } else { nil }
    }
    #expect(told.map(\.runs) == [["R-1"]])
    #expect(told.map(\.lots) == [["L-1"]])
    // Whoever makes a record of the lot is told what is not in it.
    let evidence = try #require(try store.reader.evidence(of: "L-1"))
    #expect(evidence.leftOut.map(\.first) == [spoilt])
    #expect(evidence.leftOut.map(\.runs) == [["R-1"]])
    #expect(evidence.events.contains { $0.event.kind == .ledgerDamageFound })
  }

  @Test("a commit whose times do not give their checksum is told of, and its readings are read")
  func damagedColumns() throws {
    var writer = try CommitWriter(store, seed: 85)
    try fill(&writer, 100)
    let queue = try DatabaseQueue(path: store.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      try db.execute(sql: "UPDATE commit_group SET monotonic = monotonic + 1 WHERE id = 7")
    }
    try queue.close()
    try pack()
    let told = try store.reader.events(after: 0, limit: 1_000).compactMap { record -> Int64? in
      if case .ledgerDamageFound(let damage) = record.event { damage.first } else { nil }
    }
    #expect(told == [7])
    let found = try store.reader.scan(of: writer.parameters, in: Int64.min..<Int64.max)
    #expect(found.missing.isEmpty)
    #expect(found.readings == writer.readings(in: Int64.min..<Int64.max))
  }

  @Test("the last commit before a start is found in a segment too")
  func lastCommit() throws {
    var writer = try CommitWriter(store, seed: 84)
    for _ in 0..<20 { try writer.commit() }
    let time = try store.reader.groups(after: 19, limit: 1)[0].clock.utc
    var group = CommitGroup(clock: LedgerStoreTests.clock(200))
    group.events = [
      .init(
        .recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "")), actor: "recorder")
    ]
    _ = try store.commit(group)
    #expect(try store.reader.lastCommitBeforeStart() == time)
    try fill(&writer, 100)
    try pack()
    #expect(try number("SELECT min(id) FROM commit_group") > 21)
    #expect(try store.reader.lastCommitBeforeStart() == time)
    // Its readings removed, and its segment damaged: the last event before, which is no later.
    for change in ["skeleton = NULL", "skeleton = x'00'"] {
      let queue = try DatabaseQueue(path: store.path)
      try queue.write { try $0.execute(sql: "UPDATE segment SET \(change) WHERE id = 1") }
      try queue.close()
      let reader = try LedgerReader(path: store.path)
      let found = try #require(try reader.lastCommitBeforeStart())
      #expect(found <= time)
      let events = try reader.events(after: 0, limit: 1_000)
      let start = try #require(events.firstIndex { $0.event.kind == .recordingStarted })
      #expect(found == events[start - 1].time)
    }
  }

  @Test("a commit that does not decode has no keys and no batches, and stops no start")
  func undecodable() throws {
    var writer = try CommitWriter(store, seed: 86)
    for _ in 0..<30 { try writer.commit() }
    let spoilt = try #require(writer.commits.first { $0.readings.count > 5 }).id
    let groups = try store.reader.groups(after: 0, limit: 100)
    let queue = try DatabaseQueue(path: store.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      try db.execute(sql: "UPDATE commit_group SET body = x'FF' WHERE id = ?", arguments: [spoilt])
    }
    try queue.close()
    let found = try store.reader.groups(after: 0, limit: 100)
    #expect(found.map(\.id) == groups.map(\.id))
    #expect(found.filter { !$0.isWhole }.map(\.id) == [spoilt])
    let keys = groups.filter { $0.id != spoilt }.flatMap(\.batches).compactMap(\.messageKey)
    #expect(try store.reader.latestMessageKeys(groups: 100) == keys)
  }
}
