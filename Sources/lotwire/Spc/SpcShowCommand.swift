import ArgumentParser
import ControlCharts
import Glibc
import Ledger
import Shopfloor

struct SpcShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A chart of the line, from its ledger (\"lotwire spc STATION/CHARACTERISTIC\").")

  @OptionGroup var options: ConfigurationOption
  @Argument(help: "STATION/CHARACTERISTIC.") var chart: String
  @Option(help: "So many of the latest points.") var last = 200
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() async throws {
    let model = try await reporting { () throws -> ChartModel in
      try output.check()
      guard (1...ChartStudy.maximumPoints).contains(last) else {
        throw CommandFailure("--last: \(last) is not possible. Use 1 to \(ChartStudy.maximumPoints).", EX_USAGE)
      }
      let found = try LedgerChart(ChartName(chart), in: options.ledger())
      let model = try found.model(last: last)
      try show(model, found)
      return model
    }
    let fires = model.panels.contains { $0.points.contains { $0.signals.contains { $0.severity != .ignore } } }
    if fires { throw ExitCode(SpcCommand.signalsFound) }
  }

  private func show(_ model: ChartModel, _ found: LedgerChart) throws {
    let words = ReportWords(language: try output.chosenLanguage)
    if let svg = output.svg {
      try OutputOptions.write(SVGChart(language: words.language).text(of: model), to: svg, option: "--svg")
    }
    if let file = output.csvOut, file != "-" {
      try OutputOptions.write(ChartCSV().text(of: model), to: file, option: "--csv-out")
    }
    if output.csvOut == "-" { return printText(ChartCSV().text(of: model)) }
    printText(try output.terminal.text(of: model) + "\n")
    if found.isCut {
      printLine(
        "Only the latest \(LedgerChart.maximumRuns) runs were looked at: a chart with a longer memory may differ.")
    }
  }
}
