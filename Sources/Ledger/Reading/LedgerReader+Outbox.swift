import Foundation
import GRDB
public import Shopfloor

/// How much is owed to one receiver.
public struct OutboxBacklog: Hashable, Sendable {
  /// Rows that wait for delivery, without the blocked ones.
  public var waitingRows: Int
  /// When the oldest of them was written.
  public var oldestWaitingSince: Timestamp?
  /// Rows that wait for a decision of a person.
  public var blockedRows: Int
  /// Rows that the receiver never took.
  public var refusedRows: Int

  public init(
    waitingRows: Int = 0, oldestWaitingSince: Timestamp? = nil, blockedRows: Int = 0, refusedRows: Int = 0
  ) {
    self.waitingRows = waitingRows
    self.oldestWaitingSince = oldestWaitingSince
    self.blockedRows = blockedRows
    self.refusedRows = refusedRows
  }
}

extension LedgerReader {
  /// The payload of one outbox row; empty where there is no such row.
  public func outboxPayload(of id: Int64) throws(LedgerError) -> [UInt8] {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT payload FROM outbox WHERE id = ?", arguments: [id]).map { [UInt8]($0) } ?? []
    }
  }

  /// Outbox rows of one receiver that may go next, without their payloads: each is the first undelivered row of its order
  /// key. Those that are due come by their ids, at most `limit`; where fewer are due, the one that is due next follows.
  ///
  /// - Parameter longestWaitMicroseconds: a next attempt farther ahead was written under a wrong clock and counts as due.
  /// - Parameter subscription: the subscription of notifications; nil: the ERP.
  public func nextOutboxRows(
    at now: Timestamp, longestWaitMicroseconds: Int64, limit: Int, subscription: String? = nil
  ) throws(LedgerError) -> [OutboxRow] {
    let far = now.advanced(byMicroseconds: longestWaitMicroseconds).microseconds
    let receiver = subscription.map(NotificationMessage.receiver)
    return try read { db in
      var rows = try Self.firstOfTheirKeys(
        db, where: "(a.next_attempt_at <= ? OR a.next_attempt_at > ?) ORDER BY a.id LIMIT ?",
        [receiver, now.microseconds, far, limit])
      if rows.count < limit {
        rows += try Self.firstOfTheirKeys(
          db, where: "a.next_attempt_at > ? AND a.next_attempt_at <= ? ORDER BY a.next_attempt_at, a.id LIMIT 1",
          [receiver, now.microseconds, far])
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
    try Row.fetchAll(db, sql: firstOfTheirKeysSQL(condition), arguments: arguments).map(Outbox.row)
  }

  /// The index by receiver is named, because with few rows of the receiver among many others the planner guesses wrong.
  static func firstOfTheirKeysSQL(_ condition: String) -> String {
    """
    SELECT a.id, a.kind, a.lot, a.order_key, a.idempotency_key, a.payload_sha256, x'' AS payload, a.state,
      a.attempts, a.created_at, a.next_attempt_at, a.last_answer
    FROM outbox a INDEXED BY outbox_receiver
    WHERE a.receiver IS ? AND a.state = 'pending' AND NOT EXISTS (
      SELECT 1 FROM outbox b
      WHERE b.order_key = a.order_key AND b.id < a.id AND b.state IN ('pending', 'blocked')
    ) AND \(condition)
    """
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

  /// - Parameter subscription: the subscription of notifications; nil: the ERP.
  public func outboxBacklog(of subscription: String? = nil) throws(LedgerError) -> OutboxBacklog {
    let receiver = subscription.map(NotificationMessage.receiver)
    return try read { db in
      func count(_ state: String) throws -> Int {
        try Int.fetchOne(
          db, sql: "SELECT count(*) FROM outbox WHERE receiver IS ? AND state = ?", arguments: [receiver, state]) ?? 0
      }
      let oldest = try Int64.fetchOne(
        db, sql: "SELECT created_at FROM outbox WHERE receiver IS ? AND state = 'pending' ORDER BY id LIMIT 1",
        arguments: [receiver])
      return OutboxBacklog(
        waitingRows: try count("pending"), oldestWaitingSince: oldest.map { Timestamp(microseconds: $0) },
        blockedRows: try count("blocked"), refusedRows: try count("refused"))
    }
  }

  /// The subscriptions that are owed a message, whether the configuration still has them or not, in the order of names.
  public func subscriptionsWithWaitingMessages() throws(LedgerError) -> [String] {
    try read { db in
      // One lookup a receiver, however many rows each has.
      try String.fetchAll(
        db,
        sql: """
          WITH RECURSIVE names (receiver) AS (
            SELECT min(receiver) FROM outbox WHERE receiver > ''
            UNION ALL
            SELECT (SELECT min(receiver) FROM outbox WHERE receiver > names.receiver) FROM names WHERE receiver NOT NULL
          )
          SELECT receiver FROM names WHERE receiver NOT NULL
            AND EXISTS (SELECT 1 FROM outbox o WHERE o.receiver = names.receiver AND o.state = 'pending')
          """
      ).map { String($0.dropFirst(NotificationMessage.receiverPrefix.count)) }
    }
  }
}
