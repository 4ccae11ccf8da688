import ArgumentParser
import Devices
import Foundation
import Ledger
import Shopfloor

struct AlarmsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alarms", abstract: "List alarms, measure how they serve people, shelve them, record reactions.",
    discussion: "list and kpi read the ledger, with or without a running daemon; the others need the daemon.",
    subcommands: [
      AlarmsListCommand.self, AlarmsFiguresCommand.self, AlarmsShelveCommand.self, AlarmsUnshelveCommand.self,
      AlarmsServiceCommand.self, AlarmsStepCommand.self,
    ], defaultSubcommand: AlarmsListCommand.self)
}

struct AlarmsListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The open alarms; with --from and --to those of a stretch of time.",
    discussion: "Times in JSON are microseconds since 1970 in UTC.")

  @OptionGroup var options: ConfigurationOption

  @OptionGroup var stretch: StretchOptions

  @Flag(help: "JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      let (from, until) = try stretch.bounds()
      let episodes = try options.ledger().alarms(from: from, until: until)
      printLine(json ? try AlarmReport.json(episodes) : AlarmReport.list(episodes))
    }
  }
}

struct AlarmsFiguresCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kpi",
    abstract: "Rates, floods, chattering, stale alarms, priorities and times to acknowledge of a stretch of time.",
    discussion: """
      After ANSI/ISA-18.2-2016, clause 16, a station standing for an operator position. Without --from and --to: the last \
      24 hours.
      """)

  @OptionGroup var options: ConfigurationOption

  @OptionGroup var stretch: StretchOptions

  @Flag(help: "JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      let plant = try options.plant()
      let bounds = try stretch.bounds()
      let until = bounds.until ?? SystemClock().now().utc
      let from = bounds.from ?? until.advanced(byMicroseconds: -AlarmMeasure.day)
      guard from < until else { throw CommandFailure("--from must be before --to.", EX_USAGE) }
      let ledger = try LedgerReader(path: plant.ledgerPath)
      let stations = plant.stations.map(\.name)
      let figures = AlarmPerformance(
        try ledger.alarms(from: from, until: until), stations: stations, from: from, until: until)
      let silent = try ledger.sourcesOutOfService(at: stations, before: until)
      printLine(json ? try AlarmReport.json(figures, silent) : AlarmReport.text(figures, silent))
    }
  }
}

/// A stretch of time on the command line.
struct StretchOptions: ParsableArguments {
  @Option(help: "Begin: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var from: String?

  @Option(help: "End, in the same forms; without it, now.")
  var to: String?

  func bounds() throws -> (from: Timestamp?, until: Timestamp?) { try Self.bounds(from: from, to: to) }

  static func bounds(from: String?, to: String?) throws -> (from: Timestamp?, until: Timestamp?) {
    guard from != nil || to == nil else { throw CommandFailure("--to needs --from.", EX_USAGE) }
    let begin = try from.map { try commandTime($0, "--from") }
    let end = try to.map { try commandTime($0, "--to") }
    if let begin, let end, begin >= end { throw CommandFailure("--from must be before --to.", EX_USAGE) }
    return (begin, end)
  }
}

/// A time from the command line.
func commandTime(_ text: String, _ option: String) throws -> Timestamp {
  guard let time = Timestamp(iso8601: text) else {
    throw CommandFailure(
      "\"\(displayable(text))\" after \(option) is no time. Write it like 2026-11-21T06:00:00Z, with an offset like "
        + "+08:00, or as a date.", EX_USAGE)
  }
  return time
}
