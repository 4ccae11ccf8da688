import Crypto
import Foundation
import GRDB
import Shopfloor

/// The table of effects owed to the ERP and to the subscribers of notifications.
enum Outbox {
  static func insert(_ record: CommitGroup.SealedRecord, at time: Timestamp, into db: Database) throws {
    try keep(record, at: time, into: db)
    try insert(
      kind: CommitGroup.SealedRecord.kind, lot: record.notice.lot, orderKey: EventSubject.lot(record.notice.lot).key,
      idempotencyKey: record.idempotencyKey, payload: record.bytes, at: time, into: db)
  }

  /// Keeps a sealed record without owing it to anybody.
  static func keep(_ record: CommitGroup.SealedRecord, at time: Timestamp, into db: Database) throws {
    let notice = record.notice
    try db.cachedStatement(
      sql: "INSERT INTO record (lot, revision, sealed_at, digest, body) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      notice.lot.text, notice.revision, time.microseconds, notice.digestSHA256, Data(record.bytes),
    ])
  }

  static func insert(_ movement: MaterialMovement, of record: EventRecord, into db: Database) throws {
    try insert(
      kind: MaterialMovement.kind, lot: nil, orderKey: EventSubject.material(movement.materialLot).key,
      idempotencyKey: MaterialMovement.idempotencyKey(of: record), payload: try movement.canonicalBytes(),
      at: record.time, into: db)
  }

  static func insert(_ report: ProductionReportMessage, of record: EventRecord, into db: Database) throws {
    try insert(
      kind: ProductionReportMessage.kind, lot: report.lot, orderKey: EventSubject.lot(report.lot).key,
      idempotencyKey: ProductionReportMessage.idempotencyKey(of: record), payload: try report.canonicalBytes(),
      at: record.time,
      into: db)
  }

  static func insert(_ message: NotificationMessage, into db: Database) throws {
    try insert(
      kind: NotificationMessage.kind, receiver: NotificationMessage.receiver(of: message.subscription), lot: nil,
      orderKey: message.orderKey, idempotencyKey: message.id, payload: try message.canonicalBytes(),
      at: message.owedAt, into: db)
  }

  private static func insert(
    kind: String, receiver: String? = nil, lot: LotNumber?, orderKey: String, idempotencyKey: String,
    payload: [UInt8], at time: Timestamp, into db: Database
  ) throws {
    let payloadDigest = EventChain.hex([UInt8](SHA256.hash(data: payload)))
    try db.cachedStatement(
      sql: """
        INSERT INTO outbox (kind, receiver, lot, order_key, idempotency_key, payload_sha256, payload, state, attempts,
          created_at, next_attempt_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?)
        """
    ).execute(arguments: [
      kind, receiver, lot?.text, orderKey, idempotencyKey, payloadDigest, Data(payload), time.microseconds,
      time.microseconds,
    ])
  }

  /// A movement that the ERP does not take is done with: the floor makes a named exception of it in the same
  /// transaction, and the later movements of its lot go on. A report is news of a lot whose record says it again: it
  /// holds nothing back. A message that its receiver does not take is done with too. What was delivered is there, also
  /// where it was set aside or refused while it was on its way.
  static func update(_ report: DeliveryReport, into db: Database) throws {
    let state: OutboxRow.State
    let answer: String
    var next: Int64?
    switch report.outcome {
    case .delivered(let receipt): (state, answer) = (.delivered, receipt)
    case .blocked(let reason): (state, answer) = (.blocked, reason)
    case .failed(let reason, let retryAt): (state, answer, next) = (.pending, reason, retryAt.microseconds)
    }
    try db.cachedStatement(
      sql: """
        UPDATE outbox SET state = CASE WHEN ?1 = 'blocked' AND kind IN (?5, ?6, ?7) THEN 'refused' ELSE ?1 END,
          attempts = attempts + 1, last_answer = ?2, next_attempt_at = coalesce(?3, next_attempt_at)
        WHERE id = ?4 AND (state IN ('pending', 'blocked')
          OR ?1 = 'delivered' AND state IN ('refused', 'set_aside'))
        """
    ).execute(arguments: [
      state.rawValue, answer, next, report.outboxRow, MaterialMovement.kind, NotificationMessage.kind,
      ProductionReportMessage.kind,
    ])
  }

  /// A row that is to be tried again keeps the count of its attempts; one that is set aside holds back nothing. A row
  /// that was delivered in the meantime stays so.
  static func update(_ decision: DeliveryDecision, at time: Timestamp, into db: Database) throws {
    let state: OutboxRow.State =
      switch decision.action {
      case .retry: .pending
      case .setAside: .setAside
      }
    try db.cachedStatement(
      sql: """
        UPDATE outbox SET state = ?, next_attempt_at = ? WHERE id = ? AND idempotency_key = ? AND receiver IS NULL
          AND state IN ('pending', 'blocked', 'refused', 'set_aside')
        """
    ).execute(arguments: [state.rawValue, time.microseconds, decision.outboxRow, decision.idempotencyKey])
  }

  static func row(_ row: Row) throws -> OutboxRow {
    let state = try row.text("state")
    guard let known = OutboxRow.State(rawValue: state) else {
      throw DatabaseError(message: "outbox state \(state) is not known")
    }
    return OutboxRow(
      id: try row.integer("id"), kind: try row.text("kind"),
      lot: try row.optionalText("lot") == nil ? nil : try row.name("lot") { try LotNumber($0) },
      orderKey: try row.optionalText("order_key"), idempotencyKey: try row.text("idempotency_key"),
      payloadSHA256: try row.text("payload_sha256"), payload: try row.bytes("payload"), state: known,
      attempts: Int(try row.integer("attempts")), createdAt: Timestamp(microseconds: try row.integer("created_at")),
      nextAttemptAt: Timestamp(microseconds: try row.integer("next_attempt_at")),
      lastAnswer: try row.optionalText("last_answer"))
  }
}
