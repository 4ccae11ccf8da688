import Ledger

/// How the ledger is kept: backups, the continuous copy, packing, checkpoints, retention.
struct KeepingConfiguration: Hashable, Sendable {
  struct Backup: Hashable, Sendable {
    var folder: String
    var schedule: BackupSchedule
    /// How many stay in the folder.
    var keep: Int
  }

  struct Copy: Hashable, Sendable {
    var folder: String
    var intervalMicroseconds: Int64
  }

  /// Nil: none is made.
  var backup: Backup?
  var copy: Copy?
  /// Nil: readings are kept for ever.
  var retention: RetentionRules?
  var packsReadings = true
  /// How often a checkpoint is signed where nothing else calls for one, in microseconds.
  var checkpointMicroseconds = CheckpointDuty.defaultIntervalMicroseconds
}
