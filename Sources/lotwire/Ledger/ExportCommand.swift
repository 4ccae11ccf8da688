import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Take a lot, or a station in a stretch of time, out of the ledger into a file for your own tools.",
    discussion: """
      The ending of the file says its form. .csv: readings, a line each. .arrow: readings as an Arrow file, which pandas, \
      Polars and DuckDB read and turn into Parquet. .sqlite: readings, runs, lots, events, alarms and parameters as plain \
      tables. A file that exists is never touched. What is missing is named. Works with and without a running daemon.
      """)

  @OptionGroup var options: ConfigurationOption

  @Option(help: "The number of a product lot as it stands on the label: the readings of all its runs.")
  var lot: String?

  @Option(help: "A station, with --from and --to.")
  var station: String?

  @Option(help: "Begin of the stretch: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String?

  @Option(help: "End of the stretch, in the same forms.")
  var to: String?

  @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
  var into: String

  @Flag(name: .customLong("bom"), help: "Begin a CSV file with a byte order mark, for spreadsheets that need it.")
  var byteOrderMark = false

  @Flag(help: "What was written as JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      let scope = try ExportRequest(lot: lot, station: station, from: from, to: to).scope()
      let form = try ExportRequest.form(of: into, byteOrderMark: byteOrderMark)
      let ledger = try options.ledger()
      let summary: ExportSummary
      do throws(ExportFault) {
        summary = try ledger.export(scope, as: form, into: into, byteOrderMark: byteOrderMark)
      } catch {
        throw CommandFailure(error.description, ExportRequest.status(of: error))
      }
      for missing in summary.missing { printError(missing.words.english) }
      printLine(json ? try ExportRequest.json(summary, path: into) : ExportRequest.text(summary, path: into))
    }
  }
}
