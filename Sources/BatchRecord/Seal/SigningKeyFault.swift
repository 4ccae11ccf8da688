/// Why the signing key could not be loaded or made, and what to do.
public enum SigningKeyFault: Error, Hashable, Sendable {
  case readableByOthers(path: String, mode: String)
  case ownedByAnother(path: String, owner: UInt32)
  case notAFile(path: String)
  case notAKey(path: String)
  /// An operation of the system failed; `reason` is its own text.
  case system(operation: String, path: String, reason: String)

  /// A stable name for logs.
  public var code: String {
    switch self {
    case .readableByOthers: "signing_key.readable_by_others"
    case .ownedByAnother: "signing_key.owned_by_another"
    case .notAFile: "signing_key.not_a_file"
    case .notAKey: "signing_key.not_a_key"
    case .system: "signing_key.system"
    }
  }
}

extension SigningKeyFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .readableByOthers(let path, let mode):
      "The signing key \(path) has mode \(mode), so others may read or replace it and seal records in our name."
        + " If nobody had access, run: chmod 600 '\(path)'. If somebody may have copied it, move it away; a new key is"
        + " made at the next start, and its public key must be given to those who verify records."
    case .ownedByAnother(let path, let owner):
      "The signing key \(path) belongs to user id \(owner), not to the user of this program."
        + " Run the program as that user, or hand the file over with chown."
    case .notAFile(let path):
      "The signing key \(path) is not a regular file (a link, a folder or a device). Name a file, or a path that does"
        + " not exist yet."
    case .notAKey(let path):
      "The file \(path) does not hold an Ed25519 private key in PEM. Restore it from its backup. Records that were"
        + " sealed with the old key stay verifiable with its public key."
    case .system(let operation, let path, let reason):
      "\(operation) \(path) failed: \(reason). Check that the folder exists and that this user may write there."
    }
  }
}
