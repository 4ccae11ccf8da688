import Devices
import GRDB
import Shopfloor

/// Writes an export as a SQLite database of plain tables that explains itself in its table `readme`.
struct SQLiteSlice {
  private let content: ExportContent
  private let db: Database

  /// - Parameter db: the ledger, within the read transaction of the export.
  init(_ content: ExportContent, _ db: Database) {
    self.content = content
    self.db = db
  }

  private static let tables = """
    CREATE TABLE readme (line INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    CREATE TABLE parameters (number INTEGER PRIMARY KEY, station TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
      device TEXT NOT NULL, point TEXT NOT NULL) STRICT;
    CREATE TABLE readings (time INTEGER NOT NULL, parameter INTEGER NOT NULL, value REAL, quality TEXT NOT NULL,
      detail INTEGER NOT NULL, raw TEXT, run TEXT) STRICT;
    CREATE TABLE runs (id TEXT PRIMARY KEY, station TEXT NOT NULL, operation TEXT NOT NULL, started_at INTEGER NOT NULL,
      started_by TEXT NOT NULL, ended_at INTEGER) STRICT;
    CREATE TABLE run_lots (run TEXT NOT NULL, lot TEXT NOT NULL, PRIMARY KEY (run, lot)) STRICT;
    CREATE TABLE lots (number TEXT PRIMARY KEY, work_order TEXT, product TEXT, product_name TEXT, completed_at INTEGER,
      sealed_revision INTEGER) STRICT;
    CREATE TABLE alarms (id TEXT PRIMARY KEY, kind TEXT NOT NULL, station TEXT NOT NULL, source TEXT NOT NULL,
      rule TEXT NOT NULL, side TEXT NOT NULL, value REAL, limit_value REAL, unit TEXT NOT NULL, run TEXT,
      raised_at INTEGER NOT NULL, returned_at INTEGER, closed_at INTEGER) STRICT;
    CREATE TABLE events (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
      derived INTEGER NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
    CREATE TABLE missing (cause TEXT NOT NULL, first_commit INTEGER NOT NULL, last_commit INTEGER NOT NULL,
      from_time INTEGER, to_time INTEGER, text TEXT NOT NULL) STRICT;
    CREATE VIEW readings_named AS SELECT
      strftime('%Y-%m-%dT%H:%M:%S', time / 1000000, 'unixepoch') || printf('.%06dZ', time % 1000000) AS time,
      p.station, p.name AS parameter, r.value, p.unit, r.quality, r.run
      FROM readings r JOIN parameters p ON p.number = r.parameter;
    """

  private var readme: [String] {
    [
      "A part of a Lotwire ledger: \(content.scope.text).",
      "Taken after event \(content.throughSequence), whose hash is \(EventChain.hex(content.throughHash)).",
      "Times are microseconds since 1970-01-01 in UTC; the view readings_named has them as text.",
      "readings: value is null where there is none; quality says why. SQLite keeps no sign of a zero: -0.0 stands here as "
        + "0.0. raw is the register words in hexadecimal. A reading "
        + "belongs to the run that was at its station at its own time.",
      "events: body is the stored bytes that the hash chain of the ledger covers, as JSON. hash = SHA-256(hash before, "
        + "body); the event before may not be in this file.",
      "missing: what was recorded and is not here, and why. Empty: nothing is missing.",
      "This file proves nothing by itself: it is a copy to work with. For proof see \"lotwire ledger verify\".",
    ]
  }

  func write(into path: String, _ summary: inout ExportSummary) throws {
    do {
      var configuration = Configuration()
      configuration.label = "lotwire.export"
      // The file gets its name only when it is whole and on the disk.
      configuration.prepareDatabase { slice in
        try slice.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      var written = summary
      try queue.write { slice in
        try slice.execute(sql: Self.tables)
        for line in readme { try slice.execute(sql: "INSERT INTO readme (text) VALUES (?)", arguments: [line]) }
        for parameter in content.parameters {
          try insert(
            "parameters",
            [
              parameter.index.rawValue, parameter.station.text, parameter.name.text, parameter.unit,
              parameter.device.text, parameter.point,
            ], slice)
        }
        try writeRuns(slice)
        try writeEvents(slice, &written)
        try writeReadings(slice, &written)
        for missing in written.missing {
          try insert(
            "missing",
            [
              missing.cause.rawValue, missing.firstBatch, missing.lastBatch, missing.from?.microseconds,
              missing.to?.microseconds, missing.words.english,
            ], slice)
        }
        try slice.execute(sql: "CREATE INDEX readings_parameter ON readings (parameter, time)")
      }
      try queue.close()
      summary = written
    } catch let error as DatabaseError {
      throw ExportFault.cannotWrite(path: path, reason: "\(error)")
    }
  }

  private func insert(_ table: String, _ values: [(any DatabaseValueConvertible)?], _ slice: Database) throws {
    let places = Array(repeating: "?", count: values.count).joined(separator: ", ")
    try slice.cachedStatement(sql: "INSERT INTO \(table) VALUES (\(places))")
      .execute(arguments: StatementArguments(values))
  }

  private func writeReadings(_ slice: Database, _ summary: inout ExportSummary) throws {
    let statement = try slice.cachedStatement(sql: "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?)")
    let runs = content.runs.map(\.id.text)
    var count: Int64 = 0
    summary.missing = try content.readings(db) { readings, places in
      for (reading, run) in zip(readings, places) {
        try statement.execute(arguments: [
          reading.time.microseconds, reading.parameter.rawValue, reading.quality.hasValue ? reading.value : nil,
          reading.quality.name, reading.detail, reading.rawText, run.map { runs[Int($0)] },
        ])
      }
      count += Int64(readings.count)
    }
    summary.readings = count
  }

  private func writeRuns(_ slice: Database) throws {
    var lots: Set<LotNumber> = []
    let asked: LotNumber? = if case .lot(let lot) = content.scope { lot } else { nil }
    if let asked { lots.insert(asked) }
    for run in content.runs {
      try insert(
        "runs",
        [
          run.id.text, run.station.text, run.operation.text, run.startedAt.microseconds, run.startedBy.text,
          run.endedAt?.microseconds,
        ], slice)
      var named: Set<LotNumber> = []
      for lot in run.lots {
        guard named.insert(lot).inserted else { continue }
        try insert("run_lots", [run.id.text, lot.text], slice)
        lots.insert(lot)
      }
    }
    for lot in lots.sorted() {
      // A lot goes to its customer: of those that ran along with it the number says enough.
      if let asked, lot != asked {
        try insert("lots", [lot.text, nil, nil, nil, nil, nil], slice)
        continue
      }
      let orders = try LedgerReader.events(db, about: ["lot:\(lot)"], kind: .workOrderUpdated)
      var order: WorkOrder?
      if case .workOrderUpdated(let latest)? = orders.last?.event { order = latest }
      let state = try Row.fetchOne(
        db, sql: "SELECT completed_at, sealed_revision FROM lot WHERE number = ?", arguments: [lot.text])
      try insert(
        "lots",
        [
          lot.text, order?.number.text, order?.product.text, order?.productName,
          try state?.optionalInteger("completed_at"),
          try state?.optionalInteger("sealed_revision"),
        ], slice)
    }
  }

  // MARK: Events

  /// Events that are read and written at once.
  private static let eventChunk = 500

  private func writeEvents(_ slice: Database, _ summary: inout ExportSummary) throws {
    let sequences = try self.sequences().sorted()
    var count = 0
    for begin in stride(from: 0, to: sequences.count, by: Self.eventChunk) {
      let chunk = sequences[begin..<min(begin + Self.eventChunk, sequences.count)]
      let list = chunk.map { "\($0)" }.joined(separator: ",")
      let records = try LedgerReader.events(
        db, "SELECT sequence, body, hash FROM event WHERE sequence IN (\(list)) ORDER BY sequence", [])
      // What subscribers were told is between the plant and them, and people stand in no export with their badges.
      for record in records where !Self.leftOut.contains(record.event.kind) {
        count += 1
        try insert(
          "events",
          [
            record.sequence, record.time.microseconds, record.event.kind.rawValue, record.actor, record.derived,
            String(decoding: record.canonicalBytes, as: UTF8.self), EventChain.hex(record.hash),
          ], slice)
        if case .alarmRaised(let alarm) = record.event { try write(alarm, slice) }
      }
    }
    summary.events = count
  }

  /// As from the evidence of a record.
  static let leftOut: Set<EventKind> = [.notificationOwed, .thresholdCrossed, .personUpdated]

  private func write(_ alarm: Alarm, _ slice: Database) throws {
    let state = try Row.fetchOne(
      db, sql: "SELECT returned_at, closed_at FROM alarm WHERE id = ?", arguments: [alarm.id.text])
    try insert(
      "alarms",
      [
        alarm.id.text, alarm.kind.rawValue, alarm.station.text, alarm.source, alarm.rule.english, alarm.side.rawValue,
        alarm.value, alarm.limit, alarm.unit, alarm.run?.text, alarm.raisedAt.microseconds,
        try state?.optionalInteger("returned_at"), try state?.optionalInteger("closed_at"),
      ], slice)
  }

  /// The events about the lot or, within the time, the station; about the runs; and about the alarms and gaps at the
  /// stations meanwhile.
  private func sequences() throws -> Set<Int64> {
    var found: Set<Int64> = []
    func add(_ subject: String) throws {
      found.formUnion(
        try Int64.fetchAll(db, sql: "SELECT sequence FROM event_subject WHERE subject = ?", arguments: [subject]))
    }
    switch content.scope {
    case .lot(let lot): try add("lot:\(lot)")
    case .station(let station, let from, let to):
      found.formUnion(
        try Int64.fetchAll(
          db,
          sql: """
            SELECT e.sequence FROM event_subject s JOIN event e ON e.sequence = s.sequence
            WHERE s.subject = ? AND e.time >= ? AND e.time < ?
            """, arguments: ["station:\(station)", from.microseconds, to.microseconds]))
    }
    for run in content.runs { try add("run:\(run.id)") }
    for stretch in content.stretches {
      let place: StatementArguments = [stretch.station.text, stretch.to, Int64.max, stretch.from]
      let alarms = try String.fetchAll(
        db,
        sql: "SELECT id FROM alarm WHERE station = ? AND raised_at < ? AND coalesce(returned_at, closed_at, ?) >= ?",
        arguments: place)
      let gaps = try String.fetchAll(
        db, sql: "SELECT id FROM gap WHERE station = ? AND since < ? AND coalesce(until, ?) >= ?", arguments: place)
      for alarm in alarms { try add("alarm:\(alarm)") }
      for gap in gaps { try add("gap:\(gap)") }
    }
    return found
  }
}
