import ControlCharts
import Testing

@Suite struct RuleSetTests {
  static let everyRule =
    RuleSet.presets.flatMap(\.rules).map(\.rule) + [
      .beyond(count: 2, window: 3, sigmas: 2, isPartial: false), .trend(points: 7, ties: .ignore),
      .outsideOneSigma(points: 8, bothSides: false), .opposite(sigmas: 3, window: 4), .beyond(3, of: 8, sigmas: 1),
    ]

  @Test(arguments: RuleSet.presets) func aPresetCompilesAndIsFoundByItsName(set: RuleSet) throws {
    #expect(try CompiledRules(set).ruleSet == set)
    #expect(RuleSet.preset(named: set.name) == set)
  }

  @Test func presetNamesAreUnique() {
    #expect(Set(RuleSet.allPresetNames).count == RuleSet.presets.count)
    #expect(RuleSet.preset(named: "no such set") == nil)
  }

  @Test(arguments: [
    (RuleSet.nelson, "beyond_limits run_9 trend_6 alternation_14 beyond_2of3_2s beyond_4of5_1s within_15 outside_8"),
    (.westernElectric, "beyond_limits beyond_2of3_2s beyond_4of5_1s run_8"),
    (.attribute, "beyond_limits run_9 trend_6 alternation_14"),
    (.westgard, "beyond_1of1_2s beyond_limits beyond_2of2_2s opposite_2s_in_2 beyond_4of4_1s run_10"),
  ])
  func presetsHoldTheirRules(set: RuleSet, keys: String) {
    #expect(set.rules.map(\.rule.key).joined(separator: " ") == keys)
  }

  @Test func aWarningOfWestgardIsNoViolation() {
    #expect(RuleSet.westgard.rules.map(\.severity) == [.warning] + Array(repeating: .violation, count: 5))
  }

  @Test(arguments: everyRule) func aKeyIsReadBack(rule: RunRule) {
    #expect(RunRule(key: rule.key) == rule)
  }

  @Test(arguments: [
    "", "run", "run_", "run_x", "run_09", "run_9_", "beyond", "beyond_2of3", "beyond_of3_2s", "beyond_2of3_2s_half",
    "trend_6_", "opposite_2s", "outside_8_one_side", "nelson",
  ])
  func otherTextIsNoKey(key: String) { #expect(RunRule(key: key) == nil) }

  @Test(arguments: everyRule) func wordsHoldEveryNumberOfTheRule(rule: RunRule) {
    for number in rule.key.split(whereSeparator: { !$0.isNumber }) {
      #expect(rule.english.contains(number), "\(rule.english)")
      #expect(rule.chinese.contains(number), "\(rule.chinese)")
    }
  }

  @Test(arguments: [
    (RunRule.run(points: 9), "9 points in a row on one side of the centre line", "连续9点在中心线同一侧"),
    (.beyond(2, of: 3, sigmas: 2), "2 of 3 points beyond 2 sigma on one side", "连续3点中有2点在同一侧超出2σ线"),
    (.beyondLimits, "1 point beyond a control limit", "1点超出控制限"),
  ])
  func wordsReadWell(rule: RunRule, english: String, chinese: String) {
    #expect(rule.english == english)
    #expect(rule.chinese == chinese)
  }

  // MARK: What is not possible

  @Test(arguments: [
    (RunRule.run(points: 1), "points is 1. Use 2 to 32"), (.run(points: 33), "points is 33"),
    (.trend(points: 0, ties: .ignore), "points is 0"), (.alternation(points: -3), "points is -3"),
    (.withinOneSigma(points: 40), "points is 40"), (.outsideOneSigma(points: 1, bothSides: true), "points is 1"),
    (.beyond(4, of: 3, sigmas: 2), "count is 4. Use 1 to 3"), (.beyond(0, of: 3, sigmas: 2), "count is 0"),
    (.beyond(2, of: 33, sigmas: 2), "window is 33"), (.beyond(0, of: 0, sigmas: 2), "window is 0"),
    (.beyond(2, of: 3, sigmas: 4), "sigmas is 4. Use 1 to 3"), (.opposite(sigmas: 0, window: 2), "sigmas is 0"),
    (.opposite(sigmas: 2, window: 1), "window is 1"), (.run(points: .max), "Use 2 to 32"),
  ])
  func anImpossibleParameterIsNamed(rule: RunRule, words: String) {
    let fault = #expect(throws: ControlChartFault.self) { try CompiledRules(RuleSet(name: "x", [rule])) }
    #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
  }

  @Test func aRuleStandsInASetOnce() {
    #expect(throws: ControlChartFault.rules(.repeated(rule: .run(points: 9)))) {
      try CompiledRules(RuleSet(name: "x", [.run(points: 9), .beyondLimits, .run(points: 9)]))
    }
  }

  @Test func aSetHasItsBound() throws {
    let lengths = (2...32).map { RunRule.run(points: $0) }
    let most = RuleSet(name: "x", lengths + [.beyondLimits])
    #expect(try CompiledRules(most).longestSpan == 32)
    #expect(throws: ControlChartFault.rules(.tooMany(rules: 33))) {
      try CompiledRules(RuleSet(name: "x", lengths + [.beyondLimits, .withinOneSigma(points: 9)]))
    }
  }
}
