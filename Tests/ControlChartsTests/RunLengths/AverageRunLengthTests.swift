import Testing

@testable import ControlCharts

/// Held to published and independently computed figures: Champ and Woodall 1987 for the Western Electric rules (91.75);
/// Lucas and Crosier 1982, Lucas and Saccucci 1990 and an independent program for CUSUM and EWMA; the others by Monte Carlo
/// with 100,000 runs and by hand.
@Suite struct AverageRunLengthTests {
  static let twoOfThree = RunRule.beyond(2, of: 3, sigmas: 2)
  static let fourOfFive = RunRule.beyond(4, of: 5, sigmas: 1)

  static func length(_ rules: [RunRule], shift: Double = 0) throws -> AverageRunLength {
    try AverageRunLength(of: RuleSet(name: "test", rules), shift: shift)
  }

  /// At shifts of 0, 0.5, 1, 1.5, 2 and 3 sigma, to half a unit of the last digit given.
  @Test(arguments: [
    ([RunRule.beyondLimits], ["370.398", "155.22", "43.89", "14.97", "6.30", "2.00"]),
    ([.beyondLimits, .run(points: 9)], ["216.70", "57.78", "17.05", "8.51", "5.14", "2.00"]),
    ([.beyondLimits, .run(points: 7)], ["95.73", "32.61", "12.18", "6.94", "4.59", "1.98"]),
    ([.beyondLimits, twoOfThree, fourOfFive, .run(points: 8)], ["91.751", "27.33", "9.22", "4.87", "3.13", "1.67"]),
  ])
  func setsHaveTheirKnownRunLengths(rules: [RunRule], expected: [String]) throws {
    for (shift, text) in zip([0, 0.5, 1, 1.5, 2, 3], expected) {
      let length = try Self.length(rules, shift: shift)
      #expect(length.precision == .exact)
      try expectPrinted(text, length.points)
      // As far down as up.
      #expect(try abs(Self.length(rules, shift: -shift).points / length.points - 1) < 1e-11)
    }
  }

  @Test(arguments: [
    (RunRule.run(points: 9), "511.000"), (.run(points: 8), "255.000"), (.run(points: 7), "127.000"),
    (.trend(points: 6, ties: .break), "421.60"), (.trend(points: 6, ties: .ignore), "421.60"),
    (.trend(points: 7, ties: .break), "2881.9"), (.alternation(points: 14), "601.01"),
    (.alternation(points: 15), "944.5"), (twoOfThree, "510.69"), (fourOfFive, "291.32"),
    (.withinOneSigma(points: 15), "963.27"), (.outsideOneSigma(points: 8, bothSides: true), "14342"),
  ])
  func singleRulesHaveTheirKnownRunLengths(rule: RunRule, expected: String) throws {
    let length = try Self.length([rule])
    #expect(length.precision == .exact)
    try expectPrinted(expected, length.points)
  }

  @Test(arguments: [
    ([RunRule.beyondLimits, twoOfThree], "225.4"),
    ([.beyondLimits, .run(points: 9), twoOfThree, fourOfFive], "109.0"),
  ])
  func combinationsHaveTheirKnownRunLengths(rules: [RunRule], expected: String) throws {
    try expectPrinted(expected, try Self.length(rules).points)
  }

  /// Closed forms: a run of n on either side 2^n - 1; three alternating points 2e - 2, as P(T > n) = 2/n!.
  @Test func closedFormsHold() throws {
    #expect(try abs(Self.length([.run(points: 20)]).points - 1_048_575) < 1e-3)
    #expect(try abs(Self.length([.alternation(points: 3)]).points - (2 * mathExp(1) - 2)) < 1e-12)
    #expect(try abs(Self.length([.trend(points: 2, ties: .break)]).points - 2) < 1e-12)
    #expect(try abs(Self.length([.alternation(points: 2)]).points - 2) < 1e-12)
    // A control beyond 2 sigma on each side in a run of two: 1/(2p²) runs on average, each but the last in full.
    let p = mathNormalCumulative(-2)
    #expect(try abs(Self.length([.opposite(sigmas: 2, window: 2)]).points / (1 / (p * p)) - 1) < 1e-9)
    // k of m that must be full first: of three points at the earliest.
    let full = try Self.length([.beyond(count: 2, window: 3, sigmas: 2, isPartial: false)]).points
    let partial = try Self.length([Self.twoOfThree]).points
    #expect(full > partial)
  }

  /// The shift makes no difference to steps.
  @Test func trendsDoNotSeeAShift() throws {
    let rules: [RunRule] = [.trend(points: 5, ties: .break), .alternation(points: 8)]
    let both = try Self.length(rules)
    let shifted = try Self.length(rules, shift: 2)
    let trend = try Self.length([rules[0]])
    #expect(both == shifted)
    #expect(both.points < trend.points)
  }

  @Test(arguments: [
    [RunRule.beyondLimits, .run(points: 6)], [.trend(points: 4, ties: .break), .alternation(points: 6)],
    [.outsideOneSigma(points: 3, bothSides: true), .withinOneSigma(points: 5)],
    [.outsideOneSigma(points: 4, bothSides: false), .beyond(3, of: 4, sigmas: 1)],
    [.beyond(count: 2, window: 4, sigmas: 2, isPartial: false), .opposite(sigmas: 1, window: 3)],
  ])
  func theEngineRunsAsLongAsTheChainSays(rules: [RunRule]) throws {
    let exact = try Self.length(rules)
    #expect(exact.precision == .exact)
    var simulation = SimulatedRuns(try CompiledRules(RuleSet(name: "test", rules)))
    simulation.maximumRuns = 1_500
    let simulated = simulation.average(shift: 0)
    guard case .simulated(let error) = simulated.precision else {
      Issue.record("not simulated")
      return
    }
    #expect(abs(simulated.points - exact.points) < 4 * error, "\(simulated.points) ± \(error), not \(exact.points)")
  }

  @Test func allEightNelsonRulesSignalEverySeventyThreePoints() throws {
    var simulation = SimulatedRuns(try CompiledRules(.nelson))
    simulation.maximumRuns = 1_000
    let simulated = simulation.average(shift: 0)
    guard case .simulated(let error) = simulated.precision else {
      Issue.record("not simulated")
      return
    }
    #expect(error < 3)
    #expect(abs(simulated.points - 73.4) < 4 * error)
  }

  // MARK: Charts with memory

  @Test(arguments: [(0.0, "499.74"), (1, "10.542")]) func anEWMARunsAsPublished(shift: Double, expected: String) throws
  {
    try expectPrinted(expected, try AverageRunLength(of: ChartDesign.EWMAParameters(), shift: shift).points)
  }

  @Test(arguments: [(0.0, "465.44"), (1, "10.376")]) func aCUSUMRunsAsPublished(shift: Double, expected: String) throws
  {
    try expectPrinted(expected, try AverageRunLength(of: ChartDesign.CUSUMParameters(), shift: shift).points)
  }

  @Test(arguments: [(0.0, "430"), (1, "6.35")]) func aHeadStartIsPublishedToo(shift: Double, expected: String) throws {
    let parameters = ChartDesign.CUSUMParameters(headStart: 2.5)
    try expectPrinted(expected, try AverageRunLength(of: parameters, shift: shift).points)
  }

  /// λ 1 is a Shewhart chart, and so is a CUSUM of a small interval.
  @Test func withoutMemoryTheyAreAShewhartChart() throws {
    let ewma = try AverageRunLength(of: ChartDesign.EWMAParameters(lambda: 1, width: 3))
    #expect(abs(ewma.points - 370.3983473449588) < 1e-6)
    let cusum = try AverageRunLength(of: ChartDesign.CUSUMParameters(reference: 2.999, decisionInterval: 0.001))
    #expect(abs(cusum.points / 370.3983473449588 - 1) < 1e-3)
  }

  // MARK: What is not possible

  @Test func impossibleQuestionsAreNamed() throws {
    #expect(throws: ControlChartFault.self) { try Self.length([]) }
    #expect(throws: ControlChartFault.self) { try Self.length([.run(points: 99)]) }
    #expect(throws: ControlChartFault.self) { try Self.length([.beyondLimits], shift: .nan) }
    #expect(throws: ControlChartFault.self) { try AverageRunLength(of: ChartDesign.EWMAParameters(lambda: 2)) }
    #expect(throws: ControlChartFault.self) {
      try AverageRunLength(of: ChartDesign.CUSUMParameters(decisionInterval: -1))
    }
  }

  /// Half a unit of the last digit printed.
  private func expectPrinted(_ text: String, _ value: Double) throws {
    let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
    var unit = 1.0
    for _ in 0..<decimals { unit /= 10 }
    let printed = try #require(Double(text))
    #expect(abs(value - printed) <= unit * 0.5 + 1e-12, "\(value), not \(text)")
  }
}
