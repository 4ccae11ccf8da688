/// Which side of the centre line.
public enum ChartSide: String, Codable, Hashable, Sendable { case low, high }

/// A rule that fired on the newest point.
public struct ChartSignal: Codable, Hashable, Sendable {
  public var rule: ChartRule
  public var side: ChartSide
  /// The value of the newest point, in the unit of the chart.
  public var value: Double
  /// The stored line that the rule holds it to: the control limit for rule 1, the centre line for a run.
  public var limit: Double

  public init(rule: ChartRule, side: ChartSide, value: Double, limit: Double) {
    self.rule = rule
    self.side = side
    self.value = value
    self.limit = limit
  }
}

/// The signals of one point, every rule that fired, in the order of the rules. Held inline: judging allocates nothing.
public struct ChartSignals: RandomAccessCollection, Hashable, Sendable {
  /// The point beyond a control limit, and the run.
  public internal(set) var beyondLimits: ChartSignal?
  public internal(set) var run: ChartSignal?

  public var startIndex: Int { 0 }
  public var endIndex: Int { (beyondLimits == nil ? 0 : 1) + (run == nil ? 0 : 1) }

  public subscript(position: Int) -> ChartSignal {
    if position == 0, let first = beyondLimits ?? run { return first }
    guard position == 1, beyondLimits != nil, let run else {
      preconditionFailure("position \(position) of \(endIndex) signals")
    }
    return run
  }
}
