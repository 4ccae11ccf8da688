import ArgumentParser
import Console
import Foundation
import Ledger
import Shopfloor

struct CalibrationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibration", abstract: "Record what calibrations of sensors found, and list them.",
    discussion: "\"lotwire query calibration\" tells which lots ran while a sensor was out of calibration.",
    subcommands: [CalibrationRecordCommand.self, CalibrationListCommand.self])
}

struct CalibrationRecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Record what a calibration of the sensor behind a parameter found.",
    discussion: """
      Needs the running daemon and a person with the right "engineer". A mistake is corrected by recording the calibration \
      again with the same time: the last one counts.
      """)

  enum Finding: String, ExpressibleByArgument, CaseIterable {
    case into = "in"
    case out

    var finding: Calibration.Finding { self == .into ? .inTolerance : .outOfTolerance }
  }

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "STATION/PARAMETER, as the configuration names them.")
  var place: String

  @Option(help: "in or out of tolerance, as the sensor was found, before anything was adjusted.")
  var found: Finding

  @Option(help: "in or out of tolerance, as the sensor was left.")
  var left: Finding

  @Option(help: "When it was calibrated: 2026-11-21T06:00:00Z, with an offset like +08:00, or a date in UTC.")
  var at: String

  @Option(help: "From when on the next calibration is overdue, in the same forms.")
  var due: String?

  @Option(help: "The number of the certificate.")
  var certificate: String?

  @Option(help: "The id of the person who records it.")
  var person: String

  @Option(help: "A remark.")
  var note: String?

  func run() async throws {
    try await reporting {
      let (station, parameter) = try stationAndParameter(place)
      let done = Calibration(
        station: station, parameter: parameter, performedAt: try commandTime(at, "--at"), asFound: found.finding,
        asLeft: left.finding, dueAt: try due.map { try commandTime($0, "--due") }, certificate: certificate,
        person: try identifier(person, "person id"), note: note)
      let answer = try ControlSocket.client(options).recordCalibration(done)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}

struct CalibrationListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The calibrations that were recorded, of one sensor or of all.")

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Argument(help: "STATION/PARAMETER; without it, all.")
  var place: String?

  @Option(help: "Most calibrations.")
  var limit = 1_000

  func run() async throws {
    try await reporting {
      let wanted = try place.map(stationAndParameter)
      let found = try options.ledger().calibrations(of: wanted?.0, wanted?.1, limit: try bound(limit))
      try answer.print(found) {
        CalibrationText.list(found.found, answer, notes: found.notes, isCutOff: found.isCutOff)
      }
    }
  }
}
