import Devices
import Foundation
import GRDB
public import Shopfloor

extension LedgerReader {
  /// Everything that concerns a lot, read in one transaction.
  ///
  /// - Returns: nil where no event ever named the lot.
  public func evidence(of lot: LotNumber) throws(LedgerError) -> LotEvidence? {
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
      let series = try started.flatMap { try Self.series(of: collector.ended($0), db) }
      let last = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1")
      return collector.evidence(
        runs: runs, series: series, throughSequence: last?["sequence"] ?? 0,
        throughHash: (last?["hash"] as Data?).map { [UInt8]($0) } ?? EventChain.genesis)
    }
  }

  /// The readings that belong to a run by their own time, per parameter of its station.
  static func series(of run: Run, _ db: Database) throws -> [RunSeries] {
    let devices = try devices(db)
    let registered = try parameters(db).filter { $0.station == run.station }
    var readings: [ParameterIndex: [Reading]] = [:]
    for parameter in registered { readings[parameter.index] = [] }
    let start = run.startedAt.microseconds
    let end = run.endedAt?.microseconds ?? Int64.max / 2
    // Readings near their commit are found by its time; the others have an index of their own.
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT id, body FROM commit_group WHERE id IN (
          SELECT id FROM commit_group WHERE body IS NOT NULL AND time BETWEEN ? AND ?
          UNION
          SELECT id FROM commit_group WHERE out_of_window = 1 AND first_reading < ? AND last_reading >= ?
        ) ORDER BY id
        """,
      arguments: [start - bindingWindowMicroseconds, end + bindingWindowMicroseconds, end, start])
    while let row = try rows.next() {
      for batch in try batches(row, devices) {
        for reading in batch.readings where run.contains(reading.time) {
          readings[reading.parameter]?.append(reading)
        }
      }
    }
    return registered.compactMap { parameter in
      guard let found = readings[parameter.index], !found.isEmpty else { return nil }
      // Stable: equal times keep the order of arrival.
      let ordered = found.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      return RunSeries(run: run.id, parameter: parameter, readings: ordered.map(\.element))
    }
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
    for subject in [EventSubject.station(run.station).key, EventSubject.recorder.key] {
      add(
        try LedgerReader.events(
          db,
          """
          SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.time BETWEEN ? AND ?
          """, [subject, start, end]))
    }
    let gaps = try String.fetchAll(
      db, sql: "SELECT id FROM gap WHERE station = ? AND since < ? AND coalesce(until, ?) > ?",
      arguments: [run.station.text, end, Int64.max, start])
    let alarms = try String.fetchAll(
      db, sql: "SELECT id FROM alarm WHERE station = ? AND raised_at < ? AND coalesce(returned_at, ?) > ?",
      arguments: [run.station.text, end, Int64.max, start])
    add(try LedgerReader.events(db, about: gaps.map { "gap:\($0)" } + alarms.map { "alarm:\($0)" }))
    try addEstablishedLimits(before: run, db)
    try addTexts(before: run, db)
    try addClearance(before: run, db)
  }

  /// Adds what the text points of the station said last before the run.
  private mutating func addTexts(before run: Run, _ db: Database) throws {
    // A station says new texts for years: only those that are wanted are decoded. The bytes of an event are JSON text.
    add(
      try LedgerReader.events(
        db,
        """
        SELECT sequence, body, hash FROM event WHERE sequence IN (
          SELECT max(e.sequence) FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = ? AND e.time < ?
          GROUP BY json_extract(CAST(e.body AS TEXT), '$.data.parameter')
        ) ORDER BY sequence
        """, [EventSubject.station(run.station).key, EventKind.textRecorded.rawValue, run.startedAt.microseconds]))
  }

  /// Adds the limits that were established before the run and judged its points: the latest of each characteristic,
  /// unless a plan applied since gave the characteristic another form, which begins its chart anew.
  private mutating func addEstablishedLimits(before run: Run, _ db: Database) throws {
    let start = events.values.first { record in
      if case .runStarted(let started) = record.event { started.id == run.id } else { false }
    }
    guard let start else { return }
    func earlier(_ kind: EventKind, about subject: EventSubject) throws -> [EventRecord] {
      try LedgerReader.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? AND e.sequence < ? ORDER BY e.sequence
        """, [subject.key, kind.rawValue, start.sequence])
    }
    var latest: [CharacteristicName: EventRecord] = [:]
    for record in try earlier(.limitsEstablished, about: .station(run.station)) {
      if case .limitsEstablished(let limits) = record.event { latest[limits.characteristic] = record }
    }
    guard !latest.isEmpty else { return }
    let plans = try earlier(.planApplied, about: .recorder)
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
    runs: [Run], series: [RunSeries], throughSequence: Int64, throughHash: [UInt8]
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
    let kept = ordered.filter { record in
      switch record.event {
      case .personUpdated: false
      case .notificationOwed, .thresholdCrossed: false
      case .planApplied: runs.contains { $0.contains(record.time) }
      default: true
      }
    }
    return LotEvidence(
      lot: lot, site: plan?.site ?? "", line: plan?.line ?? "", throughSequence: throughSequence,
      throughHash: throughHash, workOrder: order, runs: runs, plans: plans,
      people: people.values.sorted { $0.id < $1.id }, materialLots: materials.values.sorted { $0.number < $1.number },
      events: kept, series: series, controlPlans: controlPlans)
  }
}
