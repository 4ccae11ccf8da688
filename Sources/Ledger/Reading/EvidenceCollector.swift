import GRDB
import Shopfloor

/// Gathers the events of one lot and turns them into evidence.
struct EvidenceCollector {
  let lot: LotNumber
  private var events: [Int64: EventRecord] = [:]

  init(lot: LotNumber) { self.lot = lot }

  mutating func add(_ found: [EventRecord]) {
    for event in found { events[event.sequence] = event }
  }

  var ordered: [EventRecord] { events.values.sorted { $0.sequence < $1.sequence } }

  /// The run with the end that the collected events give it.
  func ended(_ run: Run) -> Run {
    var run = run
    for record in events.values {
      if case .runEnded(let end) = record.event, end.run == run.id {
        run.endedAt = end.at
        run.endedBy = end.person
        run.completedOperation = end.completedOperation
      }
    }
    return run
  }

  /// Adds what happened at the station and in the recorder while the run was there, and the gaps and alarms that
  /// reached into it.
  mutating func addSurroundings(of run: Run, _ db: Database) throws {
    let start = run.startedAt.microseconds
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    // The times bound the sequences first: a recorder anchors its readings every minute for years, and a station has the
    // events of all its runs.
    let bounds = try Row.fetchOne(
      db, sql: "SELECT min(sequence) AS first, max(sequence) AS last FROM event WHERE time BETWEEN ? AND ?",
      arguments: [start, end])
    if let first: Int64 = bounds?["first"], let last: Int64 = bounds?["last"] {
      for subject in [EventSubject.station(run.station).key, EventSubject.recorder.key] {
        add(
          try LedgerReader.events(
            db,
            """
            SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
            WHERE s.subject = ? AND s.sequence BETWEEN ? AND ? AND e.time BETWEEN ? AND ?
            """, [subject, first, last, start, end]))
      }
    }
    let gaps = try Self.reaching(into: run, "gap", from: "since", to: "until", db)
    let alarms = try Self.reaching(into: run, "alarm", from: "raised_at", to: "returned_at", db)
    add(try LedgerReader.events(db, about: gaps.map { "gap:\($0)" } + alarms.map { "alarm:\($0)" }))
    try addEstablishedLimits(before: run, db)
    try addTexts(before: run, db)
    try addClearance(before: run, db)
  }

  /// A day in microseconds: what lasted longer has an index of its own, see `Schema.evidence`.
  private static let longMicroseconds: Int64 = 86_400_000_000

  /// The ids of what began before the end of the run and ended after its start, or has not ended.
  private static func reaching(
    into run: Run, _ table: String, from first: String, to last: String, _ db: Database
  ) throws -> [String] {
    let start = run.startedAt.microseconds
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    return try String.fetchAll(
      db,
      sql: """
        SELECT id FROM \(table)
        WHERE station = ?1 AND \(first) >= ?4 AND \(first) < ?3 AND coalesce(\(last), ?5) > ?2
        UNION
        SELECT id FROM \(table) INDEXED BY \(table)_long
        WHERE station = ?1 AND \(first) < ?3 AND (\(last) IS NULL OR \(last) - \(first) > \(longMicroseconds))
          AND coalesce(\(last), ?5) > ?2
        """, arguments: [run.station.text, start, end, start - longMicroseconds, Int64.max])
  }

  /// Adds what the text points of the station said last before the run.
  private mutating func addTexts(before run: Run, _ db: Database) throws {
    // A station says new texts for years, and one parameter says few: from one parameter to the next over the index of
    // texts (the expressions stand here as the index has them), and of each the latest.
    let station = run.station.text
    var parameter = try String.fetchOne(
      db, sql: "SELECT min(\(Self.textParameter)) FROM event WHERE kind = 'textRecorded' AND \(Self.ofStation) = ?",
      arguments: [station])
    while let name = parameter {
      add(
        try LedgerReader.events(
          db,
          """
          SELECT sequence, body, hash FROM event
          WHERE kind = 'textRecorded' AND \(Self.ofStation) = ? AND \(Self.textParameter) = ? AND time < ?
          ORDER BY time DESC, sequence DESC LIMIT 1
          """, [station, name, run.startedAt.microseconds]))
      parameter = try String.fetchOne(
        db,
        sql: """
          SELECT min(\(Self.textParameter)) FROM event
          WHERE kind = 'textRecorded' AND \(Self.ofStation) = ? AND \(Self.textParameter) > ?
          """, arguments: [station, name])
    }
  }

  static let ofStation = "json_extract(CAST(body AS TEXT), '$.data.station')"
  private static let textParameter = "json_extract(CAST(body AS TEXT), '$.data.parameter')"

  /// Adds the limits that were established before the run and judged its points: the latest of each characteristic,
  /// unless a plan applied since gave the characteristic another form, which begins its chart anew.
  private mutating func addEstablishedLimits(before run: Run, _ db: Database) throws {
    let start = events.values.first { record in
      if case .runStarted(let started) = record.event { started.id == run.id } else { false }
    }
    guard let start else { return }
    var latest: [CharacteristicName: EventRecord] = [:]
    let established = try LedgerReader.events(
      db,
      """
      SELECT sequence, body, hash FROM event
      WHERE kind = 'limitsEstablished' AND \(Self.ofStation) = ? AND sequence < ? ORDER BY sequence
      """, [run.station.text, start.sequence])
    for record in established {
      if case .limitsEstablished(let limits) = record.event { latest[limits.characteristic] = record }
    }
    guard !latest.isEmpty else { return }
    let plans = try LedgerReader.events(
      db, "SELECT sequence, body, hash FROM event WHERE kind = 'planApplied' AND sequence < ? ORDER BY sequence",
      [start.sequence])
    for (name, record) in latest {
      let inForce = plans.lastIndex { $0.sequence < record.sequence } ?? plans.startIndex
      let forms = plans[inForce...].map { applied -> CharacteristicPlan? in
        guard case .planApplied(let applied) = applied.event else { return nil }
        return applied.plan.station(run.station)?.characteristics.first { $0.name == name }
      }
      if Set(forms).count <= 1,
        try Self.keptForm(of: name, at: run.station, from: record.sequence, to: run, start.sequence, db)
      {
        add([record])
      }
    }
  }

  var alarmAndGapKeys: [String] {
    ordered.compactMap { record in
      switch record.event {
      case .alarmRaised(let alarm): EventSubject.alarm(alarm.id).key
      case .gapOpened(let gap): EventSubject.gap(gap.gap).key
      default: nil
      }
    }
  }

  private var alarmsOfERP: Set<EventSubject> {
    Set(
      events.values.compactMap { record in
        guard case .alarmRaised(let alarm) = record.event, !alarm.kind.concernsProcess else { return nil }
        return .alarm(alarm.id)
      })
  }

  /// Subjects whose latest master data the record needs.
  var masterDataKeys: [(subject: String, kind: EventKind)] {
    var keys: Set<String> = []
    var found: [(String, EventKind)] = []
    func want(_ subject: EventSubject, _ kind: EventKind) {
      if keys.insert(subject.key).inserted { found.append((subject.key, kind)) }
    }
    for record in ordered {
      for subject in record.event.subjects {
        switch subject {
        case .person: want(subject, .personUpdated)
        case .material: want(subject, .materialLotUpdated)
        default: break
        }
      }
      if case .runStarted(let run) = record.event { want(.plan(run.planDigest), .planApplied) }
    }
    return found.sorted { $0.0 < $1.0 }
  }

  func evidence(
    runs: [Run], series: [RunSeries], leftOut: [LeftOutReadings] = [], throughSequence: Int64, throughHash: [UInt8]
  ) -> LotEvidence {
    var order: WorkOrder?
    var people: [PersonID: Person] = [:]
    var materials: [MaterialLotNumber: MaterialLot] = [:]
    var plans: [String: LinePlan] = [:]
    var controlPlans: [String: ControlPlan] = [:]
    for record in ordered {
      switch record.event {
      case .workOrderUpdated(let found) where found.lots.contains(lot): order = found
      case .personUpdated(let person): people[person.id] = person
      case .materialLotUpdated(let material): materials[material.number] = material
      case .planApplied(let applied): plans[applied.digest] = applied.plan
      case .controlPlanImported(let imported): controlPlans[imported.digest] = imported.plan
      default: break
      }
    }
    let plan = runs.last.flatMap { plans[$0.planDigest] }
    // What subscribers were told is between the plant and them: a record goes to one customer.
    // People stand in the evidence without their badges; a plan is an event of the lot only where it changed during a run.
    let ofERP = alarmsOfERP
    let kept = ordered.filter { record in
      switch record.event {
      case .alarmRaised, .alarmReturned, .alarmAcknowledged, .alarmClosed, .alarmShelved, .alarmUnshelved,
        .alarmEscalated, .reactionStepRecorded:
        // They stand at a station, but are not about what is made there.
        ofERP.isDisjoint(with: record.event.subjects)
      case .personUpdated: false
      case .notificationOwed, .thresholdCrossed: false
      // What the ERP is told while the lot is made stands in the record by itself; what was compared with the ERP, or
      // noted of it, says nothing of the lot.
      case .productionReported, .deliveriesCompared, .erpNoted: false
      case .planApplied: runs.contains { $0.contains(record.time) }
      default: true
      }
    }
    return LotEvidence(
      lot: lot, site: plan?.site ?? "", line: plan?.line ?? "", throughSequence: throughSequence,
      throughHash: throughHash, workOrder: order, runs: runs, plans: plans,
      people: people.values.sorted { $0.id < $1.id }, materialLots: materials.values.sorted { $0.number < $1.number },
      events: kept, series: series, controlPlans: controlPlans, leftOut: leftOut)
  }
}
