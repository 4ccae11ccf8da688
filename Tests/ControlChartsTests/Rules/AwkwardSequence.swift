@testable import ControlCharts

/// Random points that rules find hard: exactly on lines, one ulp beyond, ties, trends, zigzags, hugging, gaps, stages, and
/// lines that change from point to point or are missing.
struct AwkwardSequence {
  enum Event {
    case point(Double, PanelLines)
    case gap, stage, run
  }

  enum Mood: CaseIterable { case anywhere, onLines, rising, falling, zigzag, hugging, high, low, outside, still }

  var policy: GapPolicy
  private var mood = Mood.anywhere
  private var previous = 0.0
  private var isUp = false

  init(policy: GapPolicy) { self.policy = policy }

  /// One rule of each kind.
  static let kinds: [RunRule] = [
    .beyondLimits, .beyond(2, of: 3, sigmas: 2), .beyond(count: 2, window: 4, sigmas: 1, isPartial: false),
    .run(points: 5), .trend(points: 4, ties: .break), .trend(points: 4, ties: .ignore), .alternation(points: 5),
    .withinOneSigma(points: 6), .outsideOneSigma(points: 4, bothSides: true),
    .outsideOneSigma(points: 4, bothSides: false), .opposite(sigmas: 2, window: 3),
  ]

  /// The Nelson tests or a random set, no rule twice.
  static func ruleSet(_ random: inout SeededGenerator) -> RuleSet {
    if Int.random(in: 0..<10, using: &random) == 0 { return .nelson }
    var rules: [RunRule] = []
    for _ in 0..<Int.random(in: 2...5, using: &random) {
      let rule = rule(&random)
      if !rules.contains(rule) { rules.append(rule) }
    }
    return RuleSet(name: "random", rules)
  }

  private static func rule(_ random: inout SeededGenerator) -> RunRule {
    // Short ones fire often; long ones meet the end of the register.
    let isLong = Int.random(in: 0..<8, using: &random) == 0
    let points = Int.random(in: isLong ? 9...32 : 2...8, using: &random)
    let sigmas = Int.random(in: 1...3, using: &random)
    switch Int.random(in: 0..<11, using: &random) {
    case 0: return .beyondLimits
    case 1: return .beyond(points - 1, of: points, sigmas: sigmas)
    case 2, 3:
      let count = Int.random(in: 1...points, using: &random)
      return .beyond(count: count, window: points, sigmas: sigmas, isPartial: Bool.random(using: &random))
    case 4: return .run(points: points)
    case 5: return .trend(points: points, ties: .break)
    case 6: return .trend(points: points, ties: .ignore)
    case 7: return .alternation(points: points)
    case 8: return .withinOneSigma(points: points)
    case 9: return .outsideOneSigma(points: points, bothSides: Bool.random(using: &random))
    default: return .opposite(sigmas: sigmas, window: points)
    }
  }

  mutating func next(_ random: inout SeededGenerator) -> Event {
    switch Int.random(in: 0..<200, using: &random) {
    case 0: return .stage
    case 1, 2: return .gap
    case 3..<12: return .run
    case 12..<28: mood = Mood.allCases.randomElement(using: &random) ?? mood
    default: break
    }
    let lines = Self.lines(&random)
    previous = value(lines, &random)
    return .point(previous, lines)
  }

  /// Three kinds of lines, of which one is used mostly; sometimes a line is missing.
  private static func lines(_ random: inout SeededGenerator) -> PanelLines {
    let (center, sigma) =
      [(10.0, 1.0), (10.0, 1.0), (10.0, 1.0), (0.1, 0.1), (9.5, 2.0), (10, 0)].randomElement(
        using: &random) ?? (0, 1)
    var lines = PanelLines(
      center: center, lowerThreeSigma: center - 3 * sigma, lowerTwoSigma: center - 2 * sigma,
      lowerOneSigma: center - sigma, upperOneSigma: center + sigma, upperTwoSigma: center + 2 * sigma,
      upperThreeSigma: center + 3 * sigma)
    switch Int.random(in: 0..<30, using: &random) {
    case 0: lines.lowerThreeSigma = nil
    case 1: lines.lowerOneSigma = nil
    case 2: lines.upperTwoSigma = nil
    case 3:
      lines.lowerOneSigma = nil
      lines.upperOneSigma = nil
    case 4: lines = PanelLines(center: center)
    default: break
    }
    return lines
  }

  private mutating func value(_ lines: PanelLines, _ random: inout SeededGenerator) -> Double {
    let center = lines.center
    let sigma = (lines.upperOneSigma ?? center + 1) - center
    let share = Double.random(in: 0..<1, using: &random)
    isUp.toggle()
    switch mood {
    case .anywhere: return center + sigma * random.normal() * 1.5
    case .onLines: return Self.near(lines, &random)
    case .rising: return share < 0.1 ? previous : previous + share
    case .falling: return share < 0.1 ? previous : previous - share
    case .zigzag: return previous + (isUp ? share : -share)
    case .hugging: return center + sigma * (2 * share - 1)
    case .high: return center + sigma * (share * 3.2)
    case .low: return center - sigma * (share * 3.2)
    case .outside: return center + sigma * (1 + share * 2) * (Bool.random(using: &random) ? 1 : -1)
    case .still: return share < 0.7 ? previous : center + sigma
    }
  }

  /// A line itself, or the number next to it.
  private static func near(_ lines: PanelLines, _ random: inout SeededGenerator) -> Double {
    let candidates = [
      lines.center, lines.upperOneSigma, lines.lowerOneSigma, lines.upperTwoSigma, lines.lowerTwoSigma,
      lines.upperThreeSigma, lines.lowerThreeSigma,
    ].compactMap(\.self)
    let line = candidates.randomElement(using: &random) ?? 0
    return [line, line, line.nextUp, line.nextDown].randomElement(using: &random) ?? line
  }
}
