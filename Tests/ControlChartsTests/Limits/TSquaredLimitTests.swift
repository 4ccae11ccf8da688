import ControlCharts
import Testing

@Suite struct TSquaredLimitTests {
  private static let design = ChartDesign.of(.hotellingTSquared, rules: .shewhart, variables: 3)
  private static let identity: [Double] = [1, 0, 0, 0, 1, 0, 0, 0, 1]

  private func chart(observations: Int?) throws -> StreamingChart {
    try StreamingChart(
      design: Self.design,
      baseline: ChartBaseline(
        mean: 0, sigma: 1, meanVector: [1, 2, 3], covariance: Self.identity, observations: observations))
  }

  /// Quantiles computed with 40 digits: F for limits that rest on 15 vectors, chi-square for those that are known.
  @Test(arguments: [(15, 31.678_209_307_947_643_5), (nil, 14.156_252_500_540_928_7)])
  func monitoringTakesTheLimitForLaterPoints(observations: Int?, expected: Double) throws {
    var chart = try chart(observations: observations)
    let panel = try #require(try chart.take(.values([2, 4, 3])).panels.first)
    #expect(panel.statistic == .tSquared && panel.value == 5)
    let limit = try #require(panel.lines?.upperThreeSigma)
    #expect(abs(limit / expected - 1) < 1e-11)
    #expect(panel.lines?.lowerThreeSigma == nil && panel.signals.isEmpty)
    let far = try chart.take(.values([1 + 2 * expected.squareRoot(), 2, 3]))
    #expect(far.signals.map(\.signal.side) == [.high])
  }

  @Test func moreObservationsNarrowTheLimitTowardsTheKnownOne() throws {
    var limits: [Double] = []
    for observations in [10, 100, 10_000, 1_000_000, nil] as [Int?] {
      var chart = try chart(observations: observations)
      limits.append(try #require(try chart.take(.values([1, 2, 3])).panels[0].lines?.upperThreeSigma))
    }
    #expect(limits == limits.sorted(by: >))
    #expect(abs(limits[3] / limits[4] - 1) < 1e-4)
  }

  /// The distances of the points that an estimate comes from sum to p(m-1), whatever they are.
  @Test func distancesOfTheEstimationSumUp() throws {
    var random = SeededGenerator(seed: 3)
    let samples = (0..<50).map { _ in ChartSamples.sample(Self.design, &random) }
    let model = try study(studyPoints(samples), Self.design)
    let sum = model.panels[0].points.reduce(0) { $0 + ($1.value ?? 0) }
    #expect(abs(sum - 3 * 49) < 1e-9)
  }

  @Test func correlatedVariablesAreJudgedTogether() throws {
    let covariance: [Double] = [1, 0.9, 0.9, 1]
    var chart = try StreamingChart(
      design: .of(.hotellingTSquared, rules: .shewhart, variables: 2),
      baseline: ChartBaseline(mean: 0, sigma: 1, meanVector: [0, 0], covariance: covariance))
    // Both two sigma up is usual where they go together; one up and one down is not.
    #expect(try chart.take(.values([2, 2])).signals.isEmpty)
    #expect(try !chart.take(.values([2, -2])).signals.isEmpty)
  }
}
