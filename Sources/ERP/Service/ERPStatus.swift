public import Shopfloor

/// How the exchange with one ERP stands, for people.
public struct ERPStatus: Hashable, Sendable, Codable {
  public enum State: String, Sendable, Codable {
    /// Not yet talked to since the start.
    case starting
    case connected
    /// The last conversation failed; attempts go on.
    case disconnected
  }

  public var connector: String
  public var state: State
  /// The last conversation that came to a result.
  public var lastContactAt: Timestamp?
  /// Why the last question for work failed and what to do; nil where it did not.
  public var workError: String?
  /// Why the last delivery failed and what to do; nil where it did not.
  public var deliveryError: String?
  /// Which delivery waits for an earlier one for hours although the ERP answers; nil where none does.
  public var waitingTooLong: String?
  /// Rows that wait for delivery, without the blocked ones.
  public var waitingRows: Int
  /// When the oldest of them was written.
  public var oldestWaitingSince: Timestamp?
  /// Rows that wait for a decision of a person.
  public var blockedRows: Int
  /// Deliveries since the start of the daemon.
  public var deliveredRows: Int
  /// Why the last comparison failed and what to do; nil where it did not.
  public var comparisonError: String?
  /// When delivered rows were last compared with what the ERP holds.
  public var lastComparisonAt: Timestamp?
  /// Rows that were compared since the start of the daemon.
  public var comparedRows: Int
  /// How often a row was passed over since the start because its comparison failed while others went through.
  public var passedOverRows: Int
  /// Rows that the ERP showed otherwise when they were last compared, by their numbers; since the start of the daemon and
  /// at most ``maximumDriftsListed``.
  public var driftingRows: [Int64]
  /// The comparison of everything that goes on or ended last; nil: none is known.
  public var comparison: ComparisonAccount?
  /// The last one that ended, while another goes on or not; nil: none is known.
  public var lastWholeComparison: ComparisonAccount?
  /// When the next regular one begins; nil: one goes on, or none is planned.
  public var nextWholeComparisonAt: Timestamp?
  /// How many comparisons people asked for since the start of the daemon, begun and ended.
  public private(set) var comparisonsAskedFor: Int
  public private(set) var comparisonsBegun: Int
  public private(set) var comparisonsAnswered: Int
  /// What the ERP sent and was not taken over since the start; the last ``maximumRefusalsListed`` word by word.
  public var refusals: [WorkRefusal]
  public var refusalCount: Int
  /// People whom the ERP named since the start of the daemon and whom the configuration does not know, and the first of
  /// them with their names.
  public var unknownPeople: Int
  public var unknownPeopleListed: [String]

  public var lastError: String? { deliveryError ?? waitingTooLong ?? workError ?? comparisonError }

  /// Rows of ``driftingRows``.
  public static let maximumDriftsListed = 1_000

  public init(connector: String) {
    self.connector = connector
    state = .starting
    waitingRows = 0
    blockedRows = 0
    deliveredRows = 0
    comparedRows = 0
    passedOverRows = 0
    driftingRows = []
    comparisonsAskedFor = 0
    comparisonsBegun = 0
    comparisonsAnswered = 0
    refusals = []
    refusalCount = 0
    unknownPeople = 0
    unknownPeopleListed = []
  }

  enum Activity { case work, delivery, comparison }

  subscript(activity: Activity) -> String? {
    get {
      switch activity {
      case .work: workError
      case .delivery: deliveryError
      case .comparison: comparisonError
      }
    }
    set {
      switch activity {
      case .work: workError = newValue
      case .delivery: deliveryError = newValue
      case .comparison: comparisonError = newValue
      }
    }
  }

  mutating func note(_ update: WorkUpdate) {
    refusalCount += update.refusalCount
    refusals = Array((refusals + update.refusals).suffix(maximumRefusalsListed))
  }

  /// A request while one waits or goes on joins it.
  mutating func askForComparison() -> Int {
    if comparisonsAskedFor == comparisonsAnswered { comparisonsAskedFor += 1 }
    return comparisonsAskedFor
  }

  mutating func beginComparison(_ account: ComparisonAccount, isAskedFor: Bool) {
    comparison = account
    nextWholeComparisonAt = nil
    if isAskedFor { comparisonsBegun = comparisonsAskedFor }
  }

  mutating func note(_ sweep: ComparisonSweep, nextAt: Timestamp?, answers: Bool) {
    var account = comparison?.begunAt == sweep.startedAt ? comparison : nil
    account?.take(sweep)
    comparison = account ?? ComparisonAccount(sweep)
    nextWholeComparisonAt = sweep.isDone ? nextAt : nil
    guard sweep.isDone else { return }
    lastWholeComparison = comparison
    if answers { comparisonsAnswered = comparisonsBegun }
  }

  mutating func note(_ comparison: DeliveryComparison) {
    lastComparisonAt = comparison.at
    comparedRows += comparison.comparedRows.count
    let compared = Set(comparison.comparedRows)
    let drifting = Set(comparison.drifts.map(\.outboxRow)).union(driftingRows.filter { !compared.contains($0) })
    driftingRows = Array(drifting.sorted().suffix(Self.maximumDriftsListed))
  }
}
