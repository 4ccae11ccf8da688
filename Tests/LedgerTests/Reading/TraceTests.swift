import Devices
import Foundation
import GRDB
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import Ledger

@Suite("The way of material")
struct TraceTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("trace") }

  private func store() throws -> LedgerStore { try LedgerStore(path: folder.file("lotwire.sqlite").path) }

  @Test("agrees with a plain account of the day, both ways", arguments: 1...8)
  func plainAccount(seed: UInt64) throws {
    let store = try store()
    defer { store.close() }
    let day = TracedDay(seed: seed, steps: 150)
    try day.write(to: store)
    for material in day.materials {
      let trace = try #require(try store.reader.trace(.material(material)))
      #expect(Set(trace.lots.map(\.number)) == day.lots(madeWith: material))
      let told = try #require(trace.materials.first { $0.number == material })
      #expect(trace.materials.count == 1)
      #expect(told.movements.count == day.movements[material])
      #expect(told.supplierLot == "S-\(material)" && told.itemName == "Film" && told.status == .quarantined)
      #expect(trace.deliveries.map(\.number) == [day.deliveries[material]].compactMap { $0 })
      #expect(trace.deliveries.allSatisfy { $0.supplier == "S" + $0.number.text.dropFirst(2) })
      #expect(trace.people == ["P-1": "Anna"])
      #expect(!trace.isCutOff)
      let standing = told.movements.filter { $0.movement == "consumption" && $0.undoneBy == nil }
      let expected = day.uses.filter { $0.material == material && !$0.isUndone }
      #expect(standing.map(\.run) == expected.map(\.run))
      #expect(
        told.movements.count { $0.movement == "undo" && $0.undoes != nil }
          == day.uses.count { $0.material == material && $0.isUndone })
    }
    for lot in Set(day.runs.values.flatMap(\.lots)) {
      let trace = try #require(try store.reader.trace(.lot(lot)))
      #expect(trace.lots.map(\.number) == [lot])
      #expect(Set(trace.lots[0].materials) == day.materials(in: lot))
      #expect(Set(trace.runs.map(\.id)) == Set(day.runs.values.filter { $0.lots.contains(lot) }.map(\.id)))
      for run in trace.runs { #expect(run.endedAt == day.runs[run.id]?.endedAt) }
      let reached = Set(day.materials(in: lot).compactMap { day.deliveries[$0] })
      #expect(reached.isSubset(of: trace.deliveries.map(\.number)))
    }
  }

  @Test("a serial number and a container lead to the material and everything made with it", arguments: 1...4)
  func units(seed: UInt64) throws {
    let store = try store()
    defer { store.close() }
    let day = TracedDay(seed: seed, steps: 120)
    try day.write(to: store)
    for (index, use) in day.uses.enumerated() {
      let trace = try #require(try store.reader.trace(.serial("SN-\(index)")))
      #expect(trace.materials.map(\.number) == [use.material])
      #expect(Set(trace.lots.map(\.number)) == day.lots(madeWith: use.material))
      let starts = trace.materials.flatMap(\.movements).filter(\.isStart)
      #expect(starts.map(\.movement) == (use.isUndone ? ["consumption", "undo"] : ["consumption"]))
    }
    for (index, material) in day.materials.enumerated() {
      let trace = try #require(try store.reader.trace(.container("C-\(index + 1)")))
      #expect(trace.materials.map(\.number) == [material])
    }
    #expect(try store.reader.trace(.serial("none")) == nil)
    #expect(try store.reader.trace(.material("none")) == nil)
    #expect(try store.reader.trace(.lot("none")) == nil)
  }

  @Test("a station and a stretch of time", arguments: 1...4)
  func station(seed: UInt64) throws {
    let store = try store()
    defer { store.close() }
    let day = TracedDay(seed: seed, steps: 150)
    try day.write(to: store)
    var generator = SeededGenerator(seed: seed &+ 99)
    let times = day.events.map(\.0)
    for _ in 0..<10 {
      let picked = [times.randomElement(using: &generator), times.randomElement(using: &generator)].compactMap { $0 }
      let (from, to) = (picked.min() ?? times[0], (picked.max() ?? times[0]).advanced(byMicroseconds: 1))
      for station in TracedDay.stations {
        let expected = day.runs.values.filter {
          $0.station == station && $0.startedAt < to && ($0.endedAt.map { $0 > from } ?? true)
        }
        let trace = try store.reader.trace(.station(station, from: from, to: to))
        #expect(Set(expected.map(\.id)).isSubset(of: trace?.runs.map(\.id) ?? []))
        #expect(Set(expected.flatMap(\.lots)).isSubset(of: trace?.lots.map(\.number) ?? []))
      }
      let received = day.events.compactMap { time, event -> MaterialLotNumber? in
        guard case .materialReceived(let step) = event, time >= from, time < to else { return nil }
        return step.material
      }
      let dock = try store.reader.trace(.station("dock", from: from, to: to))
      #expect(dock?.materials.map(\.number) ?? [] == received.sorted())
    }
  }

  @Test("a product lot that is used as material is followed on, both ways")
  func severalLevels() throws {
    let store = try store()
    defer { store.close() }
    let at = Timestamp(microseconds: 1)
    func run(_ id: RunID, _ lot: LotNumber) -> Event {
      .runStarted(
        Run(
          id: id, station: "sealer", operation: "seal", workOrders: ["WO"], lots: [lot], startedAt: at, startedBy: "P",
          planDigest: ""))
    }
    func use(_ material: MaterialLotNumber, _ run: RunID) -> Event {
      .materialConsumed(
        MaterialConsumed(run: run, materialLot: material, item: "I", person: "P", quantity: 1, serial: nil, at: at))
    }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = [run("R-1", "HALF"), use("RAW", "R-1"), run("R-2", "WHOLE"), use("HALF", "R-2")].map {
      .init($0, actor: "person P")
    }
    _ = try store.commit(group)
    #expect(try store.reader.trace(.material("RAW"))?.lots.map(\.number) == ["HALF", "WHOLE"])
    #expect(try store.reader.trace(.lot("WHOLE"))?.materials.map(\.number) == ["HALF", "RAW"])
    #expect(try store.reader.trace(.material("HALF"))?.materials.map(\.number) == ["HALF", "RAW"])
    #expect(try store.reader.trace(.lot("HALF"))?.materials.map(\.number) == ["RAW"])
  }

  @Test("what the ERP made of a movement and of a record is told")
  func owed() throws {
    let store = try store()
    defer { store.close() }
    var group = CommitGroup(clock: LedgerStoreTests.clock(1))
    group.events = [
      .init(.materialReceived(MaterialMovementTests.received), actor: "person P-1"),
      .init(.materialDisposed(MaterialMovementTests.disposed), actor: "person P-1"),
    ]
    _ = try store.commit(group)
    let rows = try store.reader.openOutboxRows(limit: 2)
    var delivery = CommitGroup(clock: LedgerStoreTests.clock(2))
    delivery.deliveries = [
      DeliveryReport(
        outboxRow: rows[0].id, idempotencyKey: rows[0].idempotencyKey, lot: nil, connector: "http",
        outcome: .delivered(receipt: "000001")),
      DeliveryReport(
        outboxRow: rows[1].id, idempotencyKey: rows[1].idempotencyKey, lot: nil, connector: "http",
        outcome: .blocked(reason: "closed")),
    ]
    _ = try store.commit(delivery)
    let told = try store.reader.trace(.material("ML-000001"))?.materials.first?.movements.map(\.erp)
    #expect(told == [.init(state: .delivered, answer: "000001"), .init(state: .refused, answer: "closed")])
  }

  @Test("a bound that is reached is told")
  func bound() throws {
    let store = try store()
    defer { store.close() }
    let day = TracedDay(seed: 3, steps: 150)
    try day.write(to: store)
    let material = try #require(day.materials.max { day.movements[$0] ?? 0 < day.movements[$1] ?? 0 })
    #expect(try store.reader.trace(.material(material), maximumEvents: 3)?.isCutOff == true)
    #expect(try store.reader.trace(.material(material), maximumEvents: 100_000)?.isCutOff == false)
  }

  @Test("every query is a lookup by an index")
  func indexes() throws {
    let store = try store()
    defer { store.close() }
    let day = TracedDay(seed: 5, steps: 150)
    try day.write(to: store)
    let statements = Mutex<Set<String>>([])
    try store.reader.read { db in
      db.trace { event in
        if case .statement(let statement) = event { statements.withLock { _ = $0.insert(statement.expandedSQL) } }
      }
      var walk = TraceWalk(db)
      for lot in Set(day.runs.values.flatMap(\.lots)) { try walk.backward(lot) }
      for material in day.materials { try walk.forward(material) }
      try walk.units(.serial("SN-0"))
      try walk.station("sealer", from: day.events[0].0, to: day.events[100].0)
      var composer = TraceComposer(walk)
      _ = try composer.trace()
      db.trace(options: [])
      let asked = statements.withLock { $0 }.filter { $0.contains("FROM") }
      #expect(asked.count > 10)
      for sql in asked {
        for step in try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)") {
          let detail: String = step["detail"]
          // The people's updates are scanned: by an index of these alone.
          let isAllowed = !detail.hasPrefix("SCAN") || detail.contains("event_person") || detail.contains("subquery")
          #expect(isAllowed, "\(detail): \(sql)")
        }
      }
    }
  }

  @Test("a ledger of before is brought up to date")
  func migration() throws {
    let path = folder.file("lotwire.sqlite").path
    let queue = try DatabaseQueue(path: path)
    let use = MaterialMovementTests.consumed
    let bytes = try EventChain.canonicalBytes(
      of: .init(
        sequence: 1, time: Timestamp(microseconds: 5), monotonic: 0, actor: "person P-2", derived: false,
        event: .materialConsumed(use)), with: EventChain.makeEncoder())
    try queue.write { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID); " + Schema.steps[0])
      try db.execute(
        sql: "INSERT INTO event VALUES (1, 1, 5, 'materialConsumed', 0, ?, ?)",
        arguments: [Data(bytes), Data(EventChain.hash(after: EventChain.genesis, of: bytes))])
      try db.execute(
        sql: """
          INSERT INTO commit_group (id, time, monotonic, last_event, reading_count, out_of_window)
          VALUES (1, 5, 0, 1, 0, 0);
          PRAGMA user_version = 1
          """)
    }
    try queue.close()
    #expect { try LedgerReader(path: path).trace(.lot("L")) } throws: { "\($0)".contains("start the daemon once") }
    let store = try store()
    defer { store.close() }
    let found = try store.reader.read { db in
      try Row.fetchAll(db, sql: "SELECT run, sequence FROM run_material").map { $0["run"] as String }
    }
    #expect(found == ["R-1"])
  }
}
