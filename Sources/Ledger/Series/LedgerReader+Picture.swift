import Devices
import GRDB
import Shopfloor

extension LedgerReader {
  /// The line of a parameter, to be drawn with at most so many points; gaps stay gaps.
  ///
  /// Where there are not more than ``maximumDrawnReadings`` the points are readings; else means with their extremes, from
  /// the headers of packed blocks, so that a year costs about as much as an hour.
  ///
  /// - Parameter points: from 2 to ``SeriesPicture/maximumPoints``.
  public func picture(of question: SeriesQuestion, points: Int) throws(LedgerError) -> SeriesPicture {
    precondition((2...SeriesPicture.maximumPoints).contains(points), "a picture has its bound")
    guard let grid = SeriesGrid(from: question.from, to: question.to, count: points) else {
      return SeriesPicture(form: .readings, strokes: [], edgeMicroseconds: 0, missing: [])
    }
    return try series(question) { scan in
      var breaks = try Self.gaps(of: question, scan.db)
      let (from, to) = (question.from.microseconds, question.to.microseconds)
      if try !scan.holdsPacked(moreThan: Self.maximumDrawnReadings, from: from, to: to) {
        var readings = scan
        if let found = try Self.drawnReadings(&readings, from: from, to: to) {
          breaks += readings.missing.compactMap(\.stretch)
          let drawing = SeriesDrawing(breaks: breaks, points: points)
          var strokes = SeriesDrawing.Strokes(breaks: drawing.breaks)
          for reading in found {
            if reading.quality.isGood {
              strokes.add(SeriesSample(at: reading.time.microseconds, value: reading.value))
            } else {
              strokes.lift()
            }
          }
          if let drawn = drawing.lines(strokes.strokes) {
            return SeriesPicture(
              form: drawn.form, strokes: drawn.strokes, edgeMicroseconds: 0,
              missing: MissingReadings.joined(readings.missing))
          }
        }
      }
      let summaries = try scan.summaries(grid, edges: .nearest)
      breaks += scan.missing.compactMap(\.stretch)
      return SeriesPicture(
        form: .bands, strokes: SeriesDrawing(breaks: breaks, points: points).bands(summaries, of: grid),
        edgeMicroseconds: scan.edgeMicroseconds, missing: MissingReadings.joined(scan.missing))
    }
  }

  /// Readings that a picture is drawn from one by one (32 bytes each); of more, buckets are drawn.
  public static var maximumDrawnReadings: Int { 200_000 }

  private static func drawnReadings(_ scan: inout SeriesScan, from: Int64, to: Int64) throws -> [Reading]? {
    var found: [Reading] = []
    try SeriesWindows.walk(from: from, to: to) { window in
      let more = try scan.readings(from: window.lowerBound, to: window.upperBound)
      found += more
      return (more.count, found.count <= maximumDrawnReadings)
    }
    return found.count <= maximumDrawnReadings ? found : nil
  }

  /// Bound of the recorded gaps that a picture regards, the latest of them.
  static var maximumDrawnGaps: Int { 10_000 }

  /// The recorded gaps of a parameter that touch the stretch, from the last reading before to the first one after.
  static func gaps(of question: SeriesQuestion, _ db: Database) throws -> [Range<Int64>] {
    let found = try String.fetchAll(
      db,
      sql: """
        SELECT id FROM gap WHERE station = ? AND since < ? AND coalesce(until, ?) > ? ORDER BY since DESC LIMIT ?
        """,
      arguments: [
        question.station.text, question.to.microseconds, Int64.max, question.from.microseconds, maximumDrawnGaps,
      ])
    return try found.compactMap { id in
      var since: Int64?
      var until = question.to.microseconds
      for record in try events(db, about: ["gap:\(id)"]) {
        switch record.event {
        case .gapOpened(let gap) where gap.parameters.contains(question.parameter): since = gap.since.microseconds
        case .gapClosed(let gap) where gap.parameters.contains(question.parameter): until = gap.until.microseconds
        default: break
        }
      }
      return since.flatMap { $0 < until ? $0..<until : nil }
    }
  }
}

extension MissingReadings {
  /// Where nothing is drawn, microseconds UTC.
  var stretch: Range<Int64>? {
    guard let from, let to, from <= to else { return nil }
    return from.microseconds..<to.microseconds.advanced(by: 1)
  }
}
