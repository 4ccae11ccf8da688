import Devices
import Foundation
import GRDB
public import Shopfloor

extension LedgerReader {
  /// Everything that concerns a lot, read in one transaction.
  ///
  /// - Parameter series: what of the readings; all of them unless said otherwise.
  /// - Returns: nil where no event ever named the lot.
  public func evidence(of lot: LotNumber, series: EvidenceSeries = .readings) throws(LedgerError) -> LotEvidence? {
    try read { db in
      let lotEvents = try Self.events(db, about: [EventSubject.lot(lot).key])
      guard !lotEvents.isEmpty else { return nil }
      var collector = EvidenceCollector(lot: lot)
      collector.add(lotEvents)
      let started = lotEvents.compactMap { record -> Run? in
        if case .runStarted(let run) = record.event { run } else { nil }
      }
      collector.add(try Self.events(db, about: started.map { EventSubject.run($0.id).key }))
      for run in started { try collector.addSurroundings(of: collector.ended(run), db) }
      try collector.addMaterialHistory(db)
      let runs = started.map(collector.ended)
      try collector.addControlPlans(of: runs, db)
      for run in runs { try collector.addChartHistory(of: run, db) }
      collector.add(try Self.events(db, about: collector.alarmAndGapKeys))
      collector.add(try Self.latestMasterData(db, collector))
      let found = try Self.series(of: runs, wanted: series, db)
      var leftOut: [LeftOutReadings] = []
      if case .none = series {
      } else {
        let damage = try Self.leftOut(of: runs, db)
        leftOut = damage.stretches
        collector.add(damage.told)
      }
      let last = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1")
      return collector.evidence(
        runs: runs, series: found, leftOut: leftOut, throughSequence: last?["sequence"] ?? 0,
        throughHash: (last?["hash"] as Data?).map { [UInt8]($0) } ?? EventChain.genesis)
    }
  }

  /// The readings that belong to runs by their own time, per run and parameter of its station.
  static func series(of runs: [Run], wanted: EvidenceSeries, _ db: Database) throws -> [RunSeries] {
    if case .none = wanted { return [] }
    var gatherer = SeriesGatherer(wanted)
    let parameters = try parameters(db)
    for run in runs {
      let registered = parameters.filter { $0.station == run.station }
      gatherer.begin(run, registered)
      var readings = RunReadings(run, registered)
      try readings.pass(db) { place, readings in gatherer.add(readings, at: place) }
      gatherer.end()
    }
    return gatherer.finished
  }

  /// The latest state of the work order, people, materials and plans that the collected events name.
  static func latestMasterData(_ db: Database, _ collector: EvidenceCollector) throws -> [EventRecord] {
    try collector.masterDataKeys.flatMap { subject, kind in
      try events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? ORDER BY e.sequence DESC LIMIT 1
        """, [subject, kind.rawValue])
    }
  }
}
