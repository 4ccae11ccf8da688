/// Why the ledger could not do what was asked. Every case says what was attempted and what to do next.
public enum LedgerError: Error, Hashable, Sendable {
  /// The file is not a Lotwire ledger; it was not touched.
  case foreignFile(path: String, found: String)
  /// The ledger was written by a newer program; it was not touched.
  case newerVersion(path: String, fileVersion: Int, programVersion: Int)
  /// The file could not be opened.
  case cannotOpen(path: String, reason: String)
  /// Another daemon writes to this ledger.
  case alreadyInUse(path: String)
  /// The chain of events does not hold from this event on.
  case chainBroken(sequence: Int64, reason: String)
  /// A stored reading batch does not decode or does not fit its chain.
  case readingsDamaged(batch: Int64, reason: String)
  /// The commit did not happen, or it is not known whether it happened.
  case commitFailed(reason: String)
  case readFailed(reason: String)
  /// Readings were to be removed by a rule, and what the rule judges has changed since; nothing was removed.
  case overtaken(sequence: Int64)

  /// Stable code for messages and logs.
  public var code: String {
    switch self {
    case .foreignFile: "ledger.foreign_file"
    case .newerVersion: "ledger.newer_version"
    case .cannotOpen: "ledger.cannot_open"
    case .alreadyInUse: "ledger.already_in_use"
    case .chainBroken: "ledger.chain_broken"
    case .readingsDamaged: "ledger.readings_damaged"
    case .commitFailed: "ledger.commit_failed"
    case .readFailed: "ledger.read_failed"
    case .overtaken: "ledger.overtaken"
    }
  }
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .foreignFile(let path, let found):
      "[\(code)] \(path) is not a Lotwire ledger (\(found)). It was not touched. Give another folder under \"data:\" "
        + "in the configuration, or move the file away."
    case .newerVersion(let path, let fileVersion, let programVersion):
      "[\(code)] \(path) has ledger version \(fileVersion); this program knows versions up to \(programVersion). It was "
        + "not touched. Start the newer program, or restore the backup made before the upgrade."
    case .cannotOpen(let path, let reason):
      "[\(code)] \(path) cannot be opened: \(reason). Check that the folder exists, that this user may write there, and "
        + "that the file system is not full or read-only."
    case .alreadyInUse(let path):
      "[\(code)] another daemon holds \(path). Stop it first; two writers would break the record."
    case .chainBroken(let sequence, let reason):
      "[\(code)] the chain of events does not hold at event \(sequence): \(reason). Keep the file as it is, restore the "
        + "last backup beside it, and tell quality: records that rest on later events are in doubt."
    case .readingsDamaged(let batch, let reason):
      "[\(code)] the log of readings is damaged at batch \(batch): \(reason). Keep the file as it is, restore the last "
        + "backup beside it, and tell quality."
    case .commitFailed(let reason):
      "[\(code)] a commit failed: \(reason). Nothing of it was acknowledged. Check disk space and the disk."
    case .readFailed(let reason): "[\(code)] reading failed: \(reason)."
    case .overtaken(let sequence):
      "[\(code)] event \(sequence) came after the rule of retention was judged. No reading was removed; it is judged again."
    }
  }
}
