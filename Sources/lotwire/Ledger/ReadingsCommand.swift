import ArgumentParser
import Devices
import Foundation
import Ledger
import Shopfloor

struct ReadingsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readings",
    abstract: "Tell what a parameter of a station said in a stretch of time.",
    discussion: """
      Every reading by its own time; with --every what the readings of each step say together (number, number of good \
      ones, minimum, mean, maximum of the good ones); with --points the points of a picture, a blank line where the line \
      is interrupted. What is missing is said on standard error. Works with and without a running daemon.
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "STATION/PARAMETER, like sealer/seal.temperature.")
  var place: String

  @Option(help: "Begin of the stretch: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String

  @Option(help: "End of the stretch, in the same forms; now, where it is left out.")
  var to: String?

  @Option(help: "Length of the steps: 500ms, 10s, 1m, 8h, 1d. They begin at whole multiples.")
  var every: String?

  @Option(help: "Points of a picture, at most.")
  var points: Int?

  @Flag(help: "Comma-separated values.")
  var csv = false

  @Flag(help: "A JSON object on each line. Times are microseconds since 1970 in UTC.")
  var json = false

  /// Readings that are read and printed at once.
  private static let pageReadings = 10_000

  func run() async throws {
    try await reporting {
      guard !(csv && json) else { throw CommandFailure("Give --csv or --json, not both.", EX_USAGE) }
      let request = ReadingsRequest(place: place, from: from, to: to, every: every, points: points)
      let question = try request.question(now: SystemClock().now().utc)
      let grid = try request.grid(of: question)
      let points = try request.checkedPoints()
      let ledger = try options.ledger()
      let parameters = try ledger.parameters(at: question.station, named: question.parameter)
      guard !parameters.isEmpty else { throw CommandFailure(try unknown(question, ledger), EX_NOINPUT) }
      var text = ReadingsText(form: csv ? .csv : json ? .json : .text, parameters: parameters)
      if let grid {
        let answer = try ledger.buckets(of: question.station, question.parameter, in: grid)
        write(text.lines(answer.buckets), missing: answer.missing)
      } else if let points {
        let picture = try ledger.picture(of: question, points: points)
        write(text.lines(picture), missing: picture.missing)
      } else {
        try writeReadings(question, ledger, &text)
      }
    }
  }

  private func writeReadings(_ question: SeriesQuestion, _ ledger: LedgerReader, _ text: inout ReadingsText) throws {
    var cursor: SeriesCursor?
    var isFirst = true
    repeat {
      let page = try ledger.readings(of: question, limit: Self.pageReadings, after: cursor)
      write(text.lines(page.readings, isFirst: isFirst), missing: page.missing)
      (cursor, isFirst) = (page.next, false)
    } while cursor != nil
  }

  private func write(_ text: String, missing: [MissingReadings]) {
    printBytes(Array(text.utf8))
    for missing in missing { printError(missing.words.english) }
  }

  private func unknown(_ question: SeriesQuestion, _ ledger: LedgerReader) throws -> String {
    let names = Set(try ledger.parameters().filter { $0.station == question.station }.map(\.name.text)).sorted()
    return names.isEmpty
      ? "The ledger has no station \(question.station)."
      : "The ledger has no \(question.parameter) at \(question.station). It knows there: "
        + names.joined(separator: ", ") + "."
  }
}
