import Devices
import GRDB
import Shopfloor

/// Passes the readings of one run by, per parameter in the order of their own times, without holding more of them than the
/// commits and segments that overlap at one time.
///
/// Every source tells the least time in it. Sources are read in the order of that time; what lies before the next source's
/// time has nothing left to wait for. The order of arrival of what came at equal times is that of the commits.
struct RunReadings {
  private struct Source {
    var first: Int64
    /// The commit.
    var arrival: Int64
  }

  private let run: Run
  /// Places of the parameters, by their numbers; -1: of another station.
  private var places: [Int]
  private var orders: [TimeOrder]

  init(_ run: Run, _ parameters: [RegisteredParameter]) {
    self.run = run
    places = [Int](repeating: -1, count: (parameters.map { Int($0.index.rawValue) }.max() ?? -1) + 1)
    for (place, parameter) in parameters.enumerated() { places[Int(parameter.index.rawValue)] = place }
    orders = [TimeOrder](repeating: TimeOrder(), count: parameters.count)
  }

  /// - Parameter body: takes the place of a parameter and its next readings.
  mutating func pass(_ db: Database, to body: (Int, ArraySlice<Reading>) throws -> Void) throws {
    guard !orders.isEmpty else { return }
    let devices = try LedgerReader.devices(db)
    let statement = try db.cachedStatement(sql: "SELECT id, body FROM commit_group WHERE id = ?")
    for source in try sources(db) {
      for place in orders.indices {
        try orders[place].release(before: source.first) { try body(place, $0) }
      }
      guard let row = try Row.fetchOne(statement, arguments: [source.arrival]) else { continue }
      for batch in try LedgerReader.batches(row, devices) { take(batch.readings, arrival: source.arrival) }
    }
    for place in orders.indices { try orders[place].releaseAll { try body(place, $0) } }
  }

  private mutating func take(_ readings: [Reading], arrival: Int64) {
    for reading in readings {
      let number = Int(reading.parameter.rawValue)
      guard number < places.count, places[number] >= 0, run.contains(reading.time) else { continue }
      orders[places[number]].append(reading, arrival: arrival)
    }
  }

  private func sources(_ db: Database) throws -> [Source] {
    let start = run.startedAt.microseconds
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    // Readings near their commit are found by its time; the others have an index of their own.
    return try Row.fetchAll(
      db,
      sql: """
        SELECT id, first_reading FROM commit_group WHERE first_reading IS NOT NULL AND id IN (
          SELECT id FROM commit_group WHERE body IS NOT NULL AND time BETWEEN ? AND ?
          UNION
          SELECT id FROM commit_group WHERE out_of_window = 1 AND first_reading < ? AND last_reading >= ?
        )
        """,
      arguments: [start - bindingWindowMicroseconds, end + bindingWindowMicroseconds, end, start]
    ).map { Source(first: $0["first_reading"], arrival: $0["id"]) }
      .sorted { ($0.first, $0.arrival) < ($1.first, $1.arrival) }
  }
}
