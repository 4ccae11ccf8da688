import GRDB
public import Shopfloor

/// What was delivered to the ERP, for the comparison with what it holds later.
extension LedgerReader {
  /// Delivered rows of the ERP behind a row, with their payloads, by their ids; at most `limit` rows and, from the second
  /// row on, `maximumBytes` of payload.
  public func deliveredOutboxRows(
    after id: Int64, limit: Int, maximumBytes: Int
  ) throws(LedgerError) -> [OutboxRow] {
    try read { db in
      let ids = try Int64.fetchAll(
        db,
        sql: """
          SELECT id FROM outbox INDEXED BY outbox_receiver
          WHERE receiver IS NULL AND state = 'delivered' AND id > ? ORDER BY id LIMIT ?
          """, arguments: [id, limit])
      return try Self.rows(ids, maximumBytes: maximumBytes, db)
    }
  }

  /// Those of the rows that are delivered, with their payloads, by their ids; at most `maximumBytes` of payload from the
  /// second row on.
  public func deliveredOutboxRows(_ ids: [Int64], maximumBytes: Int) throws(LedgerError) -> [OutboxRow] {
    try read { db in try Self.rows(ids.sorted(), maximumBytes: maximumBytes, db) }
  }

  private static func rows(_ ids: [Int64], maximumBytes: Int, _ db: Database) throws -> [OutboxRow] {
    var rows: [OutboxRow] = []
    var bytes = 0
    for id in ids {
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT id, kind, lot, order_key, idempotency_key, payload_sha256, payload, state, attempts, created_at,
            next_attempt_at, last_answer
          FROM outbox WHERE id = ? AND state = 'delivered' AND receiver IS NULL
          """, arguments: [id]
      ).map(Outbox.row)
      guard let row else { continue }
      bytes += row.payload.count
      if !rows.isEmpty, bytes > maximumBytes { break }
      rows.append(row)
    }
    return rows
  }

  /// How many delivered rows of the ERP lie behind a row.
  public func deliveredOutboxRowCount(after id: Int64) throws(LedgerError) -> Int {
    try read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT count(*) FROM outbox INDEXED BY outbox_receiver
          WHERE receiver IS NULL AND state = 'delivered' AND id > ?
          """, arguments: [id]) ?? 0
    }
  }

  /// The last row that was delivered to an ERP; 0 where there is none.
  public func lastDeliveredOutboxRow() throws(LedgerError) -> Int64 {
    try read { db in
      try Int64.fetchOne(
        db,
        sql: """
          SELECT max(id) FROM outbox INDEXED BY outbox_receiver WHERE receiver IS NULL AND state = 'delivered'
          """) ?? 0
    }
  }

  /// The last outbox row that was written before this time; 0 where there is none. Rows are written in the order of
  /// their times, so that some twenty looks are enough.
  public func lastOutboxRow(before time: Timestamp) throws(LedgerError) -> Int64 {
    try read { db in
      var low: Int64 = 0
      var high = try Int64.fetchOne(db, sql: "SELECT max(id) FROM outbox") ?? 0
      while low < high {
        let middle = low + (high - low + 1) / 2
        // The last row up to the middle; rows may be missing in between.
        let row = try Row.fetchOne(
          db, sql: "SELECT id, created_at FROM outbox WHERE id > ? AND id <= ? ORDER BY id DESC LIMIT 1",
          arguments: [low, middle])
        guard let row, try row.integer("created_at") >= time.microseconds else {
          low = middle
          continue
        }
        high = try row.integer("id") - 1
      }
      return low
    }
  }
}
