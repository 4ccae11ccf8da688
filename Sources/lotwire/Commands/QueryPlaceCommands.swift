import ArgumentParser
import Devices
import Foundation
import Ledger
import Shopfloor

struct QueryPersonCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "person", abstract: "Everything a person did, the latest first, page by page.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions
  @OptionGroup var stretch: StretchOptions

  @Argument(help: "The id of the person.")
  var person: String

  @Option(help: "The page before this event, as the page after it says.")
  var before: Int64?

  @Option(help: "Most actions of a page.")
  var limit = 200

  func run() async throws {
    try await reporting {
      let (from, until) = try stretch.bounds()
      let id: PersonID = try identifier(person, "person id")
      let page = try options.ledger().actions(of: id, from: from, to: until, before: before, limit: try bound(limit))
      guard page.person != nil || !page.actions.isEmpty else {
        throw CommandFailure("The ledger has no person \(id).", EX_NOINPUT)
      }
      let report = PersonReport(page)
      try answer.print(report) { report.table(answer.time) }
    }
  }
}

/// What a person did, in words.
struct PersonReport: Encodable {
  struct Line: Encodable {
    var sequence: Int64
    var time: Timestamp
    var kind: EventKind
    var words: String
  }

  var person: String
  var name: String?
  var actions: [Line]
  /// The next page is that before this event.
  var next: Int64?

  init(_ page: PersonActions) {
    person = page.person?.id.text ?? ""
    name = page.person?.name
    next = page.next
    let words = EventWords(names: page.names)
    actions = page.actions.map { record in
      Line(
        sequence: record.sequence, time: record.time, kind: record.event.kind,
        words: words.of(record.event) ?? record.event.kind.rawValue)
    }
  }

  /// - Parameter time: how a time is written in a cell.
  func table(_ time: (Timestamp?) -> String) -> QueryTable {
    QueryTable(
      headings: ["event", "time", "kind", "what"],
      rows: actions.map { [String($0.sequence), time($0.time), $0.kind.rawValue, $0.words] },
      notes: next.map { ["There is more: --before \($0)"] } ?? [], isIncomplete: next != nil)
  }
}

struct QueryParameterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parameter",
    abstract: "What is known of a parameter in a stretch of time: runs, alarms, gaps, calibrations, figures.",
    discussion:
      "The figures are of the readings that are packed already; \"lotwire ledger readings\" gives the readings.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions
  @OptionGroup var stretch: StretchOptions

  @Argument(help: "STATION/PARAMETER, as the configuration names them.")
  var place: String

  func run() async throws {
    try await reporting {
      let (station, parameter) = try stationAndParameter(place)
      let (from, until) = try stretch.bounds()
      let now = SystemClock().now().utc
      let found = try options.ledger().parameter(
        parameter, at: station, from: from ?? Timestamp(microseconds: 0), to: until ?? now, now: now)
      guard let found else { throw CommandFailure("No station ever had \(station)/\(parameter).", EX_NOINPUT) }
      try answer.print(found) { Self.table(found, answer) }
    }
  }

  private static func table(_ found: ParameterAnswer, _ answer: AnswerOptions) -> QueryTable {
    var rows = found.registered.map { ["wired to", "\($0.device) \($0.point)", "", "", $0.unit] }
    for run in found.runs.found {
      rows.append(
        [
          "run", run.id.text, answer.time(run.startedAt), answer.time(run.endedAt),
          run.lots.map(\.text).joined(separator: " "),
        ])
    }
    for alarm in found.alarms {
      rows.append(["alarm", alarm.id.text, answer.time(alarm.raisedAt), "", alarm.rule.english])
    }
    for gap in found.gaps {
      rows.append([
        "gap", gap.opened.gap.text, answer.time(gap.opened.since), answer.time(gap.until), gap.opened.reason,
      ])
    }
    for done in found.calibrations { rows.append(CalibrationText.row(done, answer)) }
    for doubt in found.doubts {
      rows.append(["in doubt", "", answer.time(doubt.from), answer.time(doubt.until), doubt.cause.words.english])
    }
    if let packed = found.packed {
      let figures = [("least", packed.minimum), ("mean", packed.mean), ("greatest", packed.maximum)].map {
        "\($0) \($1.map { StatusText.rounded($0) } ?? "-")"
      }.joined(separator: ", ")
      rows.append(
        [
          "packed", "\(packed.readings) readings, \(packed.goodReadings) good", answer.time(packed.first),
          answer.time(packed.last), figures,
        ])
    }
    return QueryTable(
      headings: ["what", "which", "from", "until", "words"], rows: rows, notes: found.runs.notes,
      isIncomplete: found.runs.isCutOff)
  }
}

/// "STATION/PARAMETER" from the command line; a parameter has no slash.
func stationAndParameter(_ text: String) throws -> (StationName, ParameterName) {
  guard let slash = text.lastIndex(of: "/"), slash != text.startIndex, text.index(after: slash) != text.endIndex else {
    throw CommandFailure("Name a station and a parameter, as in sealer/seal.temperature.", EX_USAGE)
  }
  return (
    try identifier(String(text[..<slash]), "station"),
    try identifier(String(text[text.index(after: slash)...]), "parameter")
  )
}

struct QuerySQLCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql", abstract: "Answer a question in SQL from the ledger, which is opened for reading alone.",
    discussion: """
      The views v_lot, v_run, v_run_lot, v_event, v_alarm, v_gap, v_material, v_person_action, v_record, v_delivery, \
      v_calibration, v_parameter and v_reading_block are described in QUESTIONS.md and stay as they are; other tables may \
      change. Events are found quickly by their subject; QUESTIONS.md has examples.
      """)

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Argument(help: "One statement that reads.")
  var statement: String

  @Option(help: "Most rows.")
  var limit = 10_000

  @Option(help: "Longest time, in seconds.")
  var seconds = 30.0

  func run() async throws {
    try await reporting {
      guard seconds > 0, seconds <= 86_400 else { throw CommandFailure("--seconds is up to 86400.", EX_USAGE) }
      let query = ReadOnlyQuery(statement, maximumRows: try bound(limit), maximumSeconds: seconds)
      do {
        let found = try query.ask(path: try options.plant().ledgerPath)
        try answer.print(SQLReport(found)) { SQLReport.table(found) }
      } catch let fault as ReadOnlyQuery.Fault {
        throw CommandFailure(fault.words.english + "\n" + fault.words.chinese, EX_USAGE)
      }
    }
  }
}

/// An answer in SQL, for other programs.
struct SQLReport: Encodable {
  struct Cell: Encodable {
    var value: ReadOnlyQuery.Value

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch value {
      case .null: try container.encodeNil()
      case .integer(let number): try container.encode(number)
      // JSON has no numbers beside the finite ones.
      case .real(let number):
        if number.isFinite { try container.encode(number) } else { try container.encode("\(number)") }
      case .text(let text): try container.encode(text)
      case .blob: try container.encode(SQLReport.text(value))
      }
    }
  }

  var columns: [String]
  var rows: [[Cell]]
  var isCutOff: Bool

  init(_ answer: ReadOnlyQuery.Answer) {
    columns = answer.columns
    rows = answer.rows.map { $0.map { Cell(value: $0) } }
    isCutOff = answer.isCutOff
  }

  static func text(_ value: ReadOnlyQuery.Value) -> String {
    switch value {
    case .null: ""
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): text
    case .blob(let bytes):
      bytes.reduce(into: "") { text, byte in text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    }
  }

  static func table(_ answer: ReadOnlyQuery.Answer) -> QueryTable {
    QueryTable(
      headings: answer.columns, rows: answer.rows.map { $0.map(text) },
      notes: answer.isCutOff ? ["There is more than is told here: raise --limit."] : [],
      isIncomplete: answer.isCutOff)
  }
}
