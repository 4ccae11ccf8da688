/// Everything that one streamed chart remembers: rules, EWMA, CUSUM and moments, in at most 128 bytes. What many charts have
/// in common (``Plan``) and what a limit version says (``Limits``) are handed in with each point. A point costs no memory.
public struct ChartCore: Codable, Hashable, Sendable {
  public private(set) var rules = RuleHistory()
  public private(set) var ewma: EWMAState
  public private(set) var cusum: CUSUMState
  public private(set) var moments = RunningMoments()

  /// The rules, and an EWMA and a CUSUM beside them.
  public struct Plan: Hashable, Sendable {
    public let rules: CompiledRules
    public let ewma: ChartDesign.EWMAParameters?
    public let cusum: ChartDesign.CUSUMParameters?
    public let gapPolicy: GapPolicy

    /// - Throws: `.rules` or `.parameter` naming what is not possible.
    public init(
      rules: RuleSet, ewma: ChartDesign.EWMAParameters? = nil, cusum: ChartDesign.CUSUMParameters? = nil,
      gapPolicy: GapPolicy = .break
    ) throws(ControlChartFault) {
      self.rules = try CompiledRules(rules)
      try ewma?.check()
      try cusum?.check()
      self.ewma = ewma
      self.cusum = cusum
      self.gapPolicy = gapPolicy
    }
  }

  /// The frozen limits of one chart, of the plotted statistic.
  public struct Limits: Sendable {
    public let lines: RuleLines
    /// Centre and sigma that the EWMA and the CUSUM are reckoned with.
    public let target: Double
    public let sigma: Double

    /// - Throws: `.limitsNotFinite` where sigma is not above zero or a line is not a finite number.
    public init(target: Double, sigma: Double) throws(ControlChartFault) {
      guard sigma > 0, (target - 3 * sigma).isFinite, (target + 3 * sigma).isFinite else {
        throw .limitsNotFinite(center: target, sigma: sigma)
      }
      lines = RuleLines(center: target, sigma: sigma)
      self.target = target
      self.sigma = sigma
    }
  }

  /// What the newest point says.
  @frozen public struct Verdict: Hashable, Sendable {
    public var rules: FiredRules
    public var ewma: ChartSide?
    public var cusumHigh: Bool
    public var cusumLow: Bool

    public var isQuiet: Bool { rules.isEmpty && ewma == nil && !cusumHigh && !cusumLow }
  }

  public init(plan: Plan, limits: Limits) {
    ewma = EWMAState(target: limits.target)
    cusum = CUSUMState(parameters: plan.cusum ?? ChartDesign.CUSUMParameters())
  }

  /// Takes the next point, a finite number.
  public mutating func take(_ value: Double, limits: Limits, plan: Plan) -> Verdict {
    var verdict = Verdict(
      rules: rules.take(value, lines: limits.lines, rules: plan.rules), ewma: nil, cusumHigh: false, cusumLow: false)
    if let parameters = plan.ewma {
      ewma.take(value, sigma: limits.sigma, parameters: parameters)
      verdict.ewma = ewma.side(target: limits.target, parameters: parameters)
    }
    if let parameters = plan.cusum {
      cusum.take(value, target: limits.target, sigma: limits.sigma, parameters: parameters)
      verdict.cusumHigh = cusum.signals(.high, parameters: parameters)
      verdict.cusumLow = cusum.signals(.low, parameters: parameters)
    }
    moments.take(value)
    return verdict
  }

  /// A point is missing: the rules do what the plan says, everything else stays.
  public mutating func gap(plan: Plan) { rules.gap(policy: plan.gapPolicy) }

  /// New limits, or a reset: everything starts anew.
  public mutating func beginStage(plan: Plan, limits: Limits) { self = ChartCore(plan: plan, limits: limits) }
}
