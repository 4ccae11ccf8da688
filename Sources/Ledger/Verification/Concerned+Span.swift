import GRDB
import Shopfloor

extension Concerned {
  /// The time that commits or segments cover, of themselves and of their readings, microseconds UTC. Of commits that are
  /// missing, what lies between their neighbours; of packed ones, what their segment covers.
  ///
  /// - Returns: nil where nothing in the ledger tells a time.
  static func span(
    of place: QuarantinedStretch.Place, _ first: Int64, _ last: Int64, _ db: Database
  ) throws -> ClosedRange<Int64>? {
    let segments =
      try db.tableExists("segment")
      ? try bounds(
        """
        SELECT min(min(first_time, coalesce(first_reading, first_time))) AS first,
          max(max(last_time, coalesce(last_reading, last_time))) AS last FROM segment
        WHERE \(place == .segment ? "id BETWEEN ?1 AND ?2" : "first_batch <= ?2 AND last_batch >= ?1")
        """, first, last, db) : nil
    guard place == .readings else { return segments }
    let found = try bounds(
      """
      SELECT min(min(time, coalesce(first_reading, time))) AS first,
        max(max(time, coalesce(last_reading, time))) AS last FROM commit_group WHERE id BETWEEN ?1 AND ?2
      """, first, last, db)
    let held = try Int64.fetchOne(
      db, sql: "SELECT count(*) FROM commit_group WHERE id BETWEEN ? AND ?", arguments: [first, last])
    if let found, held == last - first + 1 { return found }
    // The commit before, whose readings are sound, and the one behind: what is missing came between them.
    let neighbours = try bounds(
      """
      SELECT min(time) AS first, max(time) AS last FROM (
        SELECT time FROM (SELECT time FROM commit_group WHERE id < ?1 ORDER BY id DESC LIMIT 1)
        UNION ALL SELECT time FROM (SELECT time FROM commit_group WHERE id > ?2 ORDER BY id LIMIT 1))
      """, first, last, db)
    let all = [found, segments, segments == nil ? neighbours : nil].compactMap { $0 }
    guard let from = all.map(\.lowerBound).min(), let until = all.map(\.upperBound).max() else { return nil }
    return from...until
  }

  private static func bounds(
    _ sql: String, _ first: Int64, _ last: Int64, _ db: Database
  ) throws -> ClosedRange<Int64>? {
    guard let row = try Row.fetchOne(db, sql: sql, arguments: [first, last]),
      let from = try row.optionalInteger("first"), let until = try row.optionalInteger("last"), from <= until
    else { return nil }
    return from...until
  }
}
