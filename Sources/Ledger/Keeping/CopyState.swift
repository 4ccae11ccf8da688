public import Shopfloor

/// How a continuous copy stands.
public struct CopyState: Hashable, Sendable, Codable {
  /// Commits of the ledger that the copy does not hold yet, as they were counted last.
  public var behindCommits: Int64
  /// How much older the copy's last commit is than the ledger's, in microseconds.
  public var behindMicroseconds: Int64
  /// When the copy was up to date last.
  public var lastCompleteAt: Timestamp?
  /// What keeps the copy from going on; nil: nothing.
  public var problem: String?

  public init(
    behindCommits: Int64 = 0, behindMicroseconds: Int64 = 0, lastCompleteAt: Timestamp? = nil, problem: String? = nil
  ) {
    self.behindCommits = behindCommits
    self.behindMicroseconds = behindMicroseconds
    self.lastCompleteAt = lastCompleteAt
    self.problem = problem
  }

  /// How far a copy is behind a ledger, from both heads.
  public init(of copy: LedgerStanding, behind ledger: LedgerStanding) {
    behindCommits = max(0, ledger.throughBatch - copy.throughBatch)
    let behind = (ledger.lastCommitAt?.microseconds ?? 0) - (copy.lastCommitAt?.microseconds ?? 0)
    behindMicroseconds = behindCommits == 0 ? 0 : max(0, behind)
  }
}
