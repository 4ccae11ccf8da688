import GRDB
public import Shopfloor

/// Where the material of a lot came from, and whether the line was cleared for it.
extension EvidenceCollector {
  /// Adds the receipts, dispositions and contradictions of the consumed material, what was picked for the work order, and
  /// who stood by. A lot of screws goes into thousands of runs: the other runs' consumption stays out.
  mutating func addMaterialHistory(_ db: Database) throws {
    let uses = ordered.compactMap { record -> MaterialConsumed? in
      if case .materialConsumed(let use) = record.event { use } else { nil }
    }
    for material in Set(uses.map(\.materialLot)).sorted() {
      let found = try Self.events(
        of: [.materialReceived, .materialDisposed, .materialConflict, .stepUndone, .stepWitnessed, .deliveryDecided],
        about: .material(material), db)
      add(found.filter(Self.isOfTheMaterial))
    }
    let orders = ordered.flatMap { record -> [WorkOrderNumber] in
      if case .runStarted(let run) = record.event, run.lots.contains(lot) { run.workOrders } else { [] }
    }
    for order in Set(orders).sorted() {
      add(try Self.events(of: [.materialPicked, .materialUnpicked, .stepUndone], about: .order(order), db))
    }
  }

  /// Adds the last clearance of the station before the run, with who stood by, where the run's plan asks for one.
  mutating func addClearance(before run: Run, _ db: Database) throws {
    let plans = try Self.events(of: [.planApplied], about: .plan(run.planDigest), db)
    guard case .planApplied(let applied)? = plans.last?.event,
      applied.plan.station(run.station)?.lineClearance == true
    else { return }
    let cleared = try LedgerReader.events(
      db,
      """
      SELECT sequence, body, hash FROM event
      WHERE kind = 'lineCleared' AND \(Self.ofStation) = ? AND time <= ? ORDER BY time DESC, sequence DESC LIMIT 1
      """, [run.station.text, run.startedAt.microseconds])
    add(cleared)
    guard let time = cleared.first?.time else { return }
    add(
      try LedgerReader.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? AND e.time = ?
          AND s.sequence BETWEEN (SELECT min(sequence) FROM event WHERE time = ?3)
            AND (SELECT max(sequence) FROM event WHERE time = ?3)
        """,
        [EventSubject.station(run.station).key, EventKind.stepWitnessed.rawValue, time.microseconds]))
  }

  static func events(of kinds: [EventKind], about subject: EventSubject, _ db: Database) throws
    -> [EventRecord]
  {
    let names = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try LedgerReader.events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind IN (\(names))
      """, [subject.key])
  }

  /// Of the steps that were taken back or that others stood by, those of this lot's runs are here already.
  private static func isOfTheMaterial(_ record: EventRecord) -> Bool {
    switch record.event {
    case .stepUndone(let undone): if case .received = undone.step { true } else { false }
    case .stepWitnessed(let step): step.run == nil
    default: true
    }
  }
}

extension LedgerReader {
  /// The lots with a sealed record whose runs consumed the material.
  public func sealedLots(using material: MaterialLotNumber) throws(LedgerError) -> [LotNumber] {
    try read { db in
      let uses = try Self.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ?
        """, [EventSubject.material(material).key, EventKind.materialConsumed.rawValue])
      let runs = Set(
        uses.compactMap { record -> String? in
          if case .materialConsumed(let use) = record.event { EventSubject.run(use.run).key } else { nil }
        })
      let started = try runs.sorted().flatMap { run in
        try Self.events(
          db,
          """
          SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
          WHERE s.subject = ? AND e.kind = ?
          """, [run, EventKind.runStarted.rawValue])
      }
      let lots = started.flatMap { record -> [LotNumber] in
        if case .runStarted(let run) = record.event { run.lots } else { [] }
      }
      return try Set(lots).sorted().filter { lot in
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM record WHERE lot = ?)", arguments: [lot.text]) ?? false
      }
    }
  }
}
