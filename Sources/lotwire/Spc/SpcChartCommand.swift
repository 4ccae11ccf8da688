import ArgumentParser
import ControlCharts

struct SpcChartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart", abstract: "Chart a CSV file: limits, signals, capability (the default of \"lotwire spc\").",
    discussion: """
      A subgroup is N rows, rows with the same text in a column, or several columns side by side:
        lotwire spc --csv data.csv --chart xbar-r --subgroup 5 --rules nelson
        lotwire spc --csv data.csv --chart xbar-s --value x1 x2 x3 x4 x5
      Limits from the first 25 points, frozen for the rest; a point left out with its reason:
        lotwire spc --csv data.csv --value force --baseline first:25 --exclude "7=torn sensor"
      Counts, with a drawing and the points for other programs:
        lotwire spc --csv fruit.csv --chart p --value bad --inspected n --svg fruit.svg --csv-out points.csv
      Limits for a control plan:
        lotwire spc --csv data.csv --study --write-plan limits.yaml --characteristic seal.temperature.mean
      An empty cell is a gap. Exit status: 0 in control, 2 signals found, 64 wrong use, 65 data refused.
      """)

  @OptionGroup(title: "Data") var data: DataOptions
  @OptionGroup(title: "Chart") var chart: ChartOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions
  @OptionGroup(title: "Specification") var specification: SpecificationOptions
  @OptionGroup(title: "Study") var study: StudyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let run = try await reporting { try made() }
    try await reporting { try show(run) }
    if !run.unresolved.isEmpty { throw ExitCode(SpcCommand.signalsFound) }
  }

  /// The chart, or what is wrong with options or data.
  func made() throws -> ChartRun {
    try output.check()
    try study.check()
    let kind = try chart.kind
    let specified = try specification.specification(for: kind)
    // Wrong options are said before a large file is read.
    _ = try chart.design(largestSubgroup: kind.subgroupSizes.lowerBound, variables: 2)
    let series = try data.series(for: kind)
    let design = try chart.design(
      largestSubgroup: max(series.largestSubgroup, data.subgroup ?? 1), variables: data.value.count)
    var run = try ChartRun(
      series, design: design, limits: limits, title: output.title(of: data.csv), unit: output.unit,
      acceptedReason: chart.acceptAutocorrelation)
    if let rate = chart.rate { try run.foretell(pointsPerDay: rate) }
    if let specified { try run.judgeCapability(specified, confidence: specification.confidence) }
    return run
  }

  func show(_ run: ChartRun) throws {
    try write(run)
    let words = ReportWords(language: try output.chosenLanguage)
    if output.csvOut == "-" {
      printText(ChartCSV().text(of: run.model))
    } else if output.json {
      printText(try ChartDocument(run, words: words).json + "\n")
    } else {
      let report = ChartReport(run: run, words: words, columns: output.columns, isStudy: study.study)
      printText(try output.terminal.text(of: run.model) + "\n\n" + report.text + "\n")
    }
  }

  /// Writes what goes into files.
  func write(_ run: ChartRun) throws {
    if let svg = output.svg {
      try OutputOptions.write(
        SVGChart(language: try output.chosenLanguage).text(of: run.model), to: svg, option: "--svg")
    }
    if let file = output.csvOut, file != "-" {
      try OutputOptions.write(ChartCSV().text(of: run.model), to: file, option: "--csv-out")
    }
    if let file = study.writePlan, let name = study.characteristic {
      let proposal = ControlPlanProposal(
        run: run, name: try identifier(name, "characteristic"),
        specification: try specification.specification(for: run.model.design.kind),
        source: data.csv == "-" ? "standard input" : String(data.csv.split(separator: "/").last ?? ""))
      try OutputOptions.write(proposal.text, to: file, option: "--write-plan")
    }
  }
}
