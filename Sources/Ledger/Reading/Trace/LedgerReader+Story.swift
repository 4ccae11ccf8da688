import Foundation
import GRDB
public import Shopfloor

extension LedgerReader {
  /// The events that concern a lot, as ``evidence(of:)`` gives them, without its readings: quick however many it has.
  ///
  /// - Returns: nil where no event ever named the lot.
  public func story(of lot: LotNumber) throws(LedgerError) -> LotEvidence? {
    try ask { db in
      let lotEvents = try Self.events(db, about: [EventSubject.lot(lot).key])
      guard !lotEvents.isEmpty else { return nil }
      var collector = EvidenceCollector(lot: lot)
      collector.add(lotEvents)
      let started = lotEvents.compactMap { record -> Run? in
        if case .runStarted(let run) = record.event { run } else { nil }
      }
      for run in started { collector.add(try Self.storyEvents(of: run.id, db)) }
      for run in started { try collector.addSurroundings(of: collector.ended(run), db) }
      try collector.addMaterialHistory(db)
      let runs = started.map(collector.ended)
      try collector.addControlPlans(of: runs, db)
      collector.add(try Self.events(db, about: collector.alarmAndGapKeys))
      collector.add(try Self.latestMasterData(db, collector))
      let last = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1")
      return collector.evidence(
        runs: runs, series: [], throughSequence: last?["sequence"] ?? 0,
        throughHash: (last?["hash"] as Data?).map { [UInt8]($0) } ?? EventChain.genesis)
    }
  }

  /// Of a run, what a story tells: its cycles and values, of which there may be a hundred thousand, are for charts.
  private static func storyEvents(of run: RunID, _ db: Database) throws -> [EventRecord] {
    try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind NOT IN ('cycleStarted', 'cycleEnded', 'characteristicTaken', 'subgroupCharted')
      """, [EventSubject.run(run).key])
  }
}
