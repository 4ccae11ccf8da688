extension RunRule {
  /// Possible lengths, in points: a pattern of one is none, and a rule looks back at most 32 points.
  public static let lengths = 2...32
  /// Sigma lines that a rule can be held to.
  public static let sigmaLines = 1...3

  /// How many points the pattern spans at most, the newest included; of a trend that ignores ties, the points that count.
  public var span: Int {
    switch self {
    case .beyondLimits: 1
    case .beyond(_, let window, _, _), .opposite(_, let window): window
    case .run(let points), .trend(let points, _), .alternation(let points), .withinOneSigma(let points),
      .outsideOneSigma(let points, _):
      points
    }
  }

  /// - Throws: `.outOfBounds` naming the parameter.
  func check() throws(RuleFault) {
    func require(_ field: String, _ value: Int, in allowed: ClosedRange<Int>) throws(RuleFault) {
      guard allowed.contains(value) else {
        throw .outOfBounds(rule: self, field: field, value: value, allowed: allowed)
      }
    }
    switch self {
    case .beyondLimits: break
    case .beyond(let count, let window, let sigmas, _):
      try require("window", window, in: 1...Self.lengths.upperBound)
      try require("count", count, in: 1...window)
      try require("sigmas", sigmas, in: Self.sigmaLines)
    case .opposite(let sigmas, let window):
      try require("window", window, in: Self.lengths)
      try require("sigmas", sigmas, in: Self.sigmaLines)
    case .run(let points), .trend(let points, _), .alternation(let points), .withinOneSigma(let points),
      .outsideOneSigma(let points, _):
      try require("points", points, in: Self.lengths)
    }
  }
}
