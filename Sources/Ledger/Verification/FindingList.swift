import GRDB
import Shopfloor

/// The findings of a verification, as they come.
struct FindingList {
  /// Findings that are kept; more are counted.
  static let maximumFindings = 1_000

  private(set) var found: [LedgerFinding] = []
  private(set) var omitted = 0

  mutating func add(_ finding: LedgerFinding) {
    if found.count < Self.maximumFindings { found.append(finding) } else { omitted += 1 }
  }

  mutating func add(_ place: LedgerDamageFound.Place, _ first: Int64, _ english: String, _ chinese: String) {
    add(LedgerFinding(place, first, nil, Words(english, chinese)))
  }

  mutating func add(_ place: LedgerDamageFound.Place, _ english: String, _ chinese: String) {
    add(place, 0, english, chinese)
  }

  /// Whether an event in the stretch was found damaged.
  func hasDamagedEvent(from: Int64 = 0, through: Int64 = .max) -> Bool {
    omitted > 0 || found.contains { $0.place == .event && $0.last >= from && $0.first <= through }
  }

  /// In the order of the ledger, with what was set aside before marked.
  func ordered(_ quarantined: [QuarantinedStretch]) -> [LedgerFinding] {
    let order: [LedgerDamageFound.Place] = [.event, .readings, .segment, .record, .outbox, .state, .index]
    let marked = found.map { finding in
      var finding = finding
      finding.isQuarantined = quarantined.contains {
        $0.place.rawValue == finding.place.rawValue && $0.first <= finding.first && $0.last >= finding.last
      }
      return finding
    }
    func key(_ finding: LedgerFinding) -> (Int, Int64) {
      (order.firstIndex(of: finding.place) ?? order.count, finding.first)
    }
    // Stable: findings of one place stay in the order they were made in.
    return marked.enumerated().sorted { left, right in
      let (leftKey, rightKey) = (key(left.element), key(right.element))
      return leftKey == rightKey ? left.offset < right.offset : leftKey < rightKey
    }.map(\.element)
  }
}

/// Whom damage concerns.
enum Concerned {
  /// Runs, and lots of a run, that are named of one finding.
  static let maximum = 100

  /// The runs that were on a station in a stretch of time, and their lots.
  static func between(_ from: Int64, _ until: Int64, _ db: Database) throws -> (lots: [LotNumber], runs: [RunID]) {
    let runs = try String.fetchAll(
      db,
      sql: "SELECT id FROM run WHERE started_at <= ? AND coalesce(ended_at, ?) >= ? ORDER BY started_at LIMIT ?",
      arguments: [until, Int64.max, from, maximum])
    var lots: Set<LotNumber> = []
    for run in runs {
      // A run whose start cannot be read names no lots; its damage is a finding of its own.
      let started = try? LedgerReader.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = 'runStarted' LIMIT 1
        """, ["run:\(run)"])
      // An event that cannot be read is told of in its own place.
      if case .runStarted(let run)? = started?.first?.event { lots.formUnion(run.lots) }
    }
    // An identifier that is none is told of where the table of runs is compared.
    return (lots.sorted(), runs.compactMap { try? RunID($0) })
  }
}
