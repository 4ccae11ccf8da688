import ArgumentParser
import ControlCharts
import Foundation
import Glibc
import Ledger
import Recorder
import Shopfloor

struct SpcStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study", abstract: "Phase I: estimate limits from a stretch of the ledger and propose a control plan.",
    discussion: """
      Shows the chart of the stretch with its signals, what was left out and why, capability where a specification is
      given, and how many false alarms the rules bring; with --write-plan, a proposal that a person imports and another
      one approves.
        lotwire spc study sealer-1/seal.temperature.mean --from 2026-11-01T00:00:00Z --rules western-electric \\
          --exclude "R-000012 #7=probe torn off" --write-plan cp-7.yaml --number CP-7
      Exit status: 0 in control, 2 signals found, 65 no limits can be had from these points.
      """)

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "STATION/CHARACTERISTIC.") var name: String
  @Option(help: "From when on, such as 2026-11-01T00:00:00Z.") var from: String?
  @Option(help: "Until when.") var to: String?
  @Option(help: "Write the proposed control plan to this file.") var writePlan: String?
  @Option(help: "Number of the proposed control plan, where none judges the characteristic yet.") var number: String?
  @OptionGroup(title: "Chart") var chart: ChartOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions
  @OptionGroup(title: "Specification") var specification: SpecificationOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let run = try await reporting { try study() }
    if !run.unresolved.isEmpty { throw ExitCode(SpcCommand.signalsFound) }
  }

  private func study() throws -> ChartRun {
    try output.check()
    let ledger = try options.ledger()
    let found = try LedgerChart(ChartName(name), in: ledger)
    var series = SampleSeries()
    series.points = found.points(from: try time(from, "--from"), to: try time(to, "--to"))
    series.largestSubgroup = series.points.map { $0.values.count }.max() ?? 1
    if found.isCut {
      series.notes.append("Only the latest \(LedgerChart.maximumRuns) runs of the ledger were looked at.")
    }
    let design = try chart.design(largestSubgroup: max(1, series.largestSubgroup), variables: 2)
    var run = try ChartRun(
      series, design: design, limits: limits, title: "\(found.name)", unit: found.replay.plan?.unit ?? output.unit,
      acceptedReason: chart.acceptAutocorrelation)
    // Told beforehand: at the rate of the stretch, where no other is given.
    try run.foretell(pointsPerDay: chart.rate ?? Self.pointsPerDay(found))
    let specified = try specification.specification(for: try chart.kind)
    if let specified { try run.judgeCapability(specified, confidence: specification.confidence) }
    try show(run)
    if let writePlan { try propose(run, found, ControlPlanBook(ledger.controlPlanEvents()), to: writePlan) }
    return run
  }

  private func time(_ text: String?, _ option: String) throws -> Timestamp? {
    try text.map { text in
      guard let time = Timestamp(iso8601: text) else {
        throw CommandFailure(
          "\(option): \"\(displayable(text))\" is no time. Write it as 2026-11-01T00:00:00Z.", EX_USAGE)
      }
      return time
    }
  }

  private func show(_ run: ChartRun) throws {
    let words = ReportWords(language: try output.chosenLanguage)
    if let svg = output.svg {
      try OutputOptions.write(SVGChart(language: words.language).text(of: run.model), to: svg, option: "--svg")
    }
    let report = ChartReport(run: run, words: words, columns: output.columns, isStudy: true)
    printText(try output.terminal.text(of: run.model) + "\n\n" + report.text + "\n")
  }

  /// How many points the stretch brought a day; a day's worth where it is shorter than that.
  static func pointsPerDay(_ found: LedgerChart) -> Double {
    let times = found.replay.steps.filter { $0.verdict != nil }.map(\.at)
    guard let first = times.first, let last = times.last, last > first else { return Double(max(1, times.count)) }
    return Double(times.count - 1) * 86_400_000_000 / Double(last.microseconds(since: first))
  }

  // MARK: The proposal

  private func propose(_ run: ChartRun, _ found: LedgerChart, _ book: ControlPlanBook, to path: String) throws {
    guard var characteristic = found.replay.plan, let stage = run.model.stages.last, let baseline = stage.baseline
    else {
      throw CommandFailure("There are no limits to propose.", EX_DATAERR)
    }
    let former = book.entries.last { entry in
      entry.withdrawal == nil
        && entry.plan.station(found.name.station)?.characteristics.contains { $0.name == found.name.characteristic }
          == true
    }?.plan
    var frozen = baseline
    frozen.version = Self.version(characteristic.chart) + 1
    var chartPlan = characteristic.chart ?? ChartPlan(limits: .baseline(frozen))
    chartPlan.limits = .baseline(frozen)
    chartPlan.design = run.model.design
    chartPlan.autocorrelationAccepted = run.independence.acceptedReason
    if run.model.design.subgroupSize > 1, chartPlan.subgroup == nil { chartPlan.subgroup = .count }
    characteristic.chart = chartPlan
    let plan = try proposal(characteristic, found, former)
    let excluded = run.exclusions.map { "left out: point \($0.index + 1), \($0.reason)" }
    let text = ControlPlanWriter.text(
      of: plan,
      remarks: [
        "Proposed from \(run.model.panels.first?.points.count ?? 0) points of \(found.name); "
          + "\(run.unresolved.count) of them with signals. Look at it, then: lotwire plan import FILE --person ID"
      ] + excluded)
    try OutputOptions.write(text, to: path, option: "--write-plan")
    printLine("Proposal written: \(plan.number) version \(plan.version), \(path)")
  }

  private static func version(_ chart: ChartPlan?) -> Int {
    if case .baseline(let baseline)? = chart?.limits { baseline.version } else { 0 }
  }

  private func proposal(_ characteristic: CharacteristicPlan, _ found: LedgerChart, _ former: ControlPlan?) throws
    -> ControlPlan
  {
    if var plan = former {
      plan.version += 1
      plan.changeNote = "limits of \(found.name) from a study"
      for station in plan.stations.indices where plan.stations[station].station == found.name.station {
        for index in plan.stations[station].characteristics.indices
        where plan.stations[station].characteristics[index].name == characteristic.name {
          plan.stations[station].characteristics[index] = characteristic
        }
      }
      return plan
    }
    guard let number else {
      throw CommandFailure("--write-plan: no control plan has \(found.name) yet. Add --number CP-7.", EX_USAGE)
    }
    return ControlPlan(
      number: try identifier(number, "control plan number"), version: 1, title: "Control of \(found.name)",
      stations: [StationControl(station: found.name.station, characteristics: [characteristic])],
      changeNote: "limits from a study")
  }
}
