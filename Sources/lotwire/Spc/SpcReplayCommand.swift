import ArgumentParser
import ControlCharts
import Glibc
import Ledger
import Recorder
import Shopfloor

struct SpcReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Derive a control-signal alarm again from the ledger and show what raised it.",
    discussion: """
      The chart is judged again from its first point, by the events in the ledger alone. Exit status 0: the alarm follows
      from them; 65: it does not.
      """)

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "The alarm: A-000001.") var alarm: String

  func run() async throws {
    try await reporting {
      let id: AlarmID = try identifier(alarm, "alarm")
      let ledger = try options.ledger()
      let raised = try ledger.alarmEvents(id).compactMap { record -> Alarm? in
        if case .alarmRaised(let found) = record.event { found } else { nil }
      }.first
      guard let raised else {
        throw CommandFailure("There is no alarm \(id) in this ledger. Look at \"lotwire alarms list\".", EX_NOINPUT)
      }
      guard raised.kind == .controlSignal else {
        throw CommandFailure(
          "Alarm \(id) is no signal of a chart: \(raised.source), \(raised.rule.english). \"lotwire trace\" shows it.",
          EX_NOINPUT)
      }
      let chart = try LedgerChart(ChartName("\(raised.station)/\(raised.source)"), in: ledger)
      try report(raised, chart.replay)
    }
  }

  private func report(_ alarm: Alarm, _ replay: ChartReplay) throws {
    printLine(
      "Alarm \(alarm.id) of \(alarm.station)/\(alarm.source), raised at \(alarm.raisedAt): \(alarm.rule.english)")
    let onset = replay.onsets.first { onset in
      replay.steps[onset.step].at == alarm.raisedAt && onset.signal.value == alarm.value
        && onset.signal.limit == alarm.limit && onset.signal.words(on: onset.statistic, replay, onset) == alarm.rule
    }
    guard let onset else {
      throw CommandFailure(
        "It does NOT follow from the events in the ledger: no rule of the chart begins to fire at that point with value "
          + "\(alarm.value) against \(alarm.limit).", EX_DATAERR)
    }
    let stage = replay.stages[replay.steps[onset.step].stage]
    let design = stage.plan.completeDesign
    printLine("Chart \(design.kind.rawValue), limits \(Self.limits(stage.baseline))")
    printLine("Rule \(onset.signal.rule.key): the pattern spans \(onset.signal.span) points")
    let points = replay.steps[...onset.step].filter { $0.stage == replay.steps[onset.step].stage }
      .suffix(max(onset.signal.span, 1) + 4)
    for step in points {
      let panel = step.verdict?.panels.first { $0.statistic == onset.statistic }
      let mark = step == replay.steps[onset.step] ? "  <- fires" : ""
      let value = panel.map { "\($0.value)" } ?? "gap: \(step.gapReason ?? "no value in this panel")"
      let line = panel?.lines.map {
        "  [\(Self.text($0.lowerThreeSigma)), \($0.center), \(Self.text($0.upperThreeSigma))]"
      }
      printLine("  event \(step.sequence)  \(step.at)  \(step.label)  \(value)\(line ?? "")\(mark)")
    }
    printLine("It follows from the events in the ledger: \(onset.signal.value) against \(onset.signal.limit).")
  }

  private static func text(_ limit: Double?) -> String { limit.map { "\($0)" } ?? "none" }

  private static func limits(_ baseline: ChartBaseline?) -> String {
    baseline.map { "mean \($0.mean), sigma \($0.sigma), version \($0.version)" } ?? "being established"
  }
}

extension RuleSignal {
  /// As the alarm words it.
  fileprivate func words(on statistic: PlottedStatistic, _ replay: ChartReplay, _ onset: ChartReplay.Onset) -> Words {
    let first = replay.steps[onset.step].verdict?.panels.first?.statistic
    return rule.words(on: statistic, isFirst: first == statistic)
  }
}
