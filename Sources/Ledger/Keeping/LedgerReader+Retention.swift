import GRDB
import Shopfloor

extension LedgerReader {
  /// A packed segment as retention judges it, with the lots it names and their relatives.
  struct RetentionCandidate {
    var segment: RetentionPlan.Segment
    var lots: [LotNumber: RetentionPlan.Lot]
    var readings: Int64
    var from: Timestamp
    var root: [UInt8]
  }

  /// The next segment after the given one that still has its readings; nil after the last.
  ///
  /// - Parameter needsRelatives: asked before the relatives of its lots are looked for, which is long work.
  func retentionCandidate(
    after segment: Int64, needsRelatives: (RetentionCandidate) -> Bool = { _ in true }
  ) throws(LedgerError) -> RetentionCandidate? {
    let found = try read { db -> RetentionCandidate? in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT id, first_batch, last_batch, first_time, last_time, first_reading, last_reading, reading_count, root
          FROM segment WHERE id > ? AND skeleton IS NOT NULL ORDER BY id LIMIT 1
          """, arguments: [segment])
      return try row.map { row in try Self.candidate(row, db) }
    }
    guard var candidate = found else { return nil }
    for number in candidate.segment.lots { candidate.lots[number] = try retentionLot(number) }
    guard needsRelatives(candidate) else { return candidate }
    for number in candidate.segment.lots {
      var lot = candidate.lots[number]
      lot?.related = try relatives(of: number)
      candidate.lots[number] = lot
      for related in lot?.related ?? [] where candidate.lots[related] == nil {
        candidate.lots[related] = try retentionLot(related)
      }
    }
    return candidate
  }

  private static func candidate(_ row: Row, _ db: Database) throws -> RetentionCandidate {
    let firstTime = try row.integer("first_time")
    let lastTime = try row.integer("last_time")
    let first = min(firstTime, try row.optionalInteger("first_reading") ?? firstTime)
    let last = max(lastTime, try row.optionalInteger("last_reading") ?? lastTime)
    let runs = try Row.fetchAll(
      db, sql: "SELECT id, ended_at FROM run WHERE started_at <= ? AND (ended_at IS NULL OR ended_at >= ?)",
      arguments: [last, first])
    var lots: Set<LotNumber> = []
    for run in runs {
      let id = try run.name("id") { try RunID($0) }
      for record in try events(db, about: [EventSubject.run(id).key]) {
        if case .runStarted(let started) = record.event { lots.formUnion(started.lots) }
      }
    }
    let alarms = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM alarm WHERE raised_at <= ? AND closed_at IS NULL", arguments: [last])
    let id = try row.integer("id")
    let quarantined = try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM quarantine WHERE (place = 'segment' AND first <= ?1 AND last >= ?1)
          OR (place = 'readings' AND first <= ?3 AND last >= ?2)
        """, arguments: [id, try row.integer("first_batch"), try row.integer("last_batch")])
    return RetentionCandidate(
      segment: RetentionPlan.Segment(
        id: id, lastBatch: try row.integer("last_batch"), until: Timestamp(microseconds: last), lots: lots.sorted(),
        hasOpenRun: try runs.contains { try $0.optionalInteger("ended_at") == nil }, hasOpenAlarm: (alarms ?? 0) > 0,
        isQuarantined: (quarantined ?? 0) > 0),
      lots: [:], readings: try row.integer("reading_count"), from: Timestamp(microseconds: first),
      root: try row.bytes("root"))
  }

  /// What retention must know of a lot; nil where the ledger does not know it.
  func retentionLot(_ number: LotNumber) throws(LedgerError) -> RetentionPlan.Lot? {
    try read { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT completed_at, sealed_revision FROM lot WHERE number = ?", arguments: [number.text])
      guard let row else { return nil }
      let key = EventSubject.lot(number).key
      let owed = try Int.fetchOne(
        db, sql: "SELECT count(*) FROM outbox WHERE order_key = ? AND state IN ('pending', 'blocked')",
        arguments: [key])
      var isOnHold = false
      var archive: RetentionPlan.Archive?
      var sealedAt: Int64 = 0
      for record in try Self.events(db, about: [key]) {
        switch record.event {
        case .lotHeld: isOnHold = true
        case .lotHoldLifted: isOnHold = false
        case .recordSealed:
          // An archive from before lacks this revision.
          sealedAt = record.sequence
          archive = nil
        case .ledgerCopied(let copied) where copied.purpose == .archive && copied.throughSequence >= sealedAt:
          guard copied.throughBatch >= archive?.throughBatch ?? 0 else { continue }
          archive = RetentionPlan.Archive(name: copied.name, throughBatch: copied.throughBatch)
        default: break
        }
      }
      return RetentionPlan.Lot(
        number: number, completedAt: try row.optionalInteger("completed_at").map { Timestamp(microseconds: $0) },
        isSealed: try row.optionalInteger("sealed_revision") != nil, isDelivered: owed == 0, archive: archive,
        isOnHold: isOnHold)
    }
  }

  /// The lots that share material with a lot, were made from it or went into it. A trace that was cut off knows not all of
  /// them: then the lot itself is named as one that nobody knows, and its readings stay.
  private func relatives(of lot: LotNumber) throws(LedgerError) -> [LotNumber] {
    var related: Set<LotNumber> = []
    var isWhole = true
    func add(_ trace: Trace?) {
      guard let trace else { return }
      related.formUnion(trace.lots.map(\.number))
      if trace.isCutOff { isWhole = false }
    }
    let backward = try trace(.lot(lot))
    add(backward)
    for material in backward?.materials ?? [] { add(try trace(.material(material.number))) }
    // A lot that is used as material goes by its own number.
    if let asMaterial = try? MaterialLotNumber(lot.text) { add(try trace(.material(asMaterial))) }
    related.remove(lot)
    // No lot has this number: it stands for what was cut off.
    return related.sorted() + (isWhole ? [] : [Self.unknownRelative])
  }

  private static let unknownRelative = LotNumber(stringLiteral: "more-than-can-be-traced")
}
