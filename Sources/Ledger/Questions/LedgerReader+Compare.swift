import Foundation
import GRDB
public import Shopfloor

extension GoldenBatch {
  /// Most values of characteristics that one comparison reads.
  public static let maximumValues = 2_000_000
  /// Most lots of the product that are looked at for good ones.
  public static let maximumCandidates = 2_000
}

extension LedgerReader {
  /// Compares a lot with the last good ones of its product: those that were completed before it (before now, where it is
  /// not completed), sealed, never on hold, and without an open alarm of a specification limit.
  ///
  /// - Parameter wanted: how many good lots; between ``GoldenBatch/fewestLots`` and ``GoldenBatch/mostLots``.
  /// - Returns: nil where the ledger does not know the lot or its product. Without enough good lots there are no
  ///   comparisons.
  public func compare(
    _ lot: LotNumber, with wanted: Int = GoldenBatch.usualLots
  ) throws(LedgerError) -> GoldenBatch? {
    let wanted = min(max(wanted, GoldenBatch.fewestLots), GoldenBatch.mostLots)
    return try ask { db in
      guard let own = try Self.summary(of: lot, db), let product = own.product else { return nil }
      var batch = GoldenBatch(
        lot: lot, product: product, good: [], leftOut: [], comparisons: [], incomparable: [], isCutOff: false)
      var budget = GoldenBatch.maximumValues
      let operations = Set(own.runs.map(\.operation))
      let values = try Self.values(of: own, operations, &budget, db)
      var good: [[PlacedValue.Key: [PlacedValue]]] = []
      let candidates = try Self.completedLots(of: product, besides: own, db)
      batch.isCutOff = candidates.isCutOff
      for number in candidates.found where good.count < wanted {
        // An order may have taken on another product since.
        guard let candidate = try Self.summary(of: number, db), candidate.product == product else { continue }
        if let reason = try Self.reasonToLeaveOut(candidate, db) {
          batch.leftOut.append(.init(lot: number, reason: reason))
          continue
        }
        let found = try Self.values(of: candidate, operations, &budget, db)
        guard !found.isEmpty else {
          batch.leftOut.append(.init(lot: number, reason: .noValues))
          continue
        }
        batch.good.append(number)
        good.append(found)
      }
      if budget <= 0 { batch.isCutOff = true }
      guard good.count >= GoldenBatch.fewestLots else { return batch }
      (batch.comparisons, batch.incomparable) = GoldenBatch.compare(values, with: good)
      return batch
    }
  }

  /// The lots of a product that were completed before another one, the latest first.
  private static func completedLots(
    of product: ItemCode, besides own: LotSummary, _ db: Database
  ) throws -> Bounded<LotNumber> {
    let orders = try Row.fetchCursor(
      db,
      sql: """
        SELECT sequence, body, hash FROM event
        WHERE kind = 'workOrderUpdated' AND \(Schema.field("product")) = ? ORDER BY sequence DESC
        """, arguments: [product.text])
    let end = own.completedAt?.microseconds ?? .max
    var seen: Set<LotNumber> = [own.number]
    var completed: [(number: LotNumber, at: Int64)] = []
    while seen.count <= GoldenBatch.maximumCandidates, let row = try orders.next() {
      let record = try EventChain.record(
        sequence: row["sequence"], bytes: [UInt8](row["body"] as Data), hash: [UInt8](row["hash"] as Data))
      guard case .workOrderUpdated(let order) = record.event else { continue }
      for number in order.lots where seen.insert(number).inserted {
        let at = try Int64.fetchOne(
          db.cachedStatement(sql: "SELECT completed_at FROM lot WHERE number = ?"), arguments: [number.text])
        if let at, at <= end { completed.append((number, at)) }
      }
    }
    completed.sort { ($0.at, $0.number) > ($1.at, $1.number) }
    return Bounded(completed.map(\.number), isCutOff: seen.count > GoldenBatch.maximumCandidates)
  }

  private static func reasonToLeaveOut(_ lot: LotSummary, _ db: Database) throws -> GoldenBatch.LeftOut.Reason? {
    if lot.wasHeld { return .wasHeld }
    if lot.sealedRevision == nil { return .notSealed }
    for run in lot.runs {
      let open = try Bool.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT EXISTS (
              SELECT 1 FROM event_subject s JOIN event e ON e.sequence = s.sequence
                JOIN alarm a ON a.id = \(Schema.field("id", of: "e"))
              WHERE s.subject = ? AND e.kind = 'alarmRaised' AND \(Schema.field("kind", of: "e")) = 'specification'
                AND a.closed_at IS NULL)
            """), arguments: [EventSubject.run(run.id).key])
      if open == true { return .openSpecificationAlarm }
    }
    return nil
  }

  /// The charted values of a lot's runs: those of whole cycles whose gates were open.
  private static func values(
    of lot: LotSummary, _ operations: Set<OperationName>, _ budget: inout Int, _ db: Database
  ) throws -> [PlacedValue.Key: [PlacedValue]] {
    var found: [PlacedValue.Key: [PlacedValue]] = [:]
    for run in lot.runs where operations.contains(run.operation) && budget > 0 {
      // As columns: a run has as many values as cycles, and a decoded event costs ten times as much.
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT \(Schema.field("characteristic", of: "e")) AS name, \(Schema.field("unit", of: "e")) AS unit,
              \(Schema.field("cycle", of: "e")) AS cycle, \(Schema.field("value", of: "e")) AS value
            FROM event_subject s JOIN event e ON e.sequence = s.sequence
            WHERE s.subject = ? AND e.kind = 'characteristicTaken' AND \(Schema.field("charted", of: "e"))
            ORDER BY s.sequence LIMIT ?
            """), arguments: [EventSubject.run(run.id).key, budget])
      budget -= rows.count
      let cycles = rows.map { $0["cycle"] as Int }
      guard let first = cycles.min(), let last = cycles.max() else { continue }
      for row in rows {
        let key = PlacedValue.Key(
          operation: run.operation, characteristic: try CharacteristicName(row["name"] as String), unit: row["unit"])
        let cycle: Int = row["cycle"]
        let position = last > first ? Double(cycle - first) / Double(last - first) : nil
        found[key, default: []].append(PlacedValue(value: row["value"], position: position))
      }
    }
    return found
  }
}
