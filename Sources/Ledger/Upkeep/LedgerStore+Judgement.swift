import GRDB
import Shopfloor

extension LedgerStore {
  /// What keeps readings: after one of these a removal is judged again.
  static let keepingKinds: [EventKind] = [.lotHeld, .runStarted, .alarmRaised, .ledgerDamageFound]

  /// Called by the owner thread before it carries out upkeep, which may have been judged while events were on their way.
  ///
  /// - Throws: `overtaken` where an event since the judgement keeps readings: a hold always wins.
  public func checkJudgement(of work: [LedgerUpkeep]) throws(LedgerError) {
    let judged = work.compactMap { work -> Int64? in
      if case .retireSegment(_, let sequence) = work { sequence } else { nil }
    }.min()
    guard let judged else { return }
    let kinds = Self.keepingKinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    let since = try reader.read { db in
      try Int64.fetchOne(
        db, sql: "SELECT min(sequence) FROM event WHERE sequence > ? AND kind IN (\(kinds))", arguments: [judged])
    }
    if let since { throw .overtaken(sequence: since) }
  }
}
