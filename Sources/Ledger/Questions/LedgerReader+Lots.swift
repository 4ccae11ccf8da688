import Foundation
import GRDB
public import Shopfloor

extension LedgerReader {
  /// Lots by product, order, station, time and hold, the latest first. Its cost follows the lots that are looked at: those
  /// of the most telling part of the question.
  public func lots(_ question: LotQuestion) throws(LedgerError) -> Bounded<LotSummary> {
    try ask { db in
      var candidates = try LotCandidates(question, db)
      var seen: Set<LotNumber> = []
      var found: [LotSummary] = []
      while let number = try candidates.next() {
        guard seen.insert(number).inserted else { continue }
        guard seen.count <= LotQuestion.maximumCandidates else { return Bounded(found, isCutOff: true) }
        guard let lot = try Self.summary(of: number, db), question.admits(lot) else { continue }
        guard found.count < question.limit else { return Bounded(found, isCutOff: true) }
        found.append(lot)
      }
      return Bounded(found, isCutOff: false)
    }
  }

  /// A lot in one line; nil where no event names it.
  public func summary(of lot: LotNumber) throws(LedgerError) -> LotSummary? {
    try ask { db in try Self.summary(of: lot, db) }
  }

  static func summary(of number: LotNumber, _ db: Database) throws -> LotSummary? {
    let records = try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind IN
        ('workOrderUpdated', 'lotHeld', 'lotHoldLifted', 'runStarted', 'lotCompleted', 'recordSealed')
      ORDER BY s.sequence
      """, [EventSubject.lot(number).key])
    guard !records.isEmpty else { return nil }
    var lot = LotSummary(number: number)
    for record in records {
      switch record.event {
      case .workOrderUpdated(let order):
        lot.order = order.number
        lot.product = order.product
        lot.productName = order.productName
        lot.customer = order.customer
      case .lotHeld(let hold):
        lot.hold = hold.reason
        lot.wasHeld = true
      case .lotHoldLifted: lot.hold = nil
      case .runStarted(let run): lot.runs.append(try ended(run, db))
      case .lotCompleted(let done): lot.completedAt = done.at
      case .recordSealed(let notice):
        lot.sealedRevision = notice.revision
        lot.recordSHA256 = notice.digestSHA256
      default: break
      }
    }
    return lot
  }

  private static func ended(_ run: Run, _ db: Database) throws -> RunSummary {
    var summary = RunSummary(run)
    let end = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT ended_at FROM run WHERE id = ?"), arguments: [run.id.text])
    summary.endedAt = end.map { Timestamp(microseconds: $0) }
    return summary
  }

  static func summary(of run: RunID, _ db: Database) throws -> RunSummary? {
    // Among the first events about a run is its start: the search ends at once.
    let started = try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind = 'runStarted' ORDER BY s.sequence LIMIT 1
      """, [EventSubject.run(run).key])
    guard case .runStarted(let run)? = started.first?.event else { return nil }
    return try ended(run, db)
  }

  /// Runs of a stretch of time, at one station or at all, the oldest first. A run that began before the stretch and lasts
  /// into it is told for one station only.
  public func runs(
    at station: StationName?, from: Timestamp, to: Timestamp, limit: Int = 1_000
  ) throws(LedgerError) -> Bounded<RunSummary> {
    try ask { db in
      let ids: [RunID] =
        if let station {
          try Self.runs(at: station, from: from, to: to, limit: limit + 1, db)
        } else {
          try String.fetchAll(
            db, sql: "SELECT id FROM run WHERE started_at >= ? AND started_at < ? ORDER BY started_at LIMIT ?",
            arguments: [from.microseconds, to.microseconds, limit + 1]
          ).map { try RunID($0) }
        }
      return Bounded(try ids.prefix(limit).compactMap { try Self.summary(of: $0, db) }, isCutOff: ids.count > limit)
    }
  }
}

/// The lots that may belong to an answer, by the part of the question that leaves the fewest.
private struct LotCandidates {
  private let db: Database
  private let isRuns: Bool
  private let sequences: RowCursor
  private var waiting: [LotNumber] = []

  init(_ question: LotQuestion, _ db: Database) throws {
    self.db = db
    isRuns = question.order == nil && question.isHeld != true && question.product == nil
    if let order = question.order {
      sequences = try Row.fetchCursor(
        db,
        sql: """
          SELECT e.body, e.sequence, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = 'workOrderUpdated' ORDER BY s.sequence DESC
          """, arguments: [EventSubject.order(order).key])
    } else if question.isHeld == true {
      sequences = try Row.fetchCursor(
        db,
        sql: """
          SELECT body, sequence, hash FROM event INDEXED BY event_hold WHERE kind IN ('lotHeld', 'lotHoldLifted')
          ORDER BY sequence DESC
          """)
    } else if let product = question.product {
      sequences = try Row.fetchCursor(
        db,
        sql: """
          SELECT body, sequence, hash FROM event
          WHERE kind = 'workOrderUpdated' AND \(Schema.field("product")) = ? ORDER BY sequence DESC
          """, arguments: [product.text])
    } else {
      sequences = try Self.runs(question, db)
    }
  }

  private static func runs(_ question: LotQuestion, _ db: Database) throws -> RowCursor {
    let from = question.from?.microseconds ?? .min
    let to = question.to?.microseconds ?? .max
    guard let station = question.station else {
      // Runs that began before the stretch and last into it belong to the answer too, however long they stayed.
      return try Row.fetchCursor(
        db,
        sql:
          "SELECT id FROM run WHERE started_at < ?2 AND (ended_at IS NULL OR ended_at > ?1) ORDER BY started_at DESC",
        arguments: [from, to])
    }
    return try Row.fetchCursor(
      db,
      sql: """
        SELECT id FROM run WHERE station = ?1 AND started_at < ?3 AND started_at >= coalesce(
          (SELECT started_at FROM run WHERE station = ?1 AND started_at < ?2 ORDER BY started_at DESC
           LIMIT 1 OFFSET ?4), ?5)
        ORDER BY started_at DESC
        """, arguments: [station.text, from, to, LedgerReader.overlappingRuns - 1, Int64.min])
  }

  mutating func next() throws -> LotNumber? {
    while waiting.isEmpty {
      guard let row = try sequences.next() else { return nil }
      waiting = try lots(row).reversed()
    }
    return waiting.popLast()
  }

  private func lots(_ row: Row) throws -> [LotNumber] {
    if isRuns { return try LedgerReader.summary(of: try RunID(row["id"]), db)?.lots ?? [] }
    let record = try EventChain.record(
      sequence: row["sequence"], bytes: [UInt8](row["body"] as Data), hash: [UInt8](row["hash"] as Data))
    switch record.event {
    case .workOrderUpdated(let order): return order.lots
    case .lotHeld(let hold), .lotHoldLifted(let hold): return [hold.lot]
    default: return []
    }
  }
}
