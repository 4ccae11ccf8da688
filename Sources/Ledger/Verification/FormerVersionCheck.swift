import GRDB
import Shopfloor

/// Verifies a file of a former version as it is: its chains, its records and SQLite's own structure.
///
/// It holds no packed readings and no digests of columns; nothing is brought up to date for the look at it.
enum FormerVersionCheck {
  /// - Returns: where the file ends.
  static func run(_ reader: LedgerReader, _ findings: inout FindingList) throws(LedgerError) -> LedgerStanding {
    do throws(LedgerError) {
      for damage in try ChainCheck.run(reader, head: nil, isWhole: true).damage {
        findings.add(
          LedgerFinding(
            damage.place, damage.first, damage.last, Words(damage.reason, "内容与保存的哈希不符：\(damage.reason)"),
            from: damage.from?.microseconds, until: damage.until?.microseconds, lots: damage.lots, runs: damage.runs))
      }
    } catch .chainBroken(let sequence, let reason) {
      findings.add(.event, sequence, reason, "内容与保存的哈希不符：\(reason)")
    }
    var found = findings
    try reader.read { db in
      try StructureCheck.integrity(db, &found)
      let rows = try Row.fetchCursor(
        db, sql: "SELECT sequence, body, hash FROM event WHERE kind = 'recordSealed' ORDER BY sequence")
      while let row = try rows.next() {
        let record = try EventChain.record(
          sequence: row.integer("sequence"), bytes: row.bytes("body"), hash: row.bytes("hash"))
        if case .recordSealed(let notice) = record.event { try OwedCheck.document(notice, record, db, &found) }
      }
    }
    findings = found
    return try reader.standing()
  }
}
