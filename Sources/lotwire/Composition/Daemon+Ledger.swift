import BatchRecord
import Ledger

extension Daemon {
  /// What keeps the ledger in order beside the recording, in the order of its turns.
  static func duties(of plant: PlantConfiguration, notes: DutyNotes) throws -> @Sendable () -> [any LedgerDuty] {
    let key = try SigningKey.loadOrCreate(at: plant.keyPath)
    let keeping = plant.keeping
    return {
      var duties: [any LedgerDuty] = [NoticeDuty(KeptNotices(ledgerPath: plant.ledgerPath))]
      if keeping.packsReadings { duties.append(PackingDuty()) }
      duties.append(
        CheckpointDuty(
          site: plant.site, line: plant.line, ledgerPath: plant.ledgerPath,
          intervalMicroseconds: keeping.checkpointMicroseconds
        ) { text in
          LedgerSignature(
            keyID: key.keyID, publicKey: key.verifyingKey.bytes, signature: try key.signature(ofCheckpoint: text))
        })
      if let copy = keeping.copy {
        duties.append(
          CopyDuty(
            ledgerPath: plant.ledgerPath, folder: copy.folder, intervalMicroseconds: copy.intervalMicroseconds
          ) { state in notes.set(Self.words(state), for: "copy") })
      }
      if let backup = keeping.backup {
        duties.append(
          BackupDuty(
            LedgerBackup(ledgerPath: plant.ledgerPath, folder: backup.folder, programVersion: lotwireVersion),
            schedule: backup.schedule, keep: backup.keep))
      }
      if let retention = keeping.retention { duties.append(RetentionDuty(rules: retention)) }
      return duties
    }
  }

  private static func words(_ state: CopyState) -> String {
    if state.problem != nil { return "stands still" }
    let seconds = (Double(state.behindMicroseconds) / 1_000_000).rounded()
    return state.behindCommits == 0
      ? "up to date" : "\(state.behindCommits) commits behind, \(Int(seconds)) s of recording"
  }
}
