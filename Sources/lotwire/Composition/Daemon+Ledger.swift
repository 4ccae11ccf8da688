import BatchRecord
import Ledger

extension Daemon {
  /// What keeps the ledger in order beside the recording, in the order of its turns.
  static func duties(of plant: PlantConfiguration) throws -> @Sendable () -> [any LedgerDuty] {
    let key = try SigningKey.loadOrCreate(at: plant.keyPath)
    return {
      [
        PackingDuty(),
        CheckpointDuty(site: plant.site, line: plant.line, ledgerPath: plant.ledgerPath) { text in
          LedgerSignature(
            keyID: key.keyID, publicKey: key.verifyingKey.bytes, signature: try key.signature(ofCheckpoint: text))
        },
      ]
    }
  }
}
