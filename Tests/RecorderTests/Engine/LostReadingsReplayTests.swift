import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger
@testable import Recorder

/// Groups whose readings are gone are taken as the ledger tells them: nothing that was derived from them is lost, and no
/// number is given twice.
@Suite("Replay without readings")
struct LostReadingsReplayTests {
  /// A story in a ledger, and what comes after it.
  struct Told {
    var store: LedgerStore
    var story: RandomStory

    init(seed: UInt64, in folder: TemporaryFolder) throws {
      store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
      story = RandomStory(seed: seed)
      var live = LineEngine()
      for step in 0..<90 {
        if let plan = story.nextPlan(step) {
          live.register(
            try store.register(plan.stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
        }
        let input = story.nextInput()
        var group = CommitGroup(clock: input.clock)
        group.batches = input.batches
        group.events = live.take(input).events
        _ = try store.commit(group)
      }
    }

    func events() throws -> [Event] { try store.reader.events(after: 0, limit: 100_000).map(\.event) }

    /// The engine goes on, and what it tells of goes into the ledger without a clash.
    mutating func goOn(_ engine: inout LineEngine) throws {
      engine.register(try store.reader.parameters())
      for _ in 0..<40 {
        let input = story.nextInput()
        var group = CommitGroup(clock: input.clock)
        group.batches = input.batches
        group.events = engine.take(input).events
        _ = try store.commit(group)
      }
    }
  }

  private static func fold(_ events: [Event]) -> Floor {
    var floor = Floor()
    for event in events { floor.apply(event) }
    return floor
  }

  @Test("some groups lost: the floor is the fold over the events, and recording goes on", arguments: 0..<24)
  func some(seed: UInt64) throws {
    let folder = try TemporaryFolder("lost")
    var told = try Told(seed: seed, in: folder)
    defer { told.store.close() }
    var generator = SeededGenerator(seed: seed &+ 1_000)
    var engine = LineEngine()
    engine.register(try told.store.reader.parameters())
    for var group in try told.store.reader.groups(after: 0, limit: 1_000) {
      #expect(group.isWhole)
      if Int.random(in: 0..<4, using: &generator) == 0 { (group.batches, group.isWhole) = ([], false) }
      _ = engine.replay(group)
    }
    #expect(engine.floor == Self.fold(try told.events()))
    try told.goOn(&engine)
    #expect(engine.floor == Self.fold(try told.events()))
  }

  @Test("a removed segment and a damaged commit, judged again from the first commit on", arguments: 0..<8)
  func removed(seed: UInt64) throws {
    let folder = try TemporaryFolder("lost")
    var told = try Told(seed: seed, in: folder)
    var group = CommitGroup(clock: LineFixture.clock(60_000))
    let head = told.store.readingsHead
    group.events = [
      .init(.readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash)), actor: "recorder")
    ]
    group.checkpoint = [1]
    _ = try told.store.commit(group)
    try Self.pack(told.store)
    #expect(try told.store.reader.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM segment") } == 1)
    group.events = []
    group.upkeep = [.retireSegment(1)]
    _ = try told.store.commit(group)
    told.store.close()
    // Bytes that do not even decode, in a commit with derived events.
    let queue = try DatabaseQueue(path: told.store.path)
    try queue.write { db in
      try db.execute(sql: "DROP TRIGGER commit_group_no_update")
      try db.execute(
        sql: """
          UPDATE commit_group SET body = x'FF' WHERE id =
            (SELECT max(commit_group) FROM event WHERE derived AND commit_group IN
              (SELECT id FROM commit_group WHERE body NOT NULL))
          """)
      #expect(db.changesCount == 1)
    }
    try queue.close()
    told.store = try LedgerStore(path: told.store.path)
    defer { told.store.close() }
    #expect(told.store.damage.count == 1)
    // Known by now: it is told of and set aside.
    var restart = try RecorderRestart.run(told.store.reader, usesCheckpoint: false)
    #expect(restart.engine.floor == Self.fold(try told.events()))
    try told.goOn(&restart.engine)
    #expect(restart.engine.floor == Self.fold(try told.events()))
  }

  private static func pack(_ store: LedgerStore) throws {
    var bounds = PackingPlan.Bounds()
    bounds.commits = 40
    var rest = PackingPlan.Rest()
    rest.newestCommits = 30
    var duty = PackingDuty(bounds: bounds, rest: rest)
    let clock = LineFixture.clock(10_000_000)
    for _ in 0..<100 {
      let context = DutyContext(now: clock, reader: store.reader) { work, facts throws(LedgerError) in
        var group = CommitGroup(clock: clock)
        group.upkeep = work
        group.events = facts.map { CommitGroup.PendingEvent($0, actor: "ledger") }
        return try store.commit(group).events
      }
      if try duty.perform(context) == .microseconds(PackingDuty.idleMicroseconds) { return }
    }
  }
}
