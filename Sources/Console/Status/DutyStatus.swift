public import Shopfloor

/// How one of the ledger's own duties stands: packing, checkpoints, backup, copy, retention.
public struct DutyStatus: Hashable, Sendable, Codable {
  public var name: String
  public var lastDoneAt: Timestamp?
  /// Attempts that failed in a row.
  public var failures: Int
  /// Why the last attempt failed, and what to do; nil where it did not.
  public var problem: String?
  /// How far it is; nil where there is nothing to tell.
  public var detail: String?

  public init(name: String, lastDoneAt: Timestamp?, failures: Int, problem: String?, detail: String? = nil) {
    self.name = name
    self.lastDoneAt = lastDoneAt
    self.failures = failures
    self.problem = problem
    self.detail = detail
  }
}
