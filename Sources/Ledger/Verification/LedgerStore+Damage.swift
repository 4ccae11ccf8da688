import Devices
import GRDB
public import Shopfloor

extension LedgerStore {
  /// Sets aside what a verification found, and writes an event of each finding. Nothing is changed or made anew.
  ///
  /// The events take the clocks of the last commit: a restart that judges that commit again finds nothing due in it.
  ///
  /// - Parameter foundAt: when it was found; stands in the reason.
  /// - Returns: how many findings were new.
  public func setAside(_ findings: [LedgerFinding], foundAt: Timestamp) throws(LedgerError) -> Int {
    let new = findings.filter { !$0.isQuarantined }
    guard !new.isEmpty else { return 0 }
    let row = try reader.read { db in
      try Row.fetchOne(db, sql: "SELECT time, monotonic FROM commit_group ORDER BY id DESC LIMIT 1").map {
        (try $0.integer("time"), try $0.integer("monotonic"))
      }
    }
    var group = CommitGroup(
      clock: ClockReading(
        utc: Timestamp(microseconds: row?.0 ?? foundAt.microseconds), monotonicMicroseconds: row?.1 ?? 0))
    group.events = new.map { finding in
      var fact = finding.fact
      fact.reason += " (found at \(foundAt))"
      return .init(.ledgerDamageFound(fact), actor: "ledger verify")
    }
    _ = try commit(group)
    return new.count
  }
}
