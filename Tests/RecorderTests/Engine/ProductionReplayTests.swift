import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Reports of production by the recorder")
struct ProductionReplayTests {
  /// A run that its alarm stops, with its lot held, in a ledger.
  private func stopped(_ store: LedgerStore) throws -> (engine: LineEngine, events: [CommitGroup.PendingEvent]) {
    let options = LineFixture.Options(specification: LimitPlan(low: 170, high: 190, deadband: 1, response: .stop))
    var engine = LineEngine()
    let line = LineFixture(options)
    engine.register(
      try store.register(
        LineFixture.plan(options).stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
    var events: [CommitGroup.PendingEvent] = []
    func take(_ at: Int64, _ commands: [Command], _ readings: [Reading] = []) throws {
      var input = LineEngine.Input(clock: LineFixture.clock(at))
      input.commands = commands.map { .init($0, actor: "person P-1", at: LineFixture.utc(at)) }
      if !readings.isEmpty { input.batches = [line.batch(at, "plc-1", readings)] }
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = engine.take(input).events
      events += group.events
      _ = try store.commit(group)
    }
    try take(
      0,
      [
        .applyPlan(LineFixture.plan(options), digest: "plan-1", changes: []), .updatePeople(LineFixture.people),
        .updateWork(WorkChange(orders: [LineFixture.order])),
      ])
    for (at, text) in [(10, "badge-1"), (20, "L-1")] as [(Int64, String)] {
      try take(at, [.scan(ScannedLabel(text: text), station: "sealer")])
    }
    try take(100, [], [line.reading(LineFixture.temperature, 195, at: 100)])
    try take(200, [.acknowledge(alarm: "A-000001", person: "P-2", cause: "heater")])
    try take(300, [.liftHold(lot: "L-1", person: "P-2", reason: "tested")])
    return (engine, events)
  }

  @Test("a stop by an alarm owes the end of the run and the hold, a person's lift its end; all replays")
  func replays() throws {
    let folder = try TemporaryFolder("production-reports")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let (engine, events) = try stopped(store)
    let reports = events.compactMap { pending -> ProductionReport? in
      guard case .productionReported(let report) = pending.event else { return nil }
      #expect(pending.derived)
      return report
    }
    #expect(Set(reports.map(\.kind)) == [.operation, .hold, .holdLifted] && reports.count == 3)
    #expect(reports.allSatisfy { $0.lot == "L-1" && $0.workOrder == "WO-1" })
    #expect(reports.filter { $0.alarm == "A-000001" && $0.person == nil }.count == 2)
    #expect(reports.first { $0.kind == .operation }?.completedOperation == false)
    let rows = try store.reader.openOutboxRows(limit: 100)
    #expect(rows.count == 3 && rows.allSatisfy { $0.kind == "production-report" && $0.orderKey == "lot:L-1" })

    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    #expect(groups.filter { !fresh.replay($0) }.map(\.id) == [])
    #expect(fresh.floor == engine.floor)
  }

  @Test("a ledger of a program that owed no reports is taken again as it is")
  func older() throws {
    let folder = try TemporaryFolder("production-older")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let (engine, _) = try stopped(store)
    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    for group in try store.reader.groups(after: 0, limit: 1_000) {
      var older = group
      older.events.removeAll { $0.event.kind == .productionReported }
      let isSame = fresh.replay(older)
      #expect(isSame)
    }
    #expect(fresh.floor == engine.floor)
  }
}
