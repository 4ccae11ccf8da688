import GRDB
import Shopfloor

extension LedgerReader {
  /// What was set aside as damaged in the time of the runs, and the events that tell of it. The narrower time that an event
  /// tells goes before that of a whole segment.
  static func leftOut(of runs: [Run], _ db: Database) throws -> (stretches: [LeftOutReadings], told: [EventRecord]) {
    let aside = try VerifiedMark.quarantined(db).filter { $0.place == .readings || $0.place == .segment }
    guard !aside.isEmpty, !runs.isEmpty else { return ([], []) }
    let told = try EvidenceCollector.events(of: [.ledgerDamageFound], about: .ledger, db)
    var stretches: [LeftOutReadings] = []
    var events: [EventRecord] = []
    for stretch in aside {
      let tellers = told.filter { record in
        guard case .ledgerDamageFound(let damage) = record.event else { return false }
        return damage.place.rawValue == stretch.place.rawValue && damage.first == stretch.first
          && damage.last == stretch.last
      }
      var span = try Concerned.span(of: stretch.place, stretch.first, stretch.last, db)
      for record in tellers {
        if case .ledgerDamageFound(let damage) = record.event, let from = damage.from, let until = damage.until,
          from < until
        {
          span = from.microseconds...until.microseconds
        }
      }
      // What nothing tells a time of may concern every run.
      let concerned = runs.filter { run in
        guard let span else { return true }
        return run.startedAt.microseconds <= span.upperBound
          && (run.endedAt.map { $0.microseconds >= span.lowerBound } ?? true)
      }
      guard !concerned.isEmpty else { continue }
      stretches.append(
        LeftOutReadings(
          place: stretch.place == .segment ? .segment : .readings, first: stretch.first, last: stretch.last,
          commits: try commits(in: stretch, db), reason: stretch.reason, runs: concerned.map(\.id)))
      events += tellers
    }
    return (stretches, events)
  }

  private static func commits(in stretch: QuarantinedStretch, _ db: Database) throws -> Int64 {
    guard stretch.place == .segment else { return stretch.last - stretch.first + 1 }
    return try Int64.fetchOne(
      db, sql: "SELECT coalesce(sum(last_batch - first_batch + 1), 0) FROM segment WHERE id BETWEEN ? AND ?",
      arguments: [stretch.first, stretch.last]) ?? 0
  }
}
