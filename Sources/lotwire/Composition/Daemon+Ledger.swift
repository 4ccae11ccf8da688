import BatchRecord
import Ledger

extension Daemon {
  /// What keeps the ledger in order beside the recording, in the order of its turns.
  static func duties(of plant: PlantConfiguration) throws -> @Sendable () -> [any LedgerDuty] {
    { [] }
  }
}
