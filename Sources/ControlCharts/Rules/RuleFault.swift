/// Why a set of rules cannot be used.
public enum RuleFault: Error, Hashable, Sendable {
  /// A parameter of a rule lies outside what is possible.
  case outOfBounds(rule: RunRule, field: String, value: Int, allowed: ClosedRange<Int>)
  /// The same rule stands in the set twice.
  case repeated(rule: RunRule)
  /// More rules than ``RuleSet/maximumRules``.
  case tooMany(rules: Int)
}

extension RuleFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .outOfBounds(let rule, let field, let value, let allowed):
      "In the rule \"\(rule.english)\", \(field) is \(value). Use \(allowed.lowerBound) to \(allowed.upperBound)."
    case .repeated(let rule):
      "The rule \"\(rule.english)\" stands in the set twice. Take one of them out, or change its parameters."
    case .tooMany(let rules):
      "The set has \(rules) rules. Use at most \(RuleSet.maximumRules)."
    }
  }
}
