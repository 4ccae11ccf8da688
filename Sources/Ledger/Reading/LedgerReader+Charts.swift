import GRDB
public import Shopfloor

extension LedgerReader {
  /// Every event of every control plan, oldest first.
  public func controlPlanEvents() throws(LedgerError) -> [EventRecord] {
    try read { db in
      // Keys of control plans stand together: the character after ":" ends them.
      try Self.events(
        db,
        """
        SELECT DISTINCT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject >= 'control-plan:' AND s.subject < 'control-plan;' ORDER BY e.sequence
        """, [])
    }
  }

  /// What moved the charts of a station, oldest first: its runs that touch the stretch, with their cycles, values,
  /// measurements, subgroups and alarms; stages, blocked rules and plans; restarts of the recorder.
  ///
  /// - Parameter maximumRuns: the latest so many runs of the stretch; `isCut` says that there were more.
  public func chartHistory(
    of station: StationName, from: Timestamp, to: Timestamp, maximumRuns: Int
  ) throws(LedgerError) -> (events: [EventRecord], isCut: Bool) {
    try read { db in
      let runs = try Row.fetchAll(
        db,
        sql: """
          SELECT id, started_at FROM run WHERE station = ? AND started_at <= ? AND coalesce(ended_at, ?) >= ?
          ORDER BY started_at DESC LIMIT ?
          """, arguments: [station.text, to.microseconds, Int64.max, from.microseconds, maximumRuns + 1])
      let kept = runs.prefix(maximumRuns)
      let isCut = runs.count > maximumRuns
      // People measure where no run is, too: only what lies before the first run of a cut history is left out.
      let start: Int64 = isCut ? kept.last?["started_at"] ?? from.microseconds : from.microseconds
      var found: [Int64: EventRecord] = [:]
      func add(_ records: [EventRecord]) { for record in records { found[record.sequence] = record } }
      for run in kept {
        let id: String = run["id"]
        add(try Self.chartEvents(db, of: "run:\(id)", from: Int64.min, to: Int64.max))
      }
      let orders = Set(
        found.values.flatMap { record -> [WorkOrderNumber] in
          if case .runStarted(let run) = record.event { run.workOrders } else { [] }
        })
      for order in orders.sorted() {
        add(
          try Self.events(
            db,
            """
            SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
            WHERE s.subject = ? AND e.kind = 'workOrderUpdated'
            """, [EventSubject.order(order).key]))
      }
      for subject in [EventSubject.station(station).key, EventSubject.recorder.key] {
        add(try Self.chartEvents(db, of: subject, from: start, to: to.microseconds))
      }
      let prefix = EventSubject.characteristic(station, "x").key.dropLast()
      add(
        try Self.events(
          db,
          """
          SELECT DISTINCT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject >= ? AND s.subject < ? AND e.time BETWEEN ? AND ?
          """, [String(prefix), String(prefix.dropLast()) + "0", start, to.microseconds]))
      let alarms = found.values.compactMap { record -> String? in
        if case .alarmRaised(let alarm) = record.event { EventSubject.alarm(alarm.id).key } else { nil }
      }
      for alarm in alarms.sorted() { add(try Self.events(db, about: [alarm])) }
      return (found.values.sorted { $0.sequence < $1.sequence }, isCut)
    }
  }

  /// The plans that hold for a station at the first of these events: its configuration, and the control plans in the
  /// ledger by digest.
  public func plansBefore(_ sequence: Int64) throws(LedgerError) -> (
    line: LinePlan?, controlPlans: [String: ControlPlan]
  ) {
    let line = try read { db in
      try Self.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = 'recorder' AND e.kind = 'planApplied' AND e.sequence < ? ORDER BY e.sequence DESC LIMIT 1
        """, [sequence])
    }
    var documents: [String: ControlPlan] = [:]
    for record in try controlPlanEvents() {
      if case .controlPlanImported(let imported) = record.event { documents[imported.digest] = imported.plan }
    }
    guard case .planApplied(let applied)? = line.first?.event else { return (nil, documents) }
    return (applied.plan, documents)
  }

  /// What raised an alarm and what became of it, oldest first.
  public func alarmEvents(_ alarm: AlarmID) throws(LedgerError) -> [EventRecord] {
    try read { db in try Self.events(db, about: [EventSubject.alarm(alarm).key]) }
  }

  private static func chartEvents(_ db: Database, of subject: String, from: Int64, to: Int64) throws -> [EventRecord] {
    try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.time BETWEEN ? AND ? AND e.kind IN (
        'runStarted', 'runEnded', 'cycleEnded', 'characteristicTaken', 'measurementTaken', 'subgroupCharted',
        'limitsEstablished', 'alarmRaised', 'planApplied', 'recordingStarted', 'clockStepped')
      """, [subject, from, to])
  }
}
