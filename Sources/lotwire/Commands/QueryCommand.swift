import ArgumentParser
import Foundation
import Ledger
import Shopfloor

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Ask the ledger: lots, runs, alarms, people, parameters, calibrations, comparisons, SQL.",
    discussion: """
      Reads the ledger, with or without a running daemon. Times in JSON and CSV are microseconds since 1970 in UTC, in text \
      ISO 8601. Readings are packed: "lotwire ledger readings" and "lotwire ledger export" give them.
      """,
    subcommands: [
      QueryLotsCommand.self, QueryRunsCommand.self, QueryAlarmsCommand.self, QueryPersonCommand.self,
      QueryParameterCommand.self, QueryCalibrationCommand.self, QueryCompareCommand.self, QueryGenealogyCommand.self,
      QuerySQLCommand.self,
    ])
}

/// How an answer is printed.
struct AnswerOptions: ParsableArguments {
  @Flag(help: "JSON instead of text.")
  var json = false

  @Flag(help: "CSV instead of text.")
  var csv = false

  func validate() throws {
    if json && csv { throw ValidationError("Name one of --json and --csv.") }
  }

  func print(_ value: some Encodable, _ table: () -> QueryTable) throws {
    if json { return printLine(try QueryTable.json(value)) }
    let table = table()
    printLine(table.printed(as: csv ? .csv : .text))
    if csv { try tellNotes(of: table) }
  }

  /// Exit status of a CSV that is not the whole answer: a list for a recall must not pass for one that is whole.
  static let incompleteStatus: Int32 = 3

  /// Says on standard error what a CSV has no place for.
  func tellNotes(of table: QueryTable) throws(CommandFailure) {
    let said = table.notes.filter { !$0.isEmpty }.joined(separator: "\n")
    if table.isIncomplete { throw CommandFailure(said, Self.incompleteStatus) }
    if !said.isEmpty { printError(said) }
  }

  /// A time in a cell: for people as ISO 8601, in CSV as in the ledger.
  func time(_ time: Timestamp?) -> String {
    guard let time else { return "" }
    return csv ? String(time.microseconds) : time.description
  }
}

extension Bounded {
  /// What is said below a list that was cut.
  var notes: [String] {
    isCutOff ? ["There is more than is told here: ask for a shorter time, or raise --limit."] : []
  }
}

struct QueryLotsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lots", abstract: "Lots by product, work order, station, time and hold, the latest first.",
    discussion: "With --from and --to: lots of which a run (at the station, where one is named) touched the stretch.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Option(help: "The product as the ERP names it.")
  var product: String?

  @Option(help: "The number of the work order.")
  var order: String?

  @Option(help: "A station that the lot was at.")
  var station: String?

  @Option(help: "Begin: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String?

  @Option(help: "End, in the same forms; without it, now.")
  var to: String?

  @Flag(inversion: .prefixedNo, help: "Only lots that are on hold; --no-held: only those that are not.")
  var held: Bool?

  @Option(help: "Most lots.")
  var limit = 1_000

  func run() async throws {
    try await reporting {
      let question = LotQuestion(
        product: try product.map { try identifier($0, "product") },
        order: try order.map { try identifier($0, "work order") },
        station: try station.map { try identifier($0, "station") },
        from: try from.map { try commandTime($0, "--from") },
        to: try to.map { try commandTime($0, "--to") }, isHeld: held, limit: try bound(limit))
      let lots = try options.ledger().lots(question)
      try answer.print(lots) { Self.table(lots, answer) }
    }
  }

  static func table(_ lots: Bounded<LotSummary>, _ answer: AnswerOptions) -> QueryTable {
    QueryTable(
      headings: ["lot", "product", "name", "order", "customer", "started", "completed", "hold", "sealed"],
      rows: lots.found.map { lot in
        [
          lot.number.text, lot.product?.text ?? "", lot.productName ?? "", lot.order?.text ?? "", lot.customer ?? "",
          answer.time(lot.startedAt), answer.time(lot.completedAt), lot.hold ?? "",
          lot.sealedRevision.map { "revision \($0)" } ?? "",
        ]
      }, notes: lots.notes, isIncomplete: lots.isCutOff)
  }
}

/// A limit from the command line.
func bound(_ limit: Int) throws -> Int {
  guard (1...100_000).contains(limit) else { throw CommandFailure("--limit is 1 to 100000.", EX_USAGE) }
  return limit
}

struct QueryRunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Runs of a stretch of time, at one station or at all, the oldest first.",
    discussion: """
      With a station, a run that began before the stretch and lasted into it is told too; without one, those that began in \
      the stretch.
      """)

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions
  @OptionGroup var stretch: StretchOptions

  @Option(help: "The station.")
  var station: String?

  @Option(help: "Most runs.")
  var limit = 1_000

  func run() async throws {
    try await reporting {
      let (from, until) = try stretch.bounds()
      let runs = try options.ledger().runs(
        at: try station.map { try identifier($0, "station") }, from: from ?? Timestamp(microseconds: 0),
        to: until ?? Timestamp(microseconds: .max), limit: try bound(limit))
      try answer.print(runs) {
        QueryTable(
          headings: ["run", "station", "operation", "orders", "lots", "started", "by", "ended"],
          rows: runs.found.map { run in
            [
              run.id.text, run.station.text, run.operation.text, run.orders.map(\.text).joined(separator: " "),
              run.lots.map(\.text).joined(separator: " "), answer.time(run.startedAt), run.startedBy.text,
              answer.time(run.endedAt),
            ]
          }, notes: runs.notes, isIncomplete: runs.isCutOff)
      }
    }
  }
}

struct QueryAlarmsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms", abstract: "Alarms that were open in a stretch of time; without one, those open now.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions
  @OptionGroup var stretch: StretchOptions

  @Option(help: "Only those of this station.")
  var station: String?

  func run() async throws {
    try await reporting {
      let (from, until) = try stretch.bounds()
      let wanted: StationName? = try station.map { try identifier($0, "station") }
      let episodes = try options.ledger().alarms(from: from, until: until)
        .filter { wanted == nil || $0.alarm.station == wanted }
      if answer.json { return printLine(try AlarmReport.json(episodes)) }
      let alarms = episodes.map(\.alarm)
      printLine(
        QueryTable(
          headings: [
            "alarm", "station", "kind", "source", "value", "limit", "unit", "run", "raised", "returned", "cause",
          ],
          rows: alarms.map { alarm in
            [
              alarm.id.text, alarm.station.text, alarm.kind.rawValue, alarm.source, StatusText.rounded(alarm.value),
              StatusText.rounded(alarm.limit), alarm.unit, alarm.run?.text ?? "", answer.time(alarm.raisedAt),
              answer.time(alarm.returnedAt), alarm.acknowledgement?.cause ?? "",
            ]
          }
        ).printed(as: answer.csv ? .csv : .text))
    }
  }
}
