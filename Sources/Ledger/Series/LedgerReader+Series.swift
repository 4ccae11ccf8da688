import Devices
import GRDB
public import Shopfloor

extension LedgerReader {
  /// The numbers under which the ledger knows a parameter of a station; empty where it never had one of this name.
  public func parameters(at station: StationName, named name: ParameterName) throws(LedgerError)
    -> [RegisteredParameter]
  {
    try read { db in try Self.parameters(db).filter { $0.station == station && $0.name == name } }
  }

  /// The readings of a question, a page at a time, in the order of their own times.
  ///
  /// - Parameters:
  ///   - limit: readings of a page, from 1 to ``maximumPageReadings``.
  ///   - cursor: `next` of the page before; nil: from the beginning.
  public func readings(
    of question: SeriesQuestion, limit: Int, after cursor: SeriesCursor? = nil
  ) throws(LedgerError) -> SeriesPage {
    precondition((1...Self.maximumPageReadings).contains(limit), "a page has its bound")
    return try series(question) { scan in
      let begin = cursor?.time.microseconds ?? question.from.microseconds
      var page = SeriesPager(limit: limit, cursor: cursor)
      try SeriesWindows.walk(from: begin, to: question.to.microseconds) { window in
        let found = try scan.readings(from: window.lowerBound, to: window.upperBound)
        page.add(found)
        return (found.count, !page.isFull)
      }
      return SeriesPage(readings: page.readings, next: page.next, missing: MissingReadings.joined(scan.missing))
    }
  }

  /// Bound of one page, in readings (32 bytes each).
  public static var maximumPageReadings: Int { 100_000 }

  /// What all readings of the question say together.
  public func statistics(of question: SeriesQuestion) throws(LedgerError) -> SeriesStatistics {
    let grid = SeriesGrid(from: question.from, to: question.to, count: 1)
    guard let grid else { return SeriesStatistics(summary: BucketSummary(), missing: []) }
    return try series(question) { scan in
      let summaries = try scan.summaries(grid, edges: .exact)
      return SeriesStatistics(summary: summaries[0], missing: MissingReadings.joined(scan.missing))
    }
  }

  /// What the readings of each bucket say together; the stretch of the question is that of the grid.
  public func buckets(
    of station: StationName, _ parameter: ParameterName, in grid: SeriesGrid
  ) throws(LedgerError) -> SeriesBuckets {
    try series(SeriesQuestion(station: station, parameter: parameter, from: grid.from, to: grid.to)) { scan in
      let summaries = try scan.summaries(grid, edges: .exact)
      let buckets = summaries.enumerated().map { number, summary in
        let bounds = grid.bounds(of: number)
        return SeriesBucket(from: bounds.from, to: bounds.to, summary: summary)
      }
      return SeriesBuckets(buckets: buckets, missing: MissingReadings.joined(scan.missing))
    }
  }

  func series<Answer>(
    _ question: SeriesQuestion, _ body: (inout SeriesScan) throws -> Answer
  ) throws(LedgerError) -> Answer {
    try read { db in
      try Self.requireSegments(db)
      let registered = try Self.parameters(db).filter {
        $0.station == question.station && $0.name == question.parameter
      }
      var scan = SeriesScan(db, parameters: registered.map(\.index))
      return try body(&scan)
    }
  }

  /// A reader alone does not bring the file up to date.
  static func requireSegments(_ db: Database) throws {
    let version = try schemaVersion(db)
    guard version >= versionWithSegments else {
      throw LedgerError.readFailed(
        reason: "the ledger is of an earlier version (\(version)); start the daemon once, which brings it up to date")
    }
  }
}
