import GRDB
import Shopfloor

/// Tables of current state, moved by each event in its own transaction.
enum Projections {
  static func apply(_ event: Event, sequence: Int64, at time: Timestamp, into db: Database) throws {
    switch event {
    case .materialConsumed(let use): try noteUse(in: use.run, sequence, into: db)
    case .stepUndone(let undone):
      if case .consumed(let use) = undone.step { try noteUse(in: use.run, sequence, into: db) }
    case .workOrderUpdated(let order):
      for lot in order.lots {
        try run(db, "INSERT INTO lot (number) VALUES (?) ON CONFLICT DO NOTHING", [lot.text])
      }
    case .lotCompleted(let done):
      try run(db, "UPDATE lot SET completed_at = ? WHERE number = ?", [done.at.microseconds, done.lot.text])
    case .recordSealed(let notice):
      try run(db, "UPDATE lot SET sealed_revision = ? WHERE number = ?", [notice.revision, notice.lot.text])
    case .runStarted(let started):
      try run(
        db, "INSERT INTO run (id, station, started_at) VALUES (?, ?, ?)",
        [started.id.text, started.station.text, started.startedAt.microseconds])
    case .runEnded(let end):
      try run(db, "UPDATE run SET ended_at = ? WHERE id = ?", [end.at.microseconds, end.run.text])
    case .gapOpened(let gap):
      try run(
        db, "INSERT INTO gap (id, station, since, open_parameters) VALUES (?, ?, ?, ?)",
        [gap.gap.text, gap.station.text, gap.since.microseconds, gap.parameters.count])
    case .gapClosed(let gap):
      try run(
        db,
        """
        UPDATE gap SET open_parameters = open_parameters - ?1,
          until = CASE WHEN open_parameters <= ?1 THEN ?2 ELSE until END WHERE id = ?3
        """, [gap.parameters.count, gap.until.microseconds, gap.gap.text])
    case .alarmRaised(let alarm):
      try run(
        db, "INSERT INTO alarm (id, station, raised_at) VALUES (?, ?, ?)",
        [alarm.id.text, alarm.station.text, alarm.raisedAt.microseconds])
    case .alarmReturned(let returned):
      try run(
        db, "UPDATE alarm SET returned_at = ? WHERE id = ?", [returned.at.microseconds, returned.alarm.text])
    case .alarmClosed(let closed):
      try run(db, "UPDATE alarm SET closed_at = ? WHERE id = ?", [closed.at.microseconds, closed.alarm.text])
    case .ledgerDamageFound(let damage):
      // What was set aside when it was found stands there already.
      if let place = QuarantinedStretch.Place(rawValue: damage.place.rawValue) {
        try run(
          db,
          """
          INSERT INTO quarantine (place, first, last, reason, found_at)
          SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
            (SELECT 1 FROM quarantine WHERE place = ?1 AND first = ?2 AND last = ?3)
          """, [place.rawValue, damage.first, damage.last, damage.reason, time.microseconds])
      }
    default: break
    }
  }

  private static func noteUse(in run: RunID, _ sequence: Int64, into db: Database) throws {
    try Self.run(db, "INSERT INTO run_material (run, sequence) VALUES (?, ?)", [run.text, sequence])
  }

  private static func run(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
