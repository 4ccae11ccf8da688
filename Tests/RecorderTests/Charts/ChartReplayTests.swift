import ControlCharts
import Devices
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

  @Test("what the replay of the events finds is what was signalled, for every chart", arguments: 0..<12)
  func onsets(seed: UInt64) throws {
    var day = ChartDay(seed: seed)
    var engine = LineEngine()
    engine.register(LineFixture.registered)
    var records: [EventRecord] = []
    for _ in 0..<400 {
      let input = day.next()
      Self.keep(engine.take(input).events, input.clock, &records)
    }
    var charted = 0
    for plan in ChartDay.charts {
      var replay = ChartReplay(station: "sealer", characteristic: plan.name, line: nil, controlPlans: day.documents)
      replay.take(records)
      let live = replay.recorded.map {
        Signal(at: $0.raisedAt, run: $0.run, rule: $0.rule.english, value: $0.value, limit: $0.limit)
      }
      let found = replay.onsets.map { onset in
        let step = replay.steps[onset.step]
        let isFirst = step.verdict?.panels.first?.statistic == onset.statistic
        return Signal(
          at: step.at, run: step.run, rule: onset.signal.rule.words(on: onset.statistic, isFirst: isFirst).english,
          value: onset.signal.value, limit: onset.signal.limit)
      }
      #expect(found == live, "seed \(seed), \(plan.name)")
      charted += replay.steps.count { $0.verdict != nil }
    }
    #expect(charted > 200, "a day without points shows nothing: \(charted)")
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
