import Devices
public import Shopfloor

/// Makes a backup a day and keeps the newest ones; the ledger tells of each.
///
/// What was made last is found in the folder itself, so that nothing is remembered. Whatever touches the folder is done on
/// a thread of its own: the other duties do not wait for it, and a folder that does not answer is a problem in the status.
public struct BackupDuty: LedgerDuty {
  private enum Piece: Sendable {
    /// When the last backup was made.
    case last(Timestamp?)
    case made(BackupManifest)
  }

  public let name = "backup"
  private let backup: LedgerBackup
  private let schedule: BackupSchedule
  private let keep: Int
  private var job: KeepingJob<Piece>?
  private var watch = KeepingWatch()

  /// How often a running backup, and the clock, are looked at, in microseconds.
  static let lookMicroseconds: Int64 = 1_000_000
  static let pauseMicroseconds: Int64 = 30_000_000
  /// How long a turn waits for the look into the folder, in milliseconds.
  static let patienceMilliseconds = 50
  /// A medium that is slower than this is taken for one that hangs, in bytes a second over writing and reading back.
  static let slowestBytesPerSecond: Int64 = 1 << 20

  /// - Parameter keep: how many backups stay in the folder.
  public init(_ backup: LedgerBackup, schedule: BackupSchedule, keep: Int) {
    self.backup = backup
    self.schedule = schedule
    self.keep = keep
  }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    let job = try self.job ?? look(context)
    self.job = job
    guard let outcome = job.outcome(waitingMilliseconds: Self.patienceMilliseconds) else {
      try watch.check(backup.folder, at: context.now)
      return .microseconds(Self.lookMicroseconds)
    }
    self.job = nil
    switch try outcome.get() {
    case .last(let last):
      guard schedule.isDue(at: context.now.utc, last: last) else { break }
      self.job = make(context)
      return .microseconds(Self.lookMicroseconds)
    case .made(let manifest): _ = try context.write([], [.ledgerCopied(manifest.copied)])
    }
    return .microseconds(Self.pauseMicroseconds)
  }

  private mutating func look(_ context: DutyContext) throws -> KeepingJob<Piece> {
    watch = KeepingWatch(since: context.now)
    let ledger = try context.reader.standing()
    let folder = backup.folder
    let now = context.now.utc
    // One from the future was made under a wrong clock: those before it say when the next one is due.
    return KeepingJob(named: "lotwire.backup") {
      .last(
        BackupManifest.all(in: folder).last {
          $0.standing.firstEventSHA256 == ledger.firstEventSHA256 && $0.madeAt <= now
        }?.madeAt)
    }
  }

  private mutating func make(_ context: DutyContext) -> KeepingJob<Piece> {
    let bytes = KeptFile.size(of: backup.ledgerPath)
    watch = KeepingWatch(since: context.now, extraMicroseconds: bytes / Self.slowestBytesPerSecond * 1_000_000)
    let (backup, keep, now) = (self.backup, self.keep, context.now.utc)
    return KeepingJob(named: "lotwire.backup") {
      let manifest = try backup.make(at: now)
      _ = try backup.prune(keeping: keep, of: manifest.standing, at: now)
      return .made(manifest)
    }
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
