import GRDB

/// The first undelivered rows of the order keys of a receiver, found without looking at every row of a long backlog.
enum FirstOfTheirKeys {
  struct Found {
    var id: Int64
    var nextAttemptAt: Int64

    /// A next attempt behind `far` was written under a wrong clock.
    func isDue(at now: Int64, far: Int64) -> Bool { nextAttemptAt <= now || nextAttemptAt > far }
  }

  /// Waiting rows that are looked at one by one, the oldest, before the keys are gone through.
  static let maximumRowsLookedAt = 4_096

  /// Those that are due among the oldest rows, at most `limit`, by their ids.
  static func amongOldest(
    _ receiver: String?, due now: Int64, far: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    try Int64.fetchAll(
      db, sql: amongOldestSQL, arguments: [receiver, maximumRowsLookedAt, now, far, limit])
  }

  /// The index by receiver is named, because with few rows of the receiver among many others the planner guesses wrong.
  static let amongOldestSQL = """
    SELECT a.id FROM (
      SELECT id, order_key, next_attempt_at FROM outbox INDEXED BY outbox_receiver
      WHERE receiver IS ? AND state = 'pending' ORDER BY id LIMIT ?
    ) a
    WHERE (a.next_attempt_at <= ? OR a.next_attempt_at > ?) AND NOT EXISTS (
      SELECT 1 FROM outbox b INDEXED BY outbox_order
      WHERE b.order_key = a.order_key AND b.id < a.id AND b.state IN ('pending', 'blocked')
    ) ORDER BY a.id LIMIT ?
    """

  /// One look a key, and every row without one. Keys of subscriptions begin with the name of their receiver.
  static func ofAll(_ receiver: String?, _ db: Database) throws -> [Found] {
    let ranges: [(String, String)] =
      if let receiver { [("\(receiver):", "\(receiver);")] } else { [("", "notify:"), ("notify;", "\u{10FFFF}")] }
    var found: [Found] = []
    for (from, to) in ranges {
      found += try Row.fetchAll(db, sql: ofAllSQL, arguments: [from, to, to, receiver]).map(Self.found)
    }
    found += try Row.fetchAll(db, sql: withoutKeySQL, arguments: [receiver]).map(Self.found)
    return found
  }

  private static func found(_ row: Row) throws -> Found {
    Found(id: try row.integer("id"), nextAttemptAt: try row.integer("next_attempt_at"))
  }

  static let ofAllSQL = """
    WITH RECURSIVE keys (key) AS (
      SELECT (SELECT order_key FROM outbox INDEXED BY outbox_order
        WHERE order_key >= ? AND order_key < ? AND state IN ('pending', 'blocked') ORDER BY order_key LIMIT 1)
      UNION ALL
      SELECT (SELECT order_key FROM outbox INDEXED BY outbox_order
        WHERE order_key > keys.key AND order_key < ? AND state IN ('pending', 'blocked') ORDER BY order_key LIMIT 1)
      FROM keys WHERE key NOT NULL
    )
    SELECT o.id AS id, o.next_attempt_at AS next_attempt_at FROM keys CROSS JOIN outbox o ON o.id = (
      SELECT id FROM outbox b INDEXED BY outbox_order
      WHERE b.order_key = keys.key AND b.state IN ('pending', 'blocked') ORDER BY b.id LIMIT 1
    ) WHERE keys.key NOT NULL AND o.state = 'pending' AND o.receiver IS ?
    """

  private static let withoutKeySQL = """
    SELECT id, next_attempt_at FROM outbox INDEXED BY outbox_order
    WHERE order_key IS NULL AND state IN ('pending', 'blocked') AND state = 'pending' AND receiver IS ?
    """
}
