/// A rule that judges the newest point of a panel by it and the points before it, in the same stage. The case names are
/// stored in control plans and events: they keep their meaning for ever.
public enum RunRule: Codable, Hashable, Sendable {
  /// One point strictly beyond a control limit; on the limit conforms (Nelson 1984, test 1; Western Electric 1).
  case beyondLimits
  /// The newest point is beyond `sigmas` sigma on a side, and so are at least `count` of the last `window` points on
  /// that side (Nelson tests 5 and 6; Western Electric 2 and 3; Westgard 1-2s, 2-2s, 4-1s, 3-1s, 2of3-2s).
  /// `isPartial`: fires as soon as `count` are seen, though the stage has fewer than `window` points.
  case beyond(count: Int, window: Int, sigmas: Int, isPartial: Bool)
  /// The last `points` points all strictly on one side of the centre line (Nelson test 2; Western Electric 4).
  case run(points: Int)
  /// The last `points` points rise, or fall, steadily: `points - 1` strict steps (Nelson test 3).
  case trend(points: Int, ties: TiePolicy)
  /// The last `points` points go up and down in turn: `points - 1` steps, none zero (Nelson test 4).
  case alternation(points: Int)
  /// None of the last `points` points is beyond one sigma; on the line counts as inside (Nelson test 7).
  case withinOneSigma(points: Int)
  /// The last `points` points are all beyond one sigma, and with `bothSides` there is one on each side (Nelson test 8).
  case outsideOneSigma(points: Int, bothSides: Bool)
  /// Within the last `window` points, which must be of one run, one is beyond `+sigmas` and another beyond `-sigmas`
  /// (Westgard R-4s with 2 sigmas and the controls of one run).
  case opposite(sigmas: Int, window: Int)

  /// What a step of zero does to a trend.
  public enum TiePolicy: String, Codable, Hashable, Sendable, CaseIterable {
    /// It breaks the trend.
    case `break`
    /// It neither counts nor cancels.
    case ignore
  }
}

/// What a firing rule means.
public enum RuleSeverity: String, Codable, Hashable, Sendable, CaseIterable {
  /// An alarm with the reaction plan of the chart.
  case violation
  /// An alarm of low priority.
  case warning
  /// Shown on the chart alone.
  case ignore
}

/// A rule with its severity.
public struct RatedRule: Codable, Hashable, Sendable {
  public var rule: RunRule
  public var severity: RuleSeverity

  public init(_ rule: RunRule, severity: RuleSeverity = .violation) {
    self.rule = rule
    self.severity = severity
  }
}

/// The rules of one panel, in the order in which they are reported.
public struct RuleSet: Codable, Hashable, Sendable {
  /// Most rules of one set: each has a bit of what fired.
  public static let maximumRules = 32

  /// A preset's name or one of the site's own.
  public var name: String
  public var rules: [RatedRule]

  public init(name: String, rules: [RatedRule]) {
    self.name = name
    self.rules = rules
  }
}

/// A rule that fired on the newest point of a panel.
public struct RuleSignal: Codable, Hashable, Sendable {
  public var rule: RunRule
  public var severity: RuleSeverity
  /// Nil where the rule has no side (alternation, hugging, both sides).
  public var side: ChartSide?
  /// The plotted value of the newest point.
  public var value: Double
  /// The stored line that the rule holds it to.
  public var limit: Double
  /// How many points the pattern spans, the newest included: for display.
  public var span: Int

  public init(rule: RunRule, severity: RuleSeverity, side: ChartSide?, value: Double, limit: Double, span: Int) {
    self.rule = rule
    self.severity = severity
    self.side = side
    self.value = value
    self.limit = limit
    self.span = span
  }
}
