public import Shopfloor

/// Commits or segments that were set aside as damaged: readings in them are not in the evidence.
public struct LeftOutReadings: Hashable, Sendable {
  /// `readings` or `segment`; the numbers are those of commits or of segments.
  public var place: LedgerDamageFound.Place
  public var first: Int64
  public var last: Int64
  /// How many commits that are.
  public var commits: Int64
  public var reason: String
  /// The runs of the lot that were there in their time: whether readings of theirs were among them nobody can tell.
  public var runs: [RunID]

  public init(
    place: LedgerDamageFound.Place, first: Int64, last: Int64, commits: Int64, reason: String, runs: [RunID]
  ) {
    self.place = place
    self.first = first
    self.last = last
    self.commits = commits
    self.reason = reason
    self.runs = runs
  }
}
