import ControlCharts
import Testing

@Suite struct ControlLimitsTests {
  @Test func storesSixLinesAndComparesWithThem() throws {
    let limits = try ControlLimits(center: 0.1, sigma: 0.1)
    #expect(limits.upperControlLimit == 0.4)
    // The quotient would call this point out of control.
    #expect((0.4 - limits.center) / limits.sigma > 3)
    var chart = try IndividualsChart(limits: .frozen(limits))
    #expect(chart.judge(0.4).isEmpty)
    #expect(chart.judge(0.4.nextUp).map(\.rule) == [.beyondLimits])
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

  @Test func establishesFromMeanMovingRange() throws {
    var chart = try IndividualsChart(limits: .establish(points: 4))
    for value in [10.0, 12, 11] {
      #expect(chart.judge(value).isEmpty)
      #expect(chart.limits == nil)
    }
    #expect(chart.judge(15).isEmpty)
    let estimate = try #require(chart.estimate)
    #expect(estimate.center == 12)
    #expect(estimate.sigma == ((2.0 + 1 + 4) / 3) / (2 / Double.pi.squareRoot()))
    #expect(estimate.points == 4 && estimate.movingRanges == 3)
    #expect(chart.limits == (try ControlLimits(center: estimate.center, sigma: estimate.sigma)))
    #expect(chart.judge(100).map(\.rule) == [.beyondLimits])
  }

  @Test func noMovingRangeSpansAGap() throws {
    var breaking = try IndividualsChart(limits: .establish(points: 2), gapPolicy: .break)
    var skipping = try IndividualsChart(limits: .establish(points: 2), gapPolicy: .skip)
    for value in [1.0, .nan, 9] {
      _ = breaking.judge(value)
      _ = skipping.judge(value)
    }
    // Two points, but no two neighbours: one more is needed.
    #expect(breaking.limits == nil)
    #expect(skipping.estimate?.movingRanges == 1)
    _ = breaking.judge(10)
    #expect(breaking.estimate?.movingRanges == 1)
    #expect(breaking.estimate?.points == 3)
    #expect(breaking.estimate?.center == 20.0 / 3)
  }

  @Test func extremeValuesStartTheCollectionAnew() throws {
    var chart = try IndividualsChart(limits: .establish(points: 2))
    for value in [1.7e308, -1.7e308] { #expect(chart.judge(value).isEmpty) }
    #expect(chart.limits == nil)
    for value in [5.0, 6] { #expect(chart.judge(value).isEmpty) }
    #expect(chart.limits?.center == 5.5)
  }

  @Test func equalPointsGiveLinesOfZeroWidth() throws {
    var chart = try IndividualsChart(limits: .establish(points: 3))
    for _ in 0..<3 { _ = chart.judge(7) }
    #expect(chart.judge(7).isEmpty)
    #expect(chart.judge(7.0.nextUp).map(\.side) == [.high])
  }
}
