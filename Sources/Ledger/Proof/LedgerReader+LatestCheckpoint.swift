import GRDB
import Shopfloor

/// The newest signed checkpoint, to be kept where the ledger is not.
public struct LatestCheckpoint: Hashable, Sendable {
  /// The signed note, as C2SP tlog-checkpoint writes it.
  public var note: String
  public var treeSize: Int64
  /// Whether every record that is sealed so far lies in its tree.
  public var coversSealedRecords: Bool
}

extension LedgerReader {
  /// Nil where the ledger has no checkpoint yet.
  public func latestCheckpoint() throws(LedgerError) -> LatestCheckpoint? {
    try read { db in
      func last(_ kind: String) throws -> EventRecord? {
        try Self.events(
          db, "SELECT sequence, body, hash FROM event WHERE kind = '\(kind)' ORDER BY sequence DESC LIMIT 1", []
        ).first
      }
      guard case .ledgerCheckpointed(let checkpoint)? = try last("ledgerCheckpointed")?.event else { return nil }
      let sealed = try last("recordSealed")?.sequence ?? 0
      return LatestCheckpoint(
        note: checkpoint.note, treeSize: checkpoint.treeSize, coversSealedRecords: checkpoint.treeSize >= sealed)
    }
  }
}
