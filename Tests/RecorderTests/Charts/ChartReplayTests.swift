import ControlCharts
import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Charts derived again")
struct ChartReplayTests {
  /// One signal, as an alarm and as the replay tells it.
  private struct Signal: Hashable, CustomStringConvertible {
    var at: Timestamp
    var run: RunID?
    var rule: String
    var value: Double
    var limit: Double

    var description: String { "\(at.microseconds % 1_000_000_000) \(run?.text ?? "-") \(rule) \(value) \(limit)" }
  }

  @Test("what the replay of the events finds is what was signalled, for every chart", arguments: 0..<8)
  func onsets(seed: UInt64) throws {
    var day = ChartDay(seed: seed)
    var engine = LineEngine()
    engine.register(LineFixture.registered)
    var records: [EventRecord] = []
    for _ in 0..<300 {
      let input = day.next()
      Self.keep(engine.take(input).events, input.clock, &records)
    }
    var charted = 0
    for plan in ChartDay.charts {
      var replay = ChartReplay(station: "sealer", characteristic: plan.name, line: nil, controlPlans: day.documents)
      replay.take(records)
      #expect(Self.found(replay) == Self.recorded(replay), "seed \(seed), \(plan.name)")
      charted += replay.steps.count { $0.verdict != nil }
    }
    #expect(charted > 200, "a day without points shows nothing: \(charted)")
  }

  @Test("a restart from any group goes on as if there had been none", arguments: 50..<52)
  func restarts(seed: UInt64) throws {
    var day = ChartDay(seed: seed)
    var live = LineEngine()
    live.register(LineFixture.registered)
    for step in 0..<90 {
      let input = day.next()
      var restored: LineEngine?
      if step > 0 {
        let body = try #require(live.checkpoint())
        let kept = try #require(EngineCheckpoint(body))
        restored = LineEngine(kept, plan: live.floor.plan, registry: LineFixture.registered)
      }
      let expected = live.take(input).events
      guard var restored else { continue }
      #expect(restored.take(input).events == expected, "seed \(seed), step \(step)")
      #expect(restored.stations == live.stations && restored.floor == live.floor, "seed \(seed), step \(step)")
    }
  }

  @Test("the ledger gives every group again, and the history that the charts are derived from", arguments: 70..<73)
  func throughLedger(seed: UInt64) throws {
    let folder = try TemporaryFolder("chart-replay")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var day = ChartDay(seed: seed)
    var live = LineEngine()
    live.register(
      try store.register(
        LineFixture.plan().stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
    for _ in 0..<150 {
      let input = day.next()
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = live.take(input).events
      _ = try store.commit(group)
    }
    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    let differing = try store.reader.groups(after: 0, limit: 1_000).filter { !fresh.replay($0) }.map(\.id)
    #expect(differing == [] && fresh.floor == live.floor && fresh.stations == live.stations)

    let (history, isCut) = try store.reader.chartHistory(
      of: "sealer", from: Timestamp(microseconds: 0), to: Timestamp(microseconds: .max), maximumRuns: 1_000)
    #expect(!isCut)
    let first = try #require(history.first)
    let plans = try store.reader.plansBefore(first.sequence)
    #expect(plans.controlPlans == day.documents)
    var signals = 0
    for plan in ChartDay.charts {
      var replay = ChartReplay(
        station: "sealer", characteristic: plan.name, line: plans.line, controlPlans: plans.controlPlans)
      replay.take(history)
      #expect(Self.found(replay) == Self.recorded(replay), "seed \(seed), \(plan.name)")
      signals += replay.recorded.count
    }
    #expect(signals > 10, "a day without signals shows nothing: \(signals)")
  }

  private static func recorded(_ replay: ChartReplay) -> [Signal] {
    replay.recorded.map {
      Signal(at: $0.raisedAt, run: $0.run, rule: $0.rule.english, value: $0.value, limit: $0.limit)
    }
  }

  private static func found(_ replay: ChartReplay) -> [Signal] {
    replay.onsets.map { onset in
      let step = replay.steps[onset.step]
      let isFirst = step.verdict?.panels.first?.statistic == onset.statistic
      return Signal(
        at: step.at, run: step.run, rule: onset.signal.rule.words(on: onset.statistic, isFirst: isFirst).english,
        value: onset.signal.value, limit: onset.signal.limit)
    }
  }

  static func keep(_ events: [CommitGroup.PendingEvent], _ clock: ClockReading, _ records: inout [EventRecord]) {
    for pending in events {
      records.append(
        EventRecord(
          sequence: Int64(records.count + 1), time: clock.utc, monotonicMicroseconds: clock.monotonicMicroseconds,
          actor: pending.actor, derived: pending.derived, event: pending.event, canonicalBytes: [], hash: []))
    }
  }
}
