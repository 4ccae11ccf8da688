import ArgumentParser
import ControlCharts
import Foundation

struct GaugeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gauge", abstract: "Judge a gauge: crossed study of repeatability and reproducibility (ANOVA).",
    discussion: """
      One row for each measurement; every operator measures every part equally often.
        lotwire spc gauge --csv gauge.csv --part part --operator operator --value mm --tolerance 0.4
      """)

  @Option(help: "A CSV file (RFC 4180; comma, semicolon or tab), \"-\" for the standard input.")
  var csv: String

  @Option(help: "Column with the part, by name or number from 1.")
  var part: String

  @Option(help: "Column with the operator.")
  var `operator`: String

  @Option(help: "Column with the measured value.")
  var value: String

  @Option(help: "Width between the specification limits: adds the share of the tolerance.")
  var tolerance: Double?

  @Option(help: "Sigmas in a spread: 6, or 5.15 as in older studies.")
  var sigmas = 6.0

  @Option(help: "Pool the interaction with repeatability above this p-value; 1: never.")
  var pool = 0.25

  @Flag(inversion: .prefixedNo, help: "Whether the first row is a header; found out unless told.")
  var header: Bool?

  @Flag(help: "As JSON, for programs.")
  var json = false

  @Option(help: "Language of the report: en or zh-CN.")
  var language = ChartLanguage.english.rawValue

  func run() async throws {
    try await reporting {
      guard let language = ChartLanguage(rawValue: language) else {
        throw CommandFailure.usage("--language: there is no \(DataFault.shown(language)). Write en or zh-CN.")
      }
      let report = try report()
      printText(
        (json ? try Self.json(report) : GaugeText(report: report, words: ReportWords(language: language)).text) + "\n")
    }
  }

  private func report() throws -> GaugeReport {
    let bytes = try DataOptions.bytes(of: csv)
    let measurements: [GaugeStudy.Measurement]
    do {
      let file = try DataFile(CSVReader(bytes, file: csv == "-" ? "standard input" : csv), hasHeader: header)
      measurements = try self.measurements(file)
    } catch let fault as DataFault {
      throw fault.failure
    }
    let study = GaugeStudy(
      measurements: measurements, tolerance: tolerance, sigmas: sigmas, poolsAbove: pool == 1 ? nil : pool)
    do {
      return try study.report()
    } catch {
      switch error {
      case .tolerance, .sigmas, .poolingLevel: throw CommandFailure.usage("--\(error.field): \(error.english)")
      default: throw CommandFailure.data("\(DataFault.quoted(csv)): \(error.english)")
      }
    }
  }

  private func measurements(_ file: DataFile) throws -> [GaugeStudy.Measurement] {
    var file = file
    let partColumn = try file.index(of: part, option: "--part")
    let operatorColumn = try file.index(of: `operator`, option: "--operator")
    let valueColumn = try file.index(of: value, option: "--value")
    var numbers = CSVNumber(separator: file.separator)
    var found: [GaugeStudy.Measurement] = []
    while let record = try file.next() {
      // One more than the bound: the study names it.
      guard found.count <= GaugeStudy.maximumMeasurements else { break }
      let column = file.column(at: valueColumn)
      switch numbers.read(record.cells[valueColumn]) {
      case .number(let value):
        found.append(
          GaugeStudy.Measurement(
            part: record.cells[partColumn].trimmingSpaces(), person: record.cells[operatorColumn].trimmingSpaces(),
            value: value))
      case .empty:
        throw DataFault(
          file: file.file, line: record.line, column: column, problem: "the cell is empty.",
          remedy: "A gauge study needs every measurement: measure again.")
      case .refused(let problem, let remedy):
        throw DataFault(file: file.file, line: record.line, column: column, problem: problem, remedy: remedy)
      }
    }
    return found
  }

  private static func json(_ report: GaugeReport) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(report), as: UTF8.self)
  }
}
