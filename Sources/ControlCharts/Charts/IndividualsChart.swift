/// An individuals (X) chart that judges one value after the other, in O(1) and without allocation.
///
/// A pure function of the values, the gaps and the limits: the same input always gives the same signals and the same
/// state, so a chart can be stored, restored and replayed.
public struct IndividualsChart: Codable, Hashable, Sendable {
  /// Fewest points that limits can be established from: one moving range.
  public static let minimumEstablishingPoints = 2

  /// Where the limits come from.
  public enum LimitSource: Codable, Hashable, Sendable {
    case frozen(ControlLimits)
    /// Computed from the first so many points, then frozen; those points themselves are not judged.
    case establish(points: Int)
  }

  /// Length of the run rule in points, and what a gap does.
  public let runLength: Int
  public let gapPolicy: GapPolicy
  /// The limits in force; nil while they are being established.
  public private(set) var limits: ControlLimits?
  /// The estimate the limits were frozen from, where they were established by this chart.
  public private(set) var estimate: SigmaEstimate?
  /// Points judged or collected in this stage, and gaps met in it.
  public private(set) var pointCount = 0
  public private(set) var gapCount = 0

  private var establishingPoints: Int
  private var collector = MovingRangeCollector()
  private var sides = SideHistory()
  private let runMask: UInt32

  public init(
    limits source: LimitSource, runLength: Int = 9, gapPolicy: GapPolicy = .break
  ) throws(ControlChartFault) {
    guard ChartRule.runLengths.contains(runLength) else { throw .runLengthOutOfBounds(points: runLength) }
    self.runLength = runLength
    self.gapPolicy = gapPolicy
    runMask = SideHistory.mask(points: runLength)
    establishingPoints = 0
    try beginStage(source)
  }

  /// Begins a stage: new limits, all rule state empty.
  public mutating func beginStage(_ source: LimitSource) throws(ControlChartFault) {
    switch source {
    case .frozen(let frozen):
      limits = frozen
      establishingPoints = 0
    case .establish(let points):
      guard points >= Self.minimumEstablishingPoints else { throw .tooFewEstablishingPoints(points: points) }
      limits = nil
      establishingPoints = points
    }
    estimate = nil
    collector = MovingRangeCollector()
    sides.empty()
    pointCount = 0
    gapCount = 0
  }

  /// Takes the next value and says which rules fire on it. A value that is not finite is a gap.
  ///
  /// There is no reset after a signal: while a run goes on, every further point fires. Values that arrive while limits
  /// are being established never fire; the value that completes them sets ``limits`` and ``estimate``.
  public mutating func judge(_ value: Double) -> ChartSignals {
    guard value.isFinite else {
      recordGap()
      return ChartSignals()
    }
    pointCount += 1
    guard let limits else {
      collect(value)
      return ChartSignals()
    }
    sides.take(isAbove: value > limits.center, isBelow: value < limits.center)
    var signals = ChartSignals()
    if value > limits.upperControlLimit {
      signals.beyondLimits = ChartSignal(
        rule: .beyondLimits, side: .high, value: value, limit: limits.upperControlLimit)
    } else if value < limits.lowerControlLimit {
      signals.beyondLimits = ChartSignal(
        rule: .beyondLimits, side: .low, value: value, limit: limits.lowerControlLimit)
    }
    if let side = sides.side(ofLast: runMask) {
      signals.run = ChartSignal(rule: .run(points: runLength), side: side, value: value, limit: limits.center)
    }
    return signals
  }

  /// A point is missing: its cycle was partial, its readings were bad, or recording stopped.
  public mutating func recordGap() {
    gapCount += 1
    guard gapPolicy == .break else { return }
    sides.empty()
    collector.breakSequence()
  }

  /// Limits need the asked number of points and at least one pair of neighbours. Where the sums of extreme values leave
  /// the range of doubles, no limits can be computed, and collecting begins anew.
  private mutating func collect(_ value: Double) {
    collector.take(value)
    guard collector.points >= establishingPoints, let estimate = collector.estimate else { return }
    do throws(ControlChartFault) {
      limits = try ControlLimits(center: estimate.center, sigma: estimate.sigma)
      self.estimate = estimate
    } catch {
      collector = MovingRangeCollector()
    }
  }
}
