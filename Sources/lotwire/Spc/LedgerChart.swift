import ControlCharts
import Foundation
import Glibc
import Ledger
import Recorder
import Shopfloor

/// A chart of the line with its history, derived from the ledger by the code that judged it live.
struct LedgerChart {
  /// Most runs that are derived again.
  static let maximumRuns = 5_000

  let name: ChartName
  let replay: ChartReplay
  /// Whether there were more runs than that.
  let isCut: Bool

  init(_ name: ChartName, in ledger: LedgerReader) throws {
    let (events, isCut) = try ledger.chartHistory(
      of: name.station, from: Timestamp(microseconds: 0), to: Timestamp(microseconds: .max),
      maximumRuns: Self.maximumRuns)
    let plans = try ledger.plansBefore(events.first?.sequence ?? .max)
    var replay = ChartReplay(
      station: name.station, characteristic: name.characteristic, line: plans.line, controlPlans: plans.controlPlans)
    replay.take(events)
    guard !replay.stages.isEmpty else {
      let known = plans.line?.station(name.station)?.characteristics.filter { $0.chart != nil }.map(\.name.text) ?? []
      throw CommandFailure(
        "There is no chart \(name) in this ledger. "
          + (known.isEmpty
            ? "Look at the characteristics of the station." : "Write one of: \(known.joined(separator: ", "))"),
        EX_NOINPUT)
    }
    self.name = name
    self.replay = replay
    self.isCut = isCut
  }

  /// The latest points under the chart that is in force, in the form that every drawing takes.
  func model(last count: Int) throws(CommandFailure) -> ChartModel {
    guard let plan = replay.stages.last?.plan else { throw CommandFailure("there is no chart", EX_SOFTWARE) }
    let design = plan.completeDesign
    // Another design has other panels: those points are of another chart.
    let first = replay.stages.lastIndex { $0.plan.completeDesign != design }.map { $0 + 1 } ?? 0
    let steps = replay.steps.filter { $0.stage >= first }.suffix(count)
    let shownStages = Set(steps.map(\.stage)).sorted()
    let stages = shownStages.map { index in
      ChartModel.Stage(
        label: replay.stages[index].label,
        firstIndex: steps.first { $0.stage == index }.map { _ in
          steps.firstIndex { $0.stage == index }.map { $0 - steps.startIndex } ?? 0
        } ?? 0, baseline: replay.stages[index].baseline, estimate: replay.stages[index].estimate)
    }
    let panels = design.statistics.map { statistic in
      ChartModel.Panel(
        statistic: statistic,
        points: steps.enumerated().map { index, step in
          let found = step.verdict?.panels.first { $0.statistic == statistic }
          return ChartModel.Point(
            index: index, label: step.label, value: found?.value, size: found?.size ?? 0, lines: found?.lines,
            signals: found?.signals ?? [], gapReason: step.gapReason,
            stage: shownStages.firstIndex(of: step.stage) ?? 0)
        })
    }
    return ChartModel(
      title: "\(name)", unit: replay.plan?.unit ?? "", design: design, panels: panels, stages: stages)
  }

  /// The values of a stretch, for a study of their own.
  func points(from: Timestamp?, to: Timestamp?) -> [StudyPoint] {
    replay.steps.filter { step in (from.map { step.at >= $0 } ?? true) && (to.map { step.at <= $0 } ?? true) }
      .map { step in
        step.gapReason.map { StudyPoint(label: step.label, content: .gap(reason: $0)) }
          ?? StudyPoint(label: step.label, .values(step.values))
      }
  }
}

/// "STATION/CHARACTERISTIC".
struct ChartName: CustomStringConvertible {
  let station: StationName
  let characteristic: CharacteristicName

  init(_ text: String) throws {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw CommandFailure(
        "\"\(displayable(text))\" is no chart. Write STATION/CHARACTERISTIC: sealer-1/seal.temperature.mean", EX_USAGE)
    }
    station = try identifier(parts[0], "station")
    characteristic = try identifier(parts[1], "characteristic")
  }

  var description: String { "\(station)/\(characteristic)" }
}
