import GRDB
import Shopfloor

/// The control plans that a lot's runs were judged by, and what became of their charts meanwhile.
extension EvidenceCollector {
  /// Adds the documents that the runs pinned, with their approval and withdrawal.
  mutating func addControlPlans(of runs: [Run], _ db: Database) throws {
    for reference in Set(runs.compactMap(\.controlPlan)).sorted(by: {
      ($0.number, $0.version) < ($1.number, $1.version)
    }) {
      add(try Self.controlPlanEvents(of: reference, db))
    }
  }

  private static func controlPlanEvents(of reference: ControlPlanReference, _ db: Database) throws -> [EventRecord] {
    try events(
      of: [.controlPlanImported, .controlPlanApproved, .controlPlanWithdrawn], about: .controlPlan(reference.number), db
    ).filter { record in
      switch record.event {
      case .controlPlanImported(let imported): imported.digest == reference.digest
      case .controlPlanApproved(let approved): approved.reference == reference
      case .controlPlanWithdrawn(let withdrawn): withdrawn.reference == reference
      default: false
      }
    }
  }

  /// Adds the stages that began in a run's charts and the rules that were switched off in them.
  mutating func addChartHistory(of run: Run, _ db: Database) throws {
    let names = try Self.judgedPlan(of: run, db)?.characteristics.filter { $0.chart != nil }.map(\.name) ?? []
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    for name in names {
      let found = try Self.events(
        of: [.chartStageBegun, .chartRulesBlocked, .subgroupEnded], about: .characteristic(run.station, name), db)
      add(found.filter { $0.time >= run.startedAt && $0.time.microseconds <= end })
    }
  }

  /// The station as the run was judged: the configuration in force, under the control plan that was pinned.
  static func judgedPlan(of run: Run, _ db: Database) throws -> StationPlan? {
    guard
      case .planApplied(let applied)? = try events(of: [.planApplied], about: .plan(run.planDigest), db).last?.event,
      let station = applied.plan.station(run.station)
    else { return nil }
    guard let reference = run.controlPlan else { return station }
    for record in try controlPlanEvents(of: reference, db) {
      if case .controlPlanImported(let imported) = record.event, let control = imported.plan.station(run.station) {
        return station.held(to: control)
      }
    }
    return station
  }

  /// Whether a characteristic kept its form at a station from the first event to the second, so that the limits that its
  /// chart established still held.
  static func keptForm(
    of name: CharacteristicName, at station: StationName, from first: Int64, to run: Run, _ runSequence: Int64,
    _ db: Database
  ) throws -> Bool {
    // The run in which the limits were established, and all that followed up to this one. Of them, one of each pair of
    // plans: a station has thousands of runs and few plans.
    let established = try Int64.fetchOne(
      db,
      sql: """
        SELECT max(sequence) FROM event WHERE kind = 'runStarted' AND \(ofStation) = ? AND sequence < ?
        """, arguments: [station.text, first])
    let sequences = try Int64.fetchAll(
      db,
      sql: """
        SELECT min(sequence) FROM event
        WHERE kind = 'runStarted' AND \(ofStation) = ? AND sequence BETWEEN ? AND ?
        GROUP BY json_extract(CAST(body AS TEXT), '$.data.planDigest'),
          json_extract(CAST(body AS TEXT), '$.data.controlPlan')
        """, arguments: [station.text, established ?? first, runSequence])
    var forms: Set<CharacteristicPlan?> = []
    for sequence in sequences {
      let record = try LedgerReader.events(
        db, "SELECT sequence, body, hash FROM event WHERE sequence = ?", [sequence]
      ).first
      guard case .runStarted(let started)? = record?.event else { continue }
      forms.insert(try judgedPlan(of: started, db)?.characteristics.first { $0.name == name })
    }
    return forms.count <= 1
  }
}
