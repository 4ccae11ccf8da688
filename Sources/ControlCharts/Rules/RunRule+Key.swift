/// The short name of a rule with its parameters, as alarms, plans and the command line write it. It keeps its form for ever.
extension RunRule {
  /// `beyond_limits`, `run_9`, `beyond_2of3_2s` (`_full` where the window must be full), `trend_6` (`_ties_ignored`),
  /// `alternation_14`, `within_15`, `outside_8` (`_either_side`), `opposite_2s_in_2`.
  public var key: String {
    switch self {
    case .beyondLimits: "beyond_limits"
    case .beyond(let count, let window, let sigmas, let isPartial):
      "beyond_\(count)of\(window)_\(sigmas)s" + (isPartial ? "" : "_full")
    case .run(let points): "run_\(points)"
    case .trend(let points, .break): "trend_\(points)"
    case .trend(let points, .ignore): "trend_\(points)_ties_ignored"
    case .alternation(let points): "alternation_\(points)"
    case .withinOneSigma(let points): "within_\(points)"
    case .outsideOneSigma(let points, let bothSides): "outside_\(points)" + (bothSides ? "" : "_either_side")
    case .opposite(let sigmas, let window): "opposite_\(sigmas)s_in_\(window)"
    }
  }

  /// The rule of a ``key``; nil where no rule has it. Parameters out of bounds are read: ``CompiledRules`` names them.
  public init?(key: String) {
    guard let rule = Self.parse(key.split(separator: "_", omittingEmptySubsequences: false)), rule.key == key else {
      return nil
    }
    self = rule
  }

  private static func parse(_ words: [Substring]) -> RunRule? {
    let number = words.count > 1 ? Int(words[1]) : nil
    switch words[0] {
    case "beyond": return words == ["beyond", "limits"] ? .beyondLimits : beyond(words)
    case "run": return number.map { .run(points: $0) }
    case "trend": return number.map { .trend(points: $0, ties: words.count == 2 ? .break : .ignore) }
    case "alternation": return number.map { .alternation(points: $0) }
    case "within": return number.map { .withinOneSigma(points: $0) }
    case "outside": return number.map { .outsideOneSigma(points: $0, bothSides: words.count == 2) }
    case "opposite":
      guard words.count == 4, let sigmas = Int(words[1].dropLast()), let window = Int(words[3]) else { return nil }
      return .opposite(sigmas: sigmas, window: window)
    default: return nil
    }
  }

  private static func beyond(_ words: [Substring]) -> RunRule? {
    guard words.count >= 3, let of = words[1].firstIndex(of: "o"), let count = Int(words[1][..<of]),
      let window = Int(words[1][of...].dropFirst(2)), let sigmas = Int(words[2].dropLast())
    else { return nil }
    return .beyond(count: count, window: window, sigmas: sigmas, isPartial: words.count == 3)
  }
}
