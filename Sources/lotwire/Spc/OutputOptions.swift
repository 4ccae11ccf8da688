import ArgumentParser
import ControlCharts
import Foundation
import Glibc

/// In which forms the chart comes out.
struct OutputOptions: ParsableArguments {
  @Option(help: "Write the chart to this file as SVG.")
  var svg: String?

  @Option(
    help: "Write points, lines and signals to this file as CSV; \"-\": to the standard output, in place of the chart.")
  var csvOut: String?

  @Flag(help: "As JSON on the standard output, for programs.")
  var json = false

  @Option(help: "Language of the chart and its report: en or zh-CN.")
  var language = ChartLanguage.english.rawValue

  @Option(help: "Columns of the terminal.")
  var columns = TerminalChart.defaultColumns

  @Flag(help: "Only characters of ASCII in the chart.")
  var ascii = false

  @Flag(
    name: .customLong("no-colour"), help: "No colours. There are none in a file or pipe, nor where NO_COLOR is set.")
  var noColour = false

  @Option(help: "Title of the chart; the name of the file unless told.")
  var title: String?

  @Option(help: "Unit of the values.")
  var unit = ""

  /// Longest title and unit, in characters.
  private static let longestTitle = 120

  var chosenLanguage: ChartLanguage {
    get throws(CommandFailure) {
      guard let known = ChartLanguage(rawValue: language) else {
        throw .usage("--language: there is no \(DataFault.shown(language)). Write en or zh-CN.")
      }
      return known
    }
  }

  func check() throws(CommandFailure) {
    _ = try chosenLanguage
    guard (TerminalChart.minimumColumns...1_000).contains(columns) else {
      throw .usage("--columns: \(columns) is not possible. Use \(TerminalChart.minimumColumns) to 1000.")
    }
    if json, csvOut == "-" {
      throw .usage("--json and --csv-out -: both write to the standard output. Use one of them.")
    }
    guard (title ?? "").count <= Self.longestTitle, unit.count <= Self.longestTitle else {
      throw .usage("--title, --unit: at most \(Self.longestTitle) characters.")
    }
  }

  var terminal: TerminalChart {
    get throws(CommandFailure) {
      let isNoColourSet = !(ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
      return TerminalChart(
        columns: columns, language: try chosenLanguage, isASCII: ascii,
        hasColour: !noColour && !isNoColourSet && isatty(STDOUT_FILENO) == 1)
    }
  }

  func title(of file: String) -> String {
    title ?? (file == "-" ? "" : URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent)
  }

  /// Writes a whole file or nothing.
  static func write(_ text: String, to path: String, option: String) throws(CommandFailure) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure(
        "\(option): \(DataFault.quoted(path)) cannot be written. Check that the folder exists and may be written to.",
        EX_CANTCREAT)
    }
  }
}
