/// Brings a copy up to date once, for a command.
public enum LedgerCopy {
  /// - Parameter progress: told how the copy stands after each piece.
  /// - Returns: where the copy stands then.
  public static func bringUpToDate(
    ledgerPath: String, folder: String, progress: (CopyState) -> Void = { _ in }
  ) throws -> LedgerStanding {
    let source = try LedgerReader(path: ledgerPath)
    var follower = try LedgerFollower(path: folder + "/lotwire.sqlite", of: source)
    while try !follower.bringUpToDate(from: source).reachesEnd {
      progress(CopyState(of: try follower.head(), behind: try source.standing()))
    }
    return try follower.head()
  }
}
