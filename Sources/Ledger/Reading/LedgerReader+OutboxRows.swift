import GRDB
import Shopfloor

/// Single rows of the outbox and lists of them, for the people who decide about them.
extension LedgerReader {
  /// One row without its payload; nil where there is no such row.
  public func outboxRow(_ id: Int64) throws(LedgerError) -> OutboxRow? {
    try read { db in
      try Row.fetchOne(db, sql: "SELECT \(Self.rowColumns) FROM outbox WHERE id = ?", arguments: [id])
        .map(Outbox.row)
    }
  }

  /// The row of a key, without its payload.
  public func outboxRow(of idempotencyKey: String) throws(LedgerError) -> OutboxRow? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT \(Self.rowColumns) FROM outbox WHERE idempotency_key = ?", arguments: [idempotencyKey]
      ).map(Outbox.row)
    }
  }

  /// Rows that are owed to the ERP and stand in one of the states, oldest first, without their payloads.
  public func outboxRows(in states: [OutboxRow.State], limit: Int) throws(LedgerError) -> [OutboxRow] {
    let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.rowColumns) FROM outbox WHERE receiver IS NULL AND state IN (\(names)) ORDER BY id LIMIT ?
          """, arguments: [limit]
      ).map(Outbox.row)
    }
  }

  /// Whether a later row of the same kind and order was delivered, so that this one would come after what it precedes.
  public func hasLaterDelivery(than row: OutboxRow) throws(LedgerError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM outbox WHERE order_key = ? AND kind = ? AND id > ? AND receiver IS NULL
            AND state = 'delivered')
          """, arguments: [row.orderKey, row.kind, row.id]) ?? false
    }
  }

  private static let rowColumns = """
    id, kind, lot, order_key, idempotency_key, payload_sha256, x'' AS payload, state, attempts, created_at,
    next_attempt_at, last_answer
    """

  /// What the ledger tells of a row: that it was delivered or refused, and what people decided about it, oldest first.
  public func history(of row: OutboxRow) throws(LedgerError) -> [EventRecord] {
    let subject =
      row.lot.map(EventSubject.lot) ?? row.material.map(EventSubject.material) ?? EventSubject.recorder
    return try read { db in
      try EvidenceCollector.events(of: [.delivered, .deliveryBlocked, .deliveryDecided], about: subject, db)
        .filter { record in
          switch record.event {
          case .delivered(let report), .deliveryBlocked(let report): report.outboxRow == row.id
          case .deliveryDecided(let decision): decision.outboxRow == row.id
          default: false
          }
        }.sorted { $0.sequence < $1.sequence }
    }
  }
}
