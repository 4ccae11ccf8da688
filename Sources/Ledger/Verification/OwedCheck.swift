import Crypto
import Foundation
import GRDB
import Shopfloor

/// Compares sealed records and what is owed to others with the events that they follow from.
enum OwedCheck {
  /// The movement of material that an event owes.
  ///
  /// A program before version 2 of the tables owed none: what came before the first one of such a ledger is not missing.
  static func movement(
    _ movement: MaterialMovement, _ record: EventRecord, _ db: Database, _ findings: inout FindingList
  ) throws {
    let keys = [MaterialMovement.idempotencyKey(of: record), MaterialMovement.formerIdempotencyKey(of: record)]
    func isThere(_ key: String) throws -> Bool {
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE idempotency_key = ?)", arguments: [key]) ?? false
    }
    let key = try keys.first(where: isThere)
    if key == nil, try isBeforeMovements(record, db) { return }
    try row(
      key ?? keys[0], kind: MaterialMovement.kind, receiver: nil,
      orderKey: EventSubject.material(movement.materialLot).key, payload: try movement.canonicalBytes(), record, db,
      &findings)
  }

  /// Whether an event was recorded by a program that owed no movements, as far as the rows can tell.
  private static func isBeforeMovements(_ record: EventRecord, _ db: Database) throws -> Bool {
    let made = try String.fetchOne(
      db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [LedgerMigration.madeSetting])
    guard made == nil else { return false }
    // Rows are written in the order of the events.
    let first = try Int64.fetchOne(
      db, sql: "SELECT created_at FROM outbox WHERE kind = ? ORDER BY id LIMIT 1", arguments: [MaterialMovement.kind])
    return first.map { record.time.microseconds < $0 } ?? true
  }

  /// The row of an event, by its key.
  static func row(
    _ key: String, kind: String, receiver: String?, orderKey: String, payload: [UInt8]?, lot: LotNumber? = nil,
    _ record: EventRecord, _ db: Database, _ findings: inout FindingList
  ) throws {
    func differ(_ english: String, _ chinese: String) {
      findings.add(
        LedgerFinding(
          .outbox, record.sequence, nil,
          Words(
            "what event \(record.sequence) owes (\(key)): \(english)", "事件 \(record.sequence) 待送出的数据（\(key)）：\(chinese)"
          ),
          from: record.time.microseconds, lots: lot.map { [$0] } ?? []))
    }
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT kind, receiver, lot, order_key, payload_sha256, payload, created_at, state FROM outbox
        WHERE idempotency_key = ?
        """, arguments: [key])
    guard let row else { return differ("there is no such row", "无此行") }
    let bytes = try row.bytes("payload")
    let digest = EventChain.hex(Array(SHA256.hash(data: bytes)))
    if try row.text("payload_sha256") != digest { differ("it does not give its digest", "与其摘要不符") }
    if let payload, bytes != payload { differ("it is not what the event owes", "与事件不符") }
    // A row from before the keys of order has none.
    let order = try row.optionalText("order_key")
    if try row.text("kind") != kind || row.optionalText("receiver") != receiver || order != nil && order != orderKey
      || row.optionalText("lot") != lot?.text || row.integer("created_at") != record.time.microseconds
    {
      differ("a column says other than the event", "某列与事件不符")
    }
    if OutboxRow.State(rawValue: try row.text("state")) == nil { differ("its state is not known", "状态未知") }
  }

  /// The record that the event sealed, and its row.
  static func record(
    _ notice: SealedRecordNotice, _ record: EventRecord, _ db: Database, _ findings: inout FindingList
  ) throws {
    guard try document(notice, record, db, &findings) else { return }
    try Self.row(
      CommitGroup.SealedRecord.idempotencyKey(of: notice), kind: CommitGroup.SealedRecord.kind, receiver: nil,
      orderKey: EventSubject.lot(notice.lot).key, payload: nil, lot: notice.lot, record, db, &findings)
  }

  /// The record that the event sealed.
  ///
  /// - Returns: whether it is there.
  @discardableResult static func document(
    _ notice: SealedRecordNotice, _ record: EventRecord, _ db: Database, _ findings: inout FindingList
  ) throws -> Bool {
    func differ(_ english: String, _ chinese: String) {
      findings.add(
        LedgerFinding(
          .record, record.sequence, nil,
          Words(
            "lot \(notice.lot), revision \(notice.revision): \(english)",
            "批次 \(notice.lot)，修订 \(notice.revision)：\(chinese)"), from: record.time.microseconds, lots: [notice.lot]))
    }
    let row = try Row.fetchOne(
      db, sql: "SELECT sealed_at, digest, body FROM record WHERE lot = ? AND revision = ?",
      arguments: [notice.lot.text, notice.revision])
    guard let row else {
      differ("the record is missing", "批记录缺失")
      return false
    }
    let body = try row.bytes("body")
    if try row.text("digest") != notice.digestSHA256 {
      differ("its row names another digest than its event", "行中的摘要与事件不符")
    }
    if try row.integer("sealed_at") != record.time.microseconds { differ("it has another time", "时间不符") }
    if let document = document(in: body), EventChain.hex(Array(SHA256.hash(data: document))) != notice.digestSHA256 {
      differ("its bytes do not give the digest that was sealed", "内容与封存时的摘要不符")
    }
    let key = CommitGroup.SealedRecord.idempotencyKey(of: notice)
    let digest = try String.fetchOne(
      db, sql: "SELECT payload_sha256 FROM outbox WHERE idempotency_key = ?", arguments: [key])
    if let digest, digest != EventChain.hex(Array(SHA256.hash(data: body))) {
      differ("its file is not the one that was sent", "文件与发送的不一致")
    }
    return true
  }

  /// The part of a sealed file that the digest covers: `{"record":…,"seal":{…}}`; nil where the file has another form.
  private static func document(in body: [UInt8]) -> [UInt8]? {
    let (opening, seal) = (Array("{\"record\":".utf8), Array(",\"seal\":{".utf8))
    guard body.starts(with: opening), let end = Data(body).range(of: Data(seal), options: .backwards) else {
      return nil
    }
    return Array(body[opening.count..<end.lowerBound])
  }

  /// The row that a person decided about is there.
  static func decided(
    _ decision: DeliveryDecision, _ sequence: Int64, _ db: Database, _ findings: inout FindingList
  ) throws {
    let isThere = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM outbox WHERE id = ? AND idempotency_key = ?)",
      arguments: [decision.outboxRow, decision.idempotencyKey])
    guard isThere != true else { return }
    findings.add(
      .outbox, sequence, "row \(decision.outboxRow), which event \(sequence) decides about, is missing",
      "事件 \(sequence) 所决定的第 \(decision.outboxRow) 行缺失")
  }

  static func delivered(
    _ report: DeliveryReport, _ sequence: Int64, _ db: Database, _ findings: inout FindingList
  ) throws {
    let state = try String.fetchOne(
      db, sql: "SELECT state FROM outbox WHERE id = ? AND idempotency_key = ?",
      arguments: [report.outboxRow, report.idempotencyKey])
    // Former programs left a row as it was that was refused or set aside before its delivery was reported.
    let accepted: [OutboxRow.State] = [.delivered, .refused, .setAside]
    if !accepted.contains(where: { $0.rawValue == state }) {
      findings.add(
        .outbox, sequence,
        "row \(report.outboxRow) was delivered (event \(sequence)), and its state is \(state ?? "missing")",
        "第 \(report.outboxRow) 行已送达（事件 \(sequence)），但状态为 \(state ?? "缺失")")
    }
  }
}
