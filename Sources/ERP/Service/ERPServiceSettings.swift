public import Shopfloor

/// How the exchange with one ERP goes about its work.
public struct ERPServiceSettings: Hashable, Sendable {
  /// Time between two questions for work, in microseconds.
  public var pollMicroseconds: Int64
  /// Most rows of a backlog in a second, so that people can work with the ERP meanwhile; nil: as many as it takes. What
  /// happens now is not counted.
  public var drainRowsPerSecond: Double?
  /// In this time everything that was delivered is compared once with what the ERP holds, in microseconds; nil: never.
  public var compareEveryMicroseconds: Int64?
  /// What was written longer ago is not compared any more, in days.
  public var comparedDays: Int
  /// Connector and address: where it changes, what was delivered before is not compared any more; nil: the connector's
  /// name.
  public var identity: String?
  /// Whom the configuration knows; others whom the ERP names are counted.
  public var knownPeople: Set<PersonID>

  public init(
    pollMicroseconds: Int64 = 30_000_000, drainRowsPerSecond: Double? = nil,
    compareEveryMicroseconds: Int64? = 86_400_000_000, comparedDays: Int = 400,
    identity: String? = nil, knownPeople: Set<PersonID> = []
  ) {
    precondition(pollMicroseconds > 0 && comparedDays > 0)
    precondition(drainRowsPerSecond.map { $0 > 0 } ?? true && compareEveryMicroseconds.map { $0 > 0 } ?? true)
    self.pollMicroseconds = pollMicroseconds
    self.drainRowsPerSecond = drainRowsPerSecond
    self.compareEveryMicroseconds = compareEveryMicroseconds
    self.comparedDays = comparedDays
    self.identity = identity
    self.knownPeople = knownPeople
  }
}
