import Foundation
import GRDB
import Shopfloor

extension LedgerReader {
  /// Reads in one transaction from a ledger whose form has what questions are found by.
  func ask<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    try read { db in
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      guard version >= Self.versionWithQuestions else {
        throw LedgerError.readFailed(
          reason: "the ledger is of an earlier version (\(version)); start the daemon once, which brings it up to date")
      }
      return try body(db)
    }
  }

  /// The step of the schema that brought the indexes and views of questions.
  static let versionWithQuestions = 5

  /// What is known of a person, by the latest word.
  static func person(_ id: PersonID, _ db: Database) throws -> Person? {
    let found = try events(
      db,
      """
      SELECT sequence, body, hash FROM event WHERE kind = 'personUpdated' AND \(Schema.field("id")) = ?
      ORDER BY sequence DESC LIMIT 1
      """, [id.text])
    guard case .personUpdated(let person)? = found.first?.event else { return nil }
    return person
  }

  /// How people are called; those whom the ledger does not know are left out.
  static func names(of people: Set<PersonID>, _ db: Database) throws -> [String: String] {
    var names: [String: String] = [:]
    for id in people { names[id.text] = try person(id, db)?.name }
    return names
  }

  /// How many runs of a station may overlap in UTC after its clock was set back.
  static let overlappingRuns = 16

  /// The runs of a station that touch a stretch of time, oldest first. A station holds one run at a time, but
  /// after a step of UTC backwards runs overlap in it: of those that began before, the last few may reach into it.
  static func runs(
    at station: StationName, from: Timestamp, to: Timestamp, limit: Int, _ db: Database
  ) throws -> [RunID] {
    try String.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id FROM (
            SELECT id, started_at FROM (
              SELECT id, started_at, ended_at FROM run WHERE station = ?1 AND started_at < ?2
              ORDER BY started_at DESC LIMIT \(overlappingRuns)
            ) WHERE ended_at IS NULL OR ended_at > ?2
            UNION ALL
            SELECT * FROM (
              SELECT id, started_at FROM run WHERE station = ?1 AND started_at >= ?2 AND started_at < ?3
              ORDER BY started_at LIMIT ?4
            )
          ) ORDER BY started_at LIMIT ?4
          """), arguments: [station.text, from.microseconds, to.microseconds, limit]
    ).map { try RunID($0) }
  }

  /// The sequences between which every event of a stretch of time lies; nil where none lies in it. Clocks step: not every
  /// event between them lies in the stretch. A long stretch is not counted out: its bounds are those of the ledger.
  static func sequences(from: Timestamp, to: Timestamp, _ db: Database) throws -> ClosedRange<Int64>? {
    guard from <= to else { return nil }
    let length = to.microseconds.subtractingReportingOverflow(from.microseconds)
    guard !length.overflow, length.partialValue <= longestCountedStretch else { return 1...Int64.max }
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT min(sequence) AS low, max(sequence) AS high FROM event WHERE time >= ? AND time < ?"),
      arguments: [from.microseconds, to.microseconds])
    guard let low: Int64 = row?["low"], let high: Int64 = row?["high"] else { return nil }
    return low...high
  }

  /// In microseconds: 31 days.
  private static let longestCountedStretch: Int64 = 31 * 86_400_000_000

  /// The latest event of some kinds about a subject.
  static func latest(_ kinds: [EventKind], about subject: EventSubject, _ db: Database) throws -> EventRecord? {
    let names = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try events(
      db,
      """
      SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
      WHERE s.subject = ? AND e.kind IN (\(names)) ORDER BY s.sequence DESC LIMIT 1
      """, [subject.key]
    ).first
  }
}
