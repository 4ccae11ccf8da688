import Foundation
import GRDB
public import Shopfloor

/// How much is owed to the ERP.
public struct OutboxBacklog: Hashable, Sendable {
  /// Rows that wait for delivery, without the blocked ones.
  public var waitingRows: Int
  /// When the oldest of them was written.
  public var oldestWaitingSince: Timestamp?
  /// Rows that wait for a decision of a person.
  public var blockedRows: Int

  public init(waitingRows: Int = 0, oldestWaitingSince: Timestamp? = nil, blockedRows: Int = 0) {
    self.waitingRows = waitingRows
    self.oldestWaitingSince = oldestWaitingSince
    self.blockedRows = blockedRows
  }
}

extension LedgerReader {
  /// The payload of one outbox row; empty where there is no such row.
  public func outboxPayload(of id: Int64) throws(LedgerError) -> [UInt8] {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT payload FROM outbox WHERE id = ?", arguments: [id]).map { [UInt8]($0) } ?? []
    }
  }

  /// Outbox rows that may go next, without their payloads: each is the first undelivered row of its order key. Those
  /// that are due come by their ids, at most `limit`; where fewer are due, the one that is due next follows.
  ///
  /// - Parameter longestWaitMicroseconds: a next attempt farther ahead was written under a wrong clock and counts as due.
  public func nextOutboxRows(
    at now: Timestamp, longestWaitMicroseconds: Int64, limit: Int
  ) throws(LedgerError) -> [OutboxRow] {
    let far = now.advanced(byMicroseconds: longestWaitMicroseconds).microseconds
    return try read { db in
      var rows = try Self.firstOfTheirKeys(
        db, where: "(a.next_attempt_at <= ? OR a.next_attempt_at > ?) ORDER BY a.id LIMIT ?",
        [now.microseconds, far, limit])
      if rows.count < limit {
        rows += try Self.firstOfTheirKeys(
          db, where: "a.next_attempt_at > ? AND a.next_attempt_at <= ? ORDER BY a.next_attempt_at, a.id LIMIT 1",
          [now.microseconds, far])
      }
      return rows
    }
  }

  /// The first row of an order key that is not done with, without its payload.
  public func firstOutboxRow(of orderKey: String) throws(LedgerError) -> OutboxRow? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT id, kind, lot, order_key, idempotency_key, payload_sha256, x'' AS payload, state, attempts, created_at,
            next_attempt_at, last_answer
          FROM outbox WHERE order_key = ? AND state IN ('pending', 'blocked') ORDER BY id LIMIT 1
          """, arguments: [orderKey]
      ).map(Outbox.row)
    }
  }

  private static func firstOfTheirKeys(
    _ db: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [OutboxRow] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT a.id, a.kind, a.lot, a.order_key, a.idempotency_key, a.payload_sha256, x'' AS payload, a.state,
          a.attempts, a.created_at, a.next_attempt_at, a.last_answer
        FROM outbox a
        WHERE a.state = 'pending' AND NOT EXISTS (
          SELECT 1 FROM outbox b
          WHERE b.order_key = a.order_key AND b.id < a.id AND b.state IN ('pending', 'blocked')
        ) AND \(condition)
        """, arguments: arguments
    ).map(Outbox.row)
  }

  /// Outbox rows that are not done with, oldest first, at most `limit`; their payloads are left out.
  public func openOutboxRows(limit: Int) throws(LedgerError) -> [OutboxRow] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT id, kind, lot, order_key, idempotency_key, payload_sha256, x'' AS payload, state, attempts, created_at,
            next_attempt_at, last_answer
          FROM outbox WHERE state IN ('pending', 'blocked') ORDER BY id LIMIT ?
          """, arguments: [limit]
      ).map(Outbox.row)
    }
  }

  public func outboxBacklog() throws(LedgerError) -> OutboxBacklog {
    try read { db in
      let oldest = try Int64.fetchOne(
        db, sql: "SELECT created_at FROM outbox WHERE state = 'pending' ORDER BY id LIMIT 1")
      return OutboxBacklog(
        waitingRows: try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE state = 'pending'") ?? 0,
        oldestWaitingSince: oldest.map { Timestamp(microseconds: $0) },
        blockedRows: try Int.fetchOne(db, sql: "SELECT count(*) FROM outbox WHERE state = 'blocked'") ?? 0)
    }
  }
}
