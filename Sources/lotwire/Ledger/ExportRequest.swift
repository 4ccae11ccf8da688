import Foundation
import Ledger
import Shopfloor

/// What was asked to be exported, as it stood on the command line, and how it is answered.
struct ExportRequest {
  var lot: String?
  var station: String?
  var from: String?
  var to: String?

  func scope() throws -> ExportScope {
    switch (lot, station) {
    case (let lot?, nil):
      guard from == nil, to == nil else { throw CommandFailure("--from and --to belong to --station.", EX_USAGE) }
      return .lot(try lotNumber(lot))
    case (nil, let station?):
      guard let from, let to else { throw CommandFailure("--station needs --from and --to.", EX_USAGE) }
      let begin = try LedgerTimes.time(from, "--from")
      let end = try LedgerTimes.time(to, "--to")
      guard begin < end else { throw CommandFailure("--from must be before --to.", EX_USAGE) }
      return .station(try LedgerTimes.name(station, "a station"), from: begin, to: end)
    default: throw CommandFailure("Say what to export: --lot, or --station with --from and --to.", EX_USAGE)
    }
  }

  static func form(of path: String, byteOrderMark: Bool) throws -> ExportForm {
    guard let form = ExportForm(fileName: path) else {
      throw CommandFailure(
        "The ending of \"\(displayable(path))\" says no form. End the name with .csv, .arrow or .sqlite.", EX_USAGE)
    }
    guard form == .csv || !byteOrderMark else { throw CommandFailure("--bom belongs to a .csv file.", EX_USAGE) }
    return form
  }

  static func status(of fault: ExportFault) -> Int32 {
    switch fault {
    case .exists, .cannotWrite: EX_CANTCREAT
    case .unknown: EX_NOINPUT
    case .ledger: EX_IOERR
    }
  }

  static func text(_ summary: ExportSummary, path: String) -> String {
    let events = summary.events > 0 ? ", \(summary.events) events" : ""
    let missing =
      summary.missing.isEmpty
      ? "Nothing is missing." : "Missing: \(summary.missing.count) stretches, named above."
    return "\(path): \(summary.readings) readings of \(summary.parameters) parameters, \(summary.runs) runs\(events); "
      + "\(summary.bytes) bytes. \(missing)"
  }

  static func json(_ summary: ExportSummary, path: String) throws -> String {
    struct Document: Encodable {
      var file: String
      var readings: Int64
      var parameters: Int
      var runs: Int
      var events: Int
      var bytes: Int64
      var missing: [MissingReadings]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(
      decoding: try encoder.encode(
        Document(
          file: path, readings: summary.readings, parameters: summary.parameters, runs: summary.runs,
          events: summary.events, bytes: summary.bytes, missing: summary.missing)), as: UTF8.self)
  }
}
