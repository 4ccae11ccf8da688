/// How many points a chart runs on average until its first signal, for independent normal points with known centre and
/// sigma, from an empty history.
public struct AverageRunLength: Codable, Hashable, Sendable {
  public var points: Double
  public var precision: Precision

  public enum Precision: Codable, Hashable, Sendable {
    /// By a Markov chain or an integral equation; the digits shown to people all hold.
    case exact
    /// The mean of simulated runs, always the same ones.
    case simulated(standardError: Double)
  }

  public init(points: Double, precision: Precision) {
    self.points = points
    self.precision = precision
  }
}

extension AverageRunLength {
  /// Of a rule set on points that are shifted by so many sigmas from the first one on. Severities are not looked at.
  ///
  /// Exact for sets of zone rules (limits, k of m, runs, within and outside), and for sets of trends and alternations. Other
  /// sets are simulated. Controls of a rule of one run (R-4s) come in runs as long as its window.
  ///
  /// - Throws: `.rules` where the set is impossible, `.parameter` where it has no rules or the shift is no number.
  public init(of set: RuleSet, shift: Double = 0) throws(ControlChartFault) {
    let compiled = try CompiledRules(set)
    guard !set.rules.isEmpty else {
      throw .parameter(field: "number of rules of the set \(set.name)", value: 0, need: "at least one rule")
    }
    try Self.check(shift: shift)
    let rules = set.rules.map(\.rule)
    if let steps = StepChain(rules) {
      self.init(points: steps.averageRunLength(), precision: .exact)
    } else if let zones = ZoneChain(rules) {
      self.init(points: zones.averageRunLength(shift: shift), precision: .exact)
    } else {
      self = SimulatedRuns(compiled).average(shift: shift)
    }
  }

  static func check(shift: Double) throws(ControlChartFault) {
    guard abs(shift) <= 20 else {
      throw .parameter(field: "shift in sigmas", value: shift, need: "-20 to 20")
    }
  }
}
