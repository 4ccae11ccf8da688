public import Shopfloor

/// What a comparison of everything that was delivered has found so far; after its end, in all.
public struct ComparisonAccount: Hashable, Sendable, Codable {
  /// A row whose comparison failed while others went through: nothing is known of it.
  public struct PassedOver: Hashable, Sendable, Codable {
    public var row: Int64
    public var idempotencyKey: String
    public var reason: String
  }

  public var begunAt: Timestamp
  /// Nil while it goes on.
  public var endedAt: Timestamp?
  public var comparedRows: Int
  /// Rows that the ERP shows otherwise.
  public var differingRows: Int
  public var incomparableRows: Int
  /// At most ``maximumDrifts``.
  public private(set) var drifts: [DeliveryDrift] = []
  /// At most ``maximumPassedOver``.
  public private(set) var passedOver: [PassedOver] = []
  /// Whether something was found that is not listed: beyond the bounds, or before the daemon was started last.
  public private(set) var isIncomplete: Bool

  /// Differences that are listed, each with both values, and rows that are listed with the reason.
  public static let maximumDrifts = 1_000
  public static let maximumPassedOver = 100

  init(_ sweep: ComparisonSweep) {
    begunAt = sweep.startedAt
    endedAt = sweep.endedAt
    comparedRows = sweep.comparedRows
    differingRows = sweep.differingRows
    incomparableRows = sweep.incomparableRows
    isIncomplete = sweep.differingRows > 0 || sweep.incomparableRows > 0
  }

  /// Takes the counts of the comparison, with what its latest piece found.
  mutating func take(_ sweep: ComparisonSweep) {
    endedAt = sweep.endedAt
    comparedRows = sweep.comparedRows
    differingRows = sweep.differingRows
    incomparableRows = sweep.incomparableRows
  }

  /// What was found last counts for each row.
  mutating func list(_ found: PieceFindings) {
    let rows = Set(found.comparedRows).union(found.passedOver.map(\.row))
    drifts.removeAll { rows.contains($0.outboxRow) }
    passedOver.removeAll { rows.contains($0.row) }
    isIncomplete =
      isIncomplete || drifts.count + found.drifts.count > Self.maximumDrifts
      || passedOver.count + found.passedOver.count > Self.maximumPassedOver
    drifts += found.drifts.prefix(Self.maximumDrifts - drifts.count)
    passedOver += found.passedOver.prefix(Self.maximumPassedOver - passedOver.count)
  }

  /// What the floor is told at the end.
  func report(connector: String, at time: Timestamp) -> DeliveryComparison {
    let isListed = !isIncomplete && drifts.count <= PieceFindings.maximumDriftsTogether
    let listed = isListed ? drifts : []
    return DeliveryComparison(
      connector: connector, comparedRows: Set(listed.map(\.outboxRow)).sorted(), drifts: listed, at: time,
      begunAt: begunAt,
      whole: WholeComparison(
        begunAt: begunAt, comparedRows: comparedRows, differingRows: differingRows,
        incomparableRows: incomparableRows, listsAllDrifts: isListed))
  }
}
