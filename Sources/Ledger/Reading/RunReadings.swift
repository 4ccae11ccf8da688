import Devices
import GRDB
import Shopfloor

/// Passes the readings of one run by, per parameter in the order of their own times, without holding more of them than the
/// commits and segments that overlap at one time.
///
/// Every source tells the least time in it. Sources are read in the order of that time; what lies before the next source's
/// time has nothing left to wait for. The order of arrival of what came at equal times is that of the commits.
///
/// What was set aside as damaged is not given: ``LedgerReader/leftOut(of:_:)`` names it. Damage that nobody announced yet, and
/// readings that retention removed, are errors: no record may leave them out in silence.
struct RunReadings {
  private struct Source {
    enum Place {
      case commit
      case blocks([SegmentRows.BlockPlace])
    }

    var first: Int64
    /// The commit; for a segment, its last one.
    var arrival: Int64
    var place: Place
  }

  private let run: Run
  private let parameters: [RegisteredParameter]
  /// Places of the parameters, by their numbers; -1: of another station.
  private var places: [Int]
  private var orders: [TimeOrder]
  private var clocks = SegmentRows.ClockCache()

  init(_ run: Run, _ parameters: [RegisteredParameter]) {
    self.run = run
    self.parameters = parameters
    places = [Int](repeating: -1, count: (parameters.map { Int($0.index.rawValue) }.max() ?? -1) + 1)
    for (place, parameter) in parameters.enumerated() { places[Int(parameter.index.rawValue)] = place }
    orders = [TimeOrder](repeating: TimeOrder(), count: parameters.count)
  }

  /// - Parameter body: takes the place of a parameter and its next readings.
  mutating func pass(_ db: Database, to body: (Int, ArraySlice<Reading>) throws -> Void) throws {
    guard !orders.isEmpty else { return }
    let devices = try LedgerReader.devices(db)
    let statement = try db.cachedStatement(sql: "SELECT id, body, hash FROM commit_group WHERE id = ?")
    for source in try sources(db).sorted(by: { ($0.first, $0.arrival) < ($1.first, $1.arrival) }) {
      for place in orders.indices {
        try orders[place].release(before: source.first) { try body(place, $0) }
      }
      switch source.place {
      case .commit:
        guard let row = try Row.fetchOne(statement, arguments: [source.arrival]) else { continue }
        for batch in try LedgerReader.provenBatches(row, devices, db) { take(batch.readings, arrival: source.arrival) }
      case .blocks(let blocks):
        for block in blocks { take(try readings(block, source.arrival, db), arrival: source.arrival) }
      }
    }
    for place in orders.indices { try orders[place].releaseAll { try body(place, $0) } }
  }

  private mutating func readings(
    _ block: SegmentRows.BlockPlace, _ commit: Int64, _ db: Database
  ) throws -> [Reading] {
    do {
      return try SegmentRows.readings(block, &clocks, db)
    } catch let damage as SegmentRows.PartDamage {
      throw LedgerError.readingsDamaged(batch: commit, reason: "segment \(block.segment): \(damage.reason)")
    }
  }

  private mutating func take(_ readings: [Reading], arrival: Int64) {
    for reading in readings {
      let number = Int(reading.parameter.rawValue)
      guard number < places.count, places[number] >= 0, run.contains(reading.time) else { continue }
      orders[places[number]].append(reading, arrival: arrival)
    }
  }

  // MARK: Sources

  private func sources(_ db: Database) throws -> [Source] {
    let start = run.startedAt.microseconds
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    let quarantine = try Quarantine(db)
    return try commits(from: start, to: end, quarantine, db) + segments(from: start, to: end, quarantine, db)
  }

  /// Of what is not packed: readings near their commit are found by its time; the others have an index of their own.
  private func commits(
    from start: Int64, to end: Int64, _ quarantine: Quarantine, _ db: Database
  ) throws -> [Source] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT id, first_reading FROM commit_group WHERE first_reading IS NOT NULL AND id > ? AND id IN (
          SELECT id FROM commit_group WHERE body IS NOT NULL AND time BETWEEN ? AND ?
          UNION
          SELECT id FROM commit_group WHERE out_of_window = 1 AND first_reading < ? AND last_reading >= ?
        )
        """,
      arguments: [
        try ReadingScan.coveredThrough(db), start - bindingWindowMicroseconds, end + bindingWindowMicroseconds, end,
        start,
      ]
    ).compactMap { row in
      let id = try row.integer("id")
      guard quarantine.reason(ofCommit: id) == nil else { return nil }
      return Source(first: try row.integer("first_reading"), arrival: id, place: .commit)
    }
  }

  private func segments(
    from start: Int64, to end: Int64, _ quarantine: Quarantine, _ db: Database
  ) throws -> [Source] {
    var found: [Int64: [SegmentRows.BlockPlace]] = [:]
    for parameter in parameters {
      for place in try Self.blocks(of: parameter.index, from: start, to: end, db)
      where quarantine.reason(ofSegment: place.segment) == nil {
        found[place.segment, default: []].append(place)
      }
    }
    return try found.map { segment, blocks in
      Source(
        first: blocks.map(\.firstReading).min() ?? start,
        arrival: try SegmentRows.segment(segment, db)?.lastBatch ?? 0, place: .blocks(blocks))
    }
  }

  /// Blocks begin within six hours before the run, but for those that late readings made longer: they have an index of
  /// their own (`block_long`).
  private static func blocks(
    of parameter: ParameterIndex, from start: Int64, to end: Int64, _ db: Database
  ) throws -> [SegmentRows.BlockPlace] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT segment, parameter, first_reading, last_reading FROM block
        WHERE parameter = ?1 AND first_reading >= ?2 - 21600000000 AND first_reading < ?3 AND last_reading >= ?2
        UNION ALL
        SELECT segment, parameter, first_reading, last_reading FROM block
        WHERE parameter = ?1 AND last_reading - first_reading > 21600000000 AND first_reading < ?2 - 21600000000
          AND last_reading >= ?2
        """, arguments: [parameter.rawValue, start, end]
    ).map { row in
      SegmentRows.BlockPlace(
        segment: try row.integer("segment"), parameter: try row.unsigned32("parameter"),
        firstReading: try row.integer("first_reading"), lastReading: try row.integer("last_reading"))
    }
  }
}
