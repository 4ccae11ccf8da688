import Devices
public import Shopfloor

/// Makes a backup a day and keeps the newest ones; the ledger tells of each.
///
/// What was made last is found in the folder itself, so that nothing is remembered. The backup is made on a thread of its
/// own: the other duties do not wait for it.
public struct BackupDuty: LedgerDuty {
  public let name = "backup"
  private let backup: LedgerBackup
  private let schedule: BackupSchedule
  private let keep: Int
  private var job: KeepingJob<BackupManifest>?

  /// How often a running backup, and the clock, are looked at, in microseconds.
  static let lookMicroseconds: Int64 = 1_000_000
  static let pauseMicroseconds: Int64 = 30_000_000

  /// - Parameter keep: how many backups stay in the folder.
  public init(_ backup: LedgerBackup, schedule: BackupSchedule, keep: Int) {
    self.backup = backup
    self.schedule = schedule
    self.keep = keep
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    if let job {
      guard let outcome = job.outcome else { return .microseconds(Self.lookMicroseconds) }
      self.job = nil
      try tell(try outcome.get(), context)
      return .microseconds(Self.pauseMicroseconds)
    }
    let ledger = try context.reader.standing()
    let now = context.now.utc
    // One from the future was made under a wrong clock: those before it say when the next one is due.
    let last = BackupManifest.all(in: backup.folder).last {
      $0.standing.firstEventSHA256 == ledger.firstEventSHA256 && $0.madeAt <= now
    }
    guard schedule.isDue(at: now, last: last?.madeAt) else { return .microseconds(Self.pauseMicroseconds) }
    let backup = self.backup
    job = KeepingJob(named: "lotwire.backup") { try backup.make(at: now) }
    return .microseconds(Self.lookMicroseconds)
  }

  private func tell(_ manifest: BackupManifest, _ context: DutyContext) throws {
    _ = try context.write([], [.ledgerCopied(manifest.copied)])
    _ = try backup.prune(keeping: keep, of: manifest.standing, at: context.now.utc)
  }
}

extension BackupManifest {
  /// What the ledger tells of this backup.
  public var copied: LedgerCopied {
    LedgerCopied(
      purpose: .backup, name: file, throughSequence: standing.throughSequence, throughBatch: standing.throughBatch,
      bytes: bytes, digestSHA256: sha256)
  }
}
