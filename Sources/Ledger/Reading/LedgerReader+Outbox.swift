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
  /// Rows that a person set aside.
  public var setAsideRows: Int

  public init(
    waitingRows: Int = 0, oldestWaitingSince: Timestamp? = nil, blockedRows: Int = 0, refusedRows: Int = 0,
    setAsideRows: Int = 0
  ) {
    self.waitingRows = waitingRows
    self.oldestWaitingSince = oldestWaitingSince
    self.blockedRows = blockedRows
    self.refusedRows = refusedRows
    self.setAsideRows = setAsideRows
  }
}

extension LedgerReader {
  /// The payload of one outbox row; empty where there is no such row.
  public func outboxPayload(of id: Int64) throws(LedgerError) -> [UInt8] {
    try read { db in
      try Data.fetchOne(db, sql: "SELECT payload FROM outbox WHERE id = ?", arguments: [id]).map { [UInt8]($0) } ?? []
    }
  }

  /// The payload of the last row before one, of the same kind and order key, that a person set aside; nil: there is none.
  public func lastSetAsidePayload(
    before id: Int64, kind: String, orderKey: String
  ) throws(LedgerError) -> [UInt8]? {
    try read { db in
      try Data.fetchOne(
        db,
        sql: """
          SELECT payload FROM outbox INDEXED BY outbox_receiver
          WHERE receiver IS NULL AND state = 'set_aside' AND id < ? AND kind = ? AND order_key = ?
          ORDER BY id DESC LIMIT 1
          """, arguments: [id, kind, orderKey]
      ).map { [UInt8]($0) }
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
      // Mostly the oldest rows are due. Where a few keys hold up many rows in front, the keys are gone through instead.
      let front = try FirstOfTheirKeys.amongOldest(receiver, due: now.microseconds, far: far, limit: limit, db)
      if front.count == limit { return try front.map { try Self.row(of: $0, db) } }
      let first = try FirstOfTheirKeys.ofAll(receiver, db)
      var ids = first.filter { $0.isDue(at: now.microseconds, far: far) }.map(\.id).sorted().prefix(limit)[...]
      if ids.count < limit {
        let later = first.filter { !$0.isDue(at: now.microseconds, far: far) }
        if let next = later.min(by: { ($0.nextAttemptAt, $0.id) < ($1.nextAttemptAt, $1.id) }) { ids.append(next.id) }
      }
      return try ids.map { try Self.row(of: $0, db) }
    }
  }

  /// The first rows of the order keys for which the newest waiting rows of the ERP were written, without their payloads,
  /// by their ids: what must go so that what happened since `since` gets there.
  ///
  /// - Parameter limit: so many waiting rows are looked at, the newest.
  public func liveOutboxRows(since: Timestamp, limit: Int) throws(LedgerError) -> [OutboxRow] {
    try read { db in
      let newest = try Row.fetchAll(
        db,
        sql: """
          SELECT id, order_key, created_at FROM outbox INDEXED BY outbox_receiver
          WHERE receiver IS NULL AND state = 'pending' ORDER BY id DESC LIMIT ?
          """, arguments: [limit])
      var seen: Set<String> = []
      var rows: [OutboxRow] = []
      for row in newest where try row.integer("created_at") >= since.microseconds {
        guard let key = try row.optionalText("order_key") else {
          rows.append(try Self.row(of: try row.integer("id"), db))
          continue
        }
        guard seen.insert(key).inserted else { continue }
        if let first = try Self.openRow(of: key, after: 0, db), first.state == .pending { rows.append(first) }
      }
      return rows.sorted { $0.id < $1.id }
    }
  }

  /// The first row of an order key behind a row that is not done with, without its payload; the first at all behind 0.
  public func firstOutboxRow(of orderKey: String, after id: Int64 = 0) throws(LedgerError) -> OutboxRow? {
    try read { db in try Self.openRow(of: orderKey, after: id, db) }
  }

  /// Whether an older row of the ERP than this one waits for delivery. A blocked one does not: it moves only when a person
  /// decides about it.
  public func isOlderOutboxRowOpen(than id: Int64) throws(LedgerError) -> Bool {
    try read { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM outbox WHERE receiver IS NULL AND state = 'pending' AND id < ?1)
          """, arguments: [id]) ?? false
    }
  }

  /// Those of the rows that still wait for delivery, with their payloads, in the order of `ids`; from the second row on at
  /// most `maximumBytes` of payload.
  public func waitingOutboxRows(_ ids: [Int64], maximumBytes: Int) throws(LedgerError) -> [OutboxRow] {
    try read { db in
      var rows: [OutboxRow] = []
      var bytes = 0
      for id in ids {
        let row = try Row.fetchOne(
          db, sql: "SELECT \(Self.columns), payload FROM outbox WHERE id = ? AND state = 'pending'", arguments: [id]
        ).map(Outbox.row)
        guard let row else { continue }
        bytes += row.payload.count
        if !rows.isEmpty, bytes > maximumBytes { break }
        rows.append(row)
      }
      return rows
    }
  }

  private static let columns = """
    id, kind, lot, order_key, idempotency_key, payload_sha256, state, attempts, created_at, next_attempt_at, last_answer
    """

  private static func row(of id: Int64, _ db: Database) throws -> OutboxRow {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT \(columns), x'' AS payload FROM outbox WHERE id = ?", arguments: [id])
    else { throw DatabaseError(message: "outbox row \(id) is gone") }
    return try Outbox.row(row)
  }

  private static func openRow(of orderKey: String, after id: Int64, _ db: Database) throws -> OutboxRow? {
    try Row.fetchOne(
      db,
      sql: """
        SELECT \(columns), x'' AS payload FROM outbox
        WHERE order_key = ? AND id > ? AND state IN ('pending', 'blocked') ORDER BY id LIMIT 1
        """, arguments: [orderKey, id]
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
        blockedRows: try count("blocked"), refusedRows: try count("refused"),
        setAsideRows: try count("set_aside"))
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
