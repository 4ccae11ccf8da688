import Ledger
import Shopfloor

/// Gives connectors the ledger's newest signed checkpoint, to be kept in the ERP beside a record.
struct CheckpointSource: Sendable {
  let ledger: LedgerAccess

  /// A record is delivered at once, and its checkpoint comes a moment later: so long is waited for one that covers it.
  static let looks = 20
  static let pauseBetweenLooks = Duration.milliseconds(250)

  /// The newest there is where none comes in time; nil: the ledger has none yet.
  func latest() async throws -> [UInt8]? {
    for look in 1...Self.looks {
      guard let checkpoint = try await ledger.read({ try $0.latestCheckpoint() }) else {
        if look < Self.looks { try await Task.sleep(for: Self.pauseBetweenLooks) }
        continue
      }
      if checkpoint.coversSealedRecords || look == Self.looks { return Array(checkpoint.note.utf8) }
      try await Task.sleep(for: Self.pauseBetweenLooks)
    }
    return nil
  }
}
