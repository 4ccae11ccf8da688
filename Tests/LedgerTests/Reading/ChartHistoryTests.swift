import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

@Suite("The history of charts")
struct ChartHistoryTests {
  private let folder: TemporaryFolder
  private let store: LedgerStore

  init() throws {
    folder = try TemporaryFolder("chart-history")
    store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
  }

  private static func at(_ second: Int64) -> Timestamp {
    Timestamp(microseconds: 1_795_000_000_000_000 + second * 1_000_000)
  }

  private func write(_ second: Int64, _ events: Event...) throws {
    var group = CommitGroup(clock: ClockReading(utc: Self.at(second), monotonicMicroseconds: second * 1_000_000))
    group.events = events.map { .init($0, actor: "recorder", derived: false) }
    _ = try store.commit(group)
  }

  private static func run(_ id: RunID, _ station: StationName, _ second: Int64) -> Run {
    Run(
      id: id, station: station, operation: "seal", workOrders: ["WO-1"], lots: ["L-1"], startedAt: at(second),
      startedBy: "P-1", planDigest: "plan")
  }

  private static func ended(_ id: RunID, _ second: Int64) -> Event {
    .runEnded(RunEnded(run: id, person: "P-1", at: at(second), completedOperation: false))
  }

  private static func measured(_ station: StationName, _ run: RunID?, _ second: Int64, _ value: Double) -> Event {
    .measurementTaken(
      MeasurementTaken(
        station: station, characteristic: "width", run: run, values: [value], inspected: nil, unit: "mm",
        person: "P-1", at: at(second)))
  }

  private static func taken(_ run: RunID, _ second: Int64, _ value: Double) -> Event {
    .characteristicTaken(
      CharacteristicTaken(
        run: run, cycle: 1, characteristic: "mean", value: value, unit: "°C", readings: 3, at: at(second), charted: true
      ))
  }

  private func history(from: Int64 = -1_000, to: Int64 = 1_000_000, runs: Int = 100) throws -> (
    kinds: [EventKind], values: [Double], isCut: Bool
  ) {
    let (events, isCut) = try store.reader.chartHistory(
      of: "sealer", from: Self.at(from), to: Self.at(to), maximumRuns: runs)
    #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
    #expect(Set(events.map(\.sequence)).count == events.count, "each once")
    let values = events.compactMap { record -> Double? in
      switch record.event {
      case .measurementTaken(let one): one.values.first
      case .characteristicTaken(let one): one.value
      default: nil
      }
    }
    return (events.map(\.event.kind), values, isCut)
  }

  @Test(
    "holds what is of the station: its runs, what was measured with and without one, stages, and no other station's")
  func station() throws {
    defer { store.close() }
    let stage = ChartStageBegun(
      station: "sealer", characteristic: "width", person: "P-3", reason: "new tool", at: Self.at(45))
    let other = ChartStageBegun(
      station: "sealer-2", characteristic: "width", person: "P-3", reason: "other", at: Self.at(46))
    try write(1, Self.measured("sealer", nil, 1, 0.5))
    try write(10, .runStarted(Self.run("R-1", "sealer", 10)), .runStarted(Self.run("R-2", "sealer-2", 10)))
    try write(20, Self.taken("R-1", 20, 1), Self.taken("R-2", 20, 91), Self.measured("sealer", "R-1", 20, 2))
    try write(30, Self.ended("R-1", 30), Self.ended("R-2", 30))
    try write(40, Self.measured("sealer", nil, 40, 3), Self.measured("sealer-2", nil, 40, 92))
    try write(45, .chartStageBegun(stage), .chartStageBegun(other))
    try write(50, .recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "holds")))
    let found = try history()
    #expect(found.values == [0.5, 1, 2, 3] && !found.isCut)
    #expect(found.kinds.filter { $0 == .chartStageBegun }.count == 1)
    #expect(found.kinds.contains(.recordingStarted) && found.kinds.contains(.runEnded))
  }

  @Test("a station where people measure and nothing runs has a history too")
  func withoutRuns() throws {
    defer { store.close() }
    try write(1, Self.measured("sealer", nil, 1, 7))
    #expect(try history().values == [7])
    #expect(try history(from: 2).values.isEmpty && history(to: 0).values.isEmpty)
  }

  @Test("the latest runs are kept where there are too many, and what was measured since the first of them")
  func cut() throws {
    defer { store.close() }
    for number in Int64(1)...5 {
      let id = RunID(stringLiteral: "R-\(number)")
      try write(number * 100, .runStarted(Self.run(id, "sealer", number * 100)))
      try write(number * 100 + 10, Self.taken(id, number * 100 + 10, Double(number)))
      try write(number * 100 + 20, Self.ended(id, number * 100 + 20))
      try write(number * 100 + 30, Self.measured("sealer", nil, number * 100 + 30, Double(number) + 0.5))
    }
    let cut = try history(runs: 2)
    #expect(cut.isCut && cut.values == [4, 4.5, 5, 5.5])
    let all = try history(runs: 5)
    #expect(!all.isCut && all.values.count == 10)
    #expect(try history(from: 205, to: 315).values == [2, 2.5, 3])
  }

  @Test("the plans before an event: the configuration in force there, and every control plan by digest")
  func plans() throws {
    defer { store.close() }
    func line(_ site: String) -> Event {
      .planApplied(
        PlanApplied(digest: site, plan: LinePlan(site: site, line: "", stations: []), changes: []))
    }
    let plan = ControlPlan(number: "CP-1", version: 1, title: "Pouches", stations: [])
    try write(1, line("old"))
    try write(
      2,
      .controlPlanImported(
        ControlPlanImported(plan: plan, digest: "digest-1", author: "P-3", changes: [], at: Self.at(2))))
    try write(3, line("new"))
    #expect(try store.reader.plansBefore(1).line == nil)
    #expect(try store.reader.plansBefore(3).line?.site == "old")
    #expect(try store.reader.plansBefore(.max).line?.site == "new")
    #expect(try store.reader.plansBefore(.max).controlPlans == ["digest-1": plan])
    #expect(try store.reader.controlPlanEvents().map(\.event.kind) == [.controlPlanImported])
  }
}
