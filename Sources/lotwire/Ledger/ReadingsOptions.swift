import ArgumentParser
import Foundation
import Ledger
import Shopfloor

/// What was asked of the readings of a parameter, as it stood on the command line.
struct ReadingsRequest {
  var place: String
  var from: String
  var to: String?
  var every: String?
  var points: Int?

  /// - Parameter now: the end of the stretch where none is given.
  func question(now: Timestamp) throws -> SeriesQuestion {
    guard let slash = place.firstIndex(of: "/") else {
      throw CommandFailure(
        "\"\(displayable(place))\" names no parameter. Write STATION/PARAMETER, like sealer/seal.temperature.", EX_USAGE
      )
    }
    let from = try LedgerTimes.time(from, "--from")
    let to = try to.map { try LedgerTimes.time($0, "--to") } ?? now
    guard from < to else { throw CommandFailure("--from must be before --to.", EX_USAGE) }
    return SeriesQuestion(
      station: try LedgerTimes.name(String(place[..<slash]), "a station"),
      parameter: try LedgerTimes.name(String(place[place.index(after: slash)...]), "a parameter"), from: from, to: to)
  }

  /// Nil: every reading is asked for.
  func grid(of question: SeriesQuestion) throws -> SeriesGrid? {
    guard let every else { return nil }
    guard points == nil else { throw CommandFailure("Give --every or --points, not both.", EX_USAGE) }
    guard let width = LedgerTimes.microseconds(every) else {
      throw CommandFailure(
        "\"\(displayable(every))\" after --every is no length of time. Write it like 500ms, 10s, 1m, 8h or 1d.",
        EX_USAGE)
    }
    guard let grid = SeriesGrid(from: question.from, to: question.to, everyMicroseconds: width) else {
      throw CommandFailure(
        "The stretch has more than \(SeriesGrid.maximumBuckets) times \(every). Ask for a shorter stretch or longer steps.",
        EX_USAGE)
    }
    return grid
  }

  func checkedPoints() throws -> Int? {
    guard let points else { return nil }
    guard (2...SeriesPicture.maximumPoints).contains(points) else {
      throw CommandFailure("--points goes from 2 to \(SeriesPicture.maximumPoints).", EX_USAGE)
    }
    return points
  }
}

/// Times and names of questions to the ledger.
enum LedgerTimes {
  static func time(_ text: String, _ option: String) throws -> Timestamp {
    guard let time = Timestamp(iso8601: text) else {
      throw CommandFailure(
        "\"\(displayable(text))\" after \(option) is no time. Write it like 2026-11-21T06:00:00Z, with an offset like "
          + "+08:00, or as a date.", EX_USAGE)
    }
    return time
  }

  static func name<Kind>(_ text: String, _ what: String) throws -> Identifier<Kind> {
    do throws(OutsideTextFault) {
      return try Identifier(text)
    } catch {
      throw CommandFailure("\"\(displayable(text))\" cannot be \(what): \(error.words.english).", EX_USAGE)
    }
  }

  /// A length of time, "500ms", "10s", "1m", "8h", "1d"; nil where it is none.
  static func microseconds(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int64] = [
      "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000,
    ]
    guard let number = Int64(digits), number > 0, let unit = units[text.dropFirst(digits.count)] else { return nil }
    let product = number.multipliedReportingOverflow(by: unit)
    return product.overflow ? nil : product.partialValue
  }
}
