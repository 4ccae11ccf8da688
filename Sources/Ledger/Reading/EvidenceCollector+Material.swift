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
      let subject = EventSubject.material(material)
      for kind in [EventKind.materialReceived, .materialDisposed, .materialConflict] {
        add(try Self.events(of: kind, about: subject, db))
      }
      add(try Self.events(of: .stepUndone, about: subject, db).filter(Self.isOfReceipt))
      // Of the steps that others stood by, those of this lot's runs are here already.
      add(try Self.events(of: .stepWitnessed, about: subject, db).filter(Self.isOfNoRun))
    }
    let orders = ordered.flatMap { record -> [WorkOrderNumber] in
      if case .runStarted(let run) = record.event, run.lots.contains(lot) { run.workOrders } else { [] }
    }
    for order in Set(orders).sorted() {
      for kind in [EventKind.materialPicked, .materialUnpicked, .stepUndone] {
        add(try Self.events(of: kind, about: .order(order), db))
      }
    }
  }

  /// Adds the last clearance of the station before the run, with who stood by.
  mutating func addClearance(before run: Run, _ db: Database) throws {
    let cleared = try LedgerReader.events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind = ? AND e.time <= ? ORDER BY e.sequence DESC LIMIT 1
      """,
      [EventSubject.station(run.station).key, EventKind.lineCleared.rawValue, run.startedAt.microseconds])
    add(cleared)
    guard let time = cleared.first?.time else { return }
    add(
      try LedgerReader.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? AND e.time = ?
        """,
        [EventSubject.station(run.station).key, EventKind.stepWitnessed.rawValue, time.microseconds]))
  }

  private static func events(of kind: EventKind, about subject: EventSubject, _ db: Database) throws -> [EventRecord] {
    try LedgerReader.events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind = ?
      """, [subject.key, kind.rawValue])
  }

  private static func isOfReceipt(_ record: EventRecord) -> Bool {
    if case .stepUndone(let undone) = record.event, case .received = undone.step { true } else { false }
  }

  private static func isOfNoRun(_ record: EventRecord) -> Bool {
    if case .stepWitnessed(let step) = record.event { step.run == nil } else { false }
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
