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
  /// What the ERP sent and was not taken over since the start; the last ``maximumRefusalsListed`` word by word.
  public var refusals: [WorkRefusal]
  public var refusalCount: Int

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
    refusals = []
    refusalCount = 0
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

  mutating func note(_ comparison: DeliveryComparison) {
    lastComparisonAt = comparison.at
    comparedRows += comparison.comparedRows.count
    let compared = Set(comparison.comparedRows)
    let drifting = Set(comparison.drifts.map(\.outboxRow)).union(driftingRows.filter { !compared.contains($0) })
    driftingRows = Array(drifting.sorted().suffix(Self.maximumDriftsListed))
  }
}
