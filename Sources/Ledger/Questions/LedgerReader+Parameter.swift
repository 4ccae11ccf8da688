import Devices
import GRDB
public import Shopfloor

extension LedgerReader {
  /// What is known of a parameter in a stretch of time: runs, alarms, gaps, calibrations and, where its readings are packed,
  /// their figures.
  ///
  /// - Returns: nil where no station ever had the parameter.
  public func parameter(
    _ name: ParameterName, at station: StationName, from: Timestamp, to: Timestamp, now: Timestamp, limit: Int = 1_000
  ) throws(LedgerError) -> ParameterAnswer? {
    let recorded = try calibrations(of: station, name)
    return try ask { db in
      let registered = try Self.parameters(db).filter { $0.station == station && $0.name == name }
      guard !registered.isEmpty else { return nil }
      let runs = try Self.runs(at: station, from: from, to: to, limit: limit + 1, db)
      let done = recorded.found.map(\.calibration)
      return ParameterAnswer(
        registered: registered,
        runs: Bounded(
          try runs.prefix(limit).compactMap { try Self.summary(of: $0, db) }, isCutOff: runs.count > limit),
        alarms: try Self.alarms(of: name, at: station, from: from, to: to, limit: limit, db),
        gaps: try Self.gaps(of: name, at: station, from: from, to: to, limit: limit, db), calibrations: done,
        doubts: DoubtfulStretch.stretches(of: done, now: now).filter { $0.touches(from: from, to: to) },
        packed: try Self.figures(of: registered, from: from, to: to, db))
    }
  }

  private static func alarms(
    of name: ParameterName, at station: StationName, from: Timestamp, to: Timestamp, limit: Int, _ db: Database
  ) throws -> [Alarm] {
    let ids = try String.fetchAll(
      db,
      sql:
        "SELECT id FROM alarm WHERE station = ? AND raised_at >= ? AND raised_at < ? ORDER BY raised_at LIMIT 100000",
      arguments: [station.text, from.microseconds, to.microseconds])
    var found: [Alarm] = []
    for id in ids where found.count < limit {
      let raised = try events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = 'alarmRaised' ORDER BY s.sequence LIMIT 1
        """, ["alarm:\(id)"])
      guard case .alarmRaised(let alarm)? = raised.first?.event, alarm.source == name.text else { continue }
      found.append(alarm)
    }
    return found
  }

  private static func gaps(
    of name: ParameterName, at station: StationName, from: Timestamp, to: Timestamp, limit: Int, _ db: Database
  ) throws -> [ParameterAnswer.Gap] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT id, until FROM gap WHERE station = ? AND since < ? AND coalesce(until, ?) > ? ORDER BY since LIMIT 100000
        """, arguments: [station.text, to.microseconds, Int64.max, from.microseconds])
    var found: [ParameterAnswer.Gap] = []
    for row in rows where found.count < limit {
      let id: String = row["id"]
      let opened = try events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = 'gapOpened' ORDER BY s.sequence LIMIT 1
        """, ["gap:\(id)"])
      guard case .gapOpened(let gap)? = opened.first?.event, gap.parameters.contains(name) else { continue }
      let until: Int64? = row["until"]
      found.append(ParameterAnswer.Gap(opened: gap, until: until.map { Timestamp(microseconds: $0) }))
    }
    return found
  }

  /// A segment of one parameter covers minutes: those that begin in the stretch are found by the index of headers.
  private static func figures(
    of registered: [RegisteredParameter], from: Timestamp, to: Timestamp, _ db: Database
  ) throws -> ParameterAnswer.PackedFigures? {
    var figures: ParameterAnswer.PackedFigures?
    var sum = 0.0
    for parameter in registered {
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT first_reading, last_reading, reading_count, good_count, minimum, maximum, sum FROM block
          WHERE parameter = ? AND first_reading >= ? AND first_reading < ? AND last_reading < ?
          ORDER BY first_reading
          """, arguments: [parameter.index.rawValue, from.microseconds, to.microseconds, to.microseconds])
      while let row = try rows.next() {
        let first = Timestamp(microseconds: row["first_reading"])
        let last = Timestamp(microseconds: row["last_reading"])
        var all =
          figures
          ?? ParameterAnswer.PackedFigures(
            blocks: 0, readings: 0, goodReadings: 0, minimum: nil, maximum: nil, mean: nil, first: first, last: last)
        all.blocks += 1
        all.readings += row["reading_count"]
        all.goodReadings += row["good_count"]
        all.minimum = [all.minimum, row["minimum"]].compactMap { $0 }.min()
        all.maximum = [all.maximum, row["maximum"]].compactMap { $0 }.max()
        all.first = min(all.first, first)
        all.last = max(all.last, last)
        sum += (row["sum"] as Double?) ?? 0
        figures = all
      }
    }
    if let all = figures, all.goodReadings > 0 { figures?.mean = sum / Double(all.goodReadings) }
    return figures
  }
}
