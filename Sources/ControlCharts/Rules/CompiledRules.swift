/// A rule set made ready for judging: every rule as masks, its parameters checked. Made once for many charts.
public struct CompiledRules: Hashable, Sendable {
  public let ruleSet: RuleSet
  let checks: [RuleCheck]
  let filter: RuleFilter

  /// - Throws: `.rules` naming the rule, its parameter and what is possible.
  public init(_ set: RuleSet) throws(ControlChartFault) {
    guard set.rules.count <= RuleSet.maximumRules else { throw .rules(.tooMany(rules: set.rules.count)) }
    var checks: [RuleCheck] = []
    for (position, rated) in set.rules.enumerated() {
      do throws(RuleFault) {
        try rated.rule.check()
      } catch {
        throw .rules(error)
      }
      guard !set.rules[..<position].contains(where: { $0.rule == rated.rule }) else {
        throw .rules(.repeated(rule: rated.rule))
      }
      checks.append(RuleCheck(rated.rule, bit: 1 << UInt32(position)))
    }
    ruleSet = set
    self.checks = checks
    filter = RuleFilter(checks)
  }

  /// Points that must be replayed before the newest so that a history is what it was: the longest span. A trend that
  /// ignores ties may reach further back by as many points as were equal to the one before.
  public var longestSpan: Int { ruleSet.rules.map(\.rule.span).max() ?? 0 }

  /// The signals of the newest point, in the order of the set. Called only when something fired.
  public func signals(of fired: FiredRules, value: Double, lines: RuleLines) -> [RuleSignal] {
    ruleSet.rules.indices.filter(fired.contains).map { position in
      let rated = ruleSet.rules[position]
      let side = fired.side(position)
      return RuleSignal(
        rule: rated.rule, severity: rated.severity, side: side, value: value,
        limit: lines.limit(of: rated.rule, side, value), span: rated.rule.span)
    }
  }
}

extension RuleLines {
  /// The line a rule holds the newest point to; the centre line for a trend or an alternation, which have none.
  fileprivate func limit(of rule: RunRule, _ side: ChartSide?, _ value: Double) -> Double {
    let near = side ?? (value < center ? .low : .high)
    switch rule {
    case .beyondLimits: return line(sigmas: 3, near)
    case .beyond(_, _, let sigmas, _): return line(sigmas: sigmas, near)
    case .run, .trend, .alternation: return center
    case .withinOneSigma, .outsideOneSigma:
      // A clipped line is no number to show: the centre stands for it.
      let limit = line(sigmas: 1, near)
      return limit.isFinite ? limit : center
    case .opposite(let sigmas, _):
      let limit = line(sigmas: sigmas, near)
      return limit.isFinite ? limit : center
    }
  }
}
