/// Rule sets under the names by which plans and the command line call them.
extension RuleSet {
  /// One point beyond a control limit (Shewhart 1931).
  public static let shewhart = RuleSet(name: "shewhart", [.beyondLimits])

  /// The four rules of the Western Electric Statistical Quality Control Handbook (1956).
  public static let westernElectric = RuleSet(
    name: "western-electric", [.beyondLimits, twoOfThree, fourOfFive, .run(points: 8)])

  /// The eight tests of Nelson (1984), Journal of Quality Technology 16(4).
  public static let nelson = RuleSet(
    name: "nelson",
    [
      .beyondLimits, .run(points: 9), .trend(points: 6, ties: .break), .alternation(points: 14), twoOfThree, fourOfFive,
      .withinOneSigma(points: 15), .outsideOneSigma(points: 8, bothSides: true),
    ])

  /// Common form of the rules of the AIAG SPC manual: runs and trends of 7. Check the edition your customer names.
  public static let aiag = RuleSet(
    name: "aiag", [.beyondLimits, .run(points: 7), .trend(points: 7, ties: .break)])

  /// The sensitising rules of Montgomery, Introduction to Statistical Quality Control, that can be coded: the Western
  /// Electric four, six in trend, fifteen in zone C, fourteen alternating, eight outside zone C.
  public static let montgomery = RuleSet(
    name: "montgomery",
    [
      .beyondLimits, twoOfThree, fourOfFive, .run(points: 8), .trend(points: 6, ties: .break),
      .withinOneSigma(points: 15), .alternation(points: 14), .outsideOneSigma(points: 8, bothSides: true),
    ])

  /// For counts and proportions, whose zones are not those of a normal distribution: Nelson tests 1 to 4.
  public static let attribute = RuleSet(
    name: "attribute",
    [.beyondLimits, .run(points: 9), .trend(points: 6, ties: .break), .alternation(points: 14)])

  /// For R, s and moving range: neighbouring moving ranges depend on each other, so runs of them mean little.
  public static let dispersion = RuleSet(name: "dispersion", [.beyondLimits])

  /// For the points of an EWMA or of a CUSUM, which depend on each other by construction.
  public static let ewma = RuleSet(name: "ewma", [.beyondLimits])
  public static let cusum = RuleSet(name: "cusum", [.beyondLimits])

  /// For streamed parameters: one point beyond a limit, with an EWMA beside the chart for small shifts. At an average run
  /// length of 500 an EWMA finds a shift of one sigma as fast as the Western Electric rules, with a fifth of their false
  /// alarms.
  public static let streamed = RuleSet(name: "streamed", [.beyondLimits])

  /// Control runs of a laboratory (Westgard and others 1981): 1-3s, 2-2s, R-4s (one above +2s and the other below -2s of
  /// two controls of one run), 4-1s, 10x; 1-2s is a warning.
  public static let westgard = RuleSet(
    name: "westgard", rules: [RatedRule(.beyond(1, of: 1, sigmas: 2), severity: .warning)] + rated(westgardRules))

  /// Westgard's rules with those for three controls a run: 3-1s, 2of3-2s, 8x, 12x, 7T.
  public static let westgardExtended = RuleSet(
    name: "westgard-extended",
    rules: westgard.rules
      + rated([
        .beyond(3, of: 3, sigmas: 1), twoOfThree, .run(points: 8), .run(points: 12), .trend(points: 7, ties: .break),
      ]))

  /// Every preset, in the order in which they are listed.
  public static let presets = [
    shewhart, westernElectric, nelson, aiag, montgomery, attribute, dispersion, ewma, cusum, streamed, westgard,
    westgardExtended,
  ]

  public static let allPresetNames = presets.map(\.name)

  /// Nil where no preset has the name.
  public static func preset(named name: String) -> RuleSet? { presets.first { $0.name == name } }

  /// A set of violations.
  public init(name: String, _ rules: [RunRule]) { self.init(name: name, rules: Self.rated(rules)) }

  private static let twoOfThree = RunRule.beyond(2, of: 3, sigmas: 2)
  private static let fourOfFive = RunRule.beyond(4, of: 5, sigmas: 1)
  private static let westgardRules: [RunRule] = [
    .beyondLimits, .beyond(2, of: 2, sigmas: 2), .opposite(sigmas: 2, window: 2), .beyond(4, of: 4, sigmas: 1),
    .run(points: 10),
  ]

  private static func rated(_ rules: [RunRule]) -> [RatedRule] { rules.map { RatedRule($0) } }
}

extension RunRule {
  /// ``beyond(count:window:sigmas:isPartial:)`` that fires as soon as `count` are seen.
  public static func beyond(_ count: Int, of window: Int, sigmas: Int) -> RunRule {
    .beyond(count: count, window: window, sigmas: sigmas, isPartial: true)
  }
}
