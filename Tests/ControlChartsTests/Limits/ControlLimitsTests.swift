import ControlCharts
import Testing

@Suite struct ControlLimitsTests {
  @Test func storesSixLinesAndComparesWithThem() throws {
    let limits = try ControlLimits(center: 0.1, sigma: 0.1)
    #expect(limits.upperControlLimit == 0.4)
    // The quotient would call this point out of control.
    #expect((0.4 - limits.center) / limits.sigma > 3)
    let design = ChartDesign(
      kind: .individuals, rules: .shewhart, dispersionRules: RuleSet(name: "", rules: []))
    var chart = try StreamingChart(design: design, baseline: ChartBaseline(mean: 0.1, sigma: 0.1))
    #expect(try chart.take(.values([0.4])).signals.isEmpty)
    #expect(try chart.take(.values([(0.4).nextUp])).signals.map(\.signal.rule) == [.beyondLimits])
  }

  @Test func linesLieInOrder() throws {
    let limits = try ControlLimits(center: 10, sigma: 2)
    #expect(
      [
        limits.lowerThreeSigma, limits.lowerTwoSigma, limits.lowerOneSigma, limits.center, limits.upperOneSigma,
        limits.upperTwoSigma, limits.upperThreeSigma,
      ] == [4, 6, 8, 10, 12, 14, 16])
  }

  @Test(arguments: [(1.0, -1.0), (.nan, 1), (1, .nan), (.infinity, 1), (1, .infinity), (0, 1e308)])
  func refusesWhatIsNoLimit(center: Double, sigma: Double) {
    #expect(throws: ControlChartFault.self) { try ControlLimits(center: center, sigma: sigma) }
  }
}
