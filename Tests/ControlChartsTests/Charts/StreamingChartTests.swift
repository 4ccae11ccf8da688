import ControlCharts
import Foundation
import Testing

extension ChartDesign {
  /// A design with the Nelson rules on location and rule 1 on dispersion.
  static func of(
    _ kind: ChartKind, size: Int = 1, rules: RuleSet = .nelson, gapPolicy: GapPolicy = .break,
    method: SigmaMethod? = nil, span: Int = 2, ewma: EWMAParameters? = nil, cusum: CUSUMParameters? = nil,
    variables: Int = 1
  ) -> ChartDesign {
    ChartDesign(
      kind: kind, subgroupSize: size, rules: rules, dispersionRules: .dispersion, gapPolicy: gapPolicy,
      sigmaMethod: method, movingRangeSpan: span, ewma: ewma, cusum: cusum, variables: variables)
  }
}

extension StreamingChart {
  mutating func take(_ value: Double) throws -> ChartVerdict { try take(.values([value])) }
}

@Suite struct StreamingChartTests {
  @Test func individualsWithTheirMovingRange() throws {
    var chart = try StreamingChart(design: .of(.individuals), baseline: ChartBaseline(mean: 10, sigma: 2))
    let first = try chart.take(10)
    #expect(first.panels.map(\.statistic) == [.value])
    #expect(first.panels[0].lines?.lowerThreeSigma == 4 && first.panels[0].lines?.upperOneSigma == 12)
    let second = try chart.take(17)
    #expect(second.panels.map(\.statistic) == [.value, .movingRange])
    #expect(second.panels[1].value == 7 && second.panels[1].size == 2)
    #expect(second.panels[0].signals.map(\.rule) == [.beyondLimits])
    // d2(2)·2 + 3·d3(2)·2 = 7.37: a moving range of 7 lies within.
    #expect(second.panels[1].signals.isEmpty)
    #expect(try chart.take(9).panels[1].signals.map(\.rule) == [.beyondLimits])
    #expect(chart.pointCount == 3 && chart.gapCount == 0)
  }

  @Test func aValueThatIsNoNumberIsAGapAndNoMovingRangeSpansIt() throws {
    for policy in GapPolicy.allCases {
      var chart = try StreamingChart(
        design: .of(.individuals, gapPolicy: policy), baseline: ChartBaseline(mean: 0, sigma: 1))
      _ = try chart.take(1)
      #expect(try chart.take(.nan) == ChartVerdict())
      #expect(chart.gapCount == 1 && chart.pointCount == 1)
      #expect(try chart.take(2).panels.count == (policy == .break ? 1 : 2))
    }
  }

  @Test func subgroupsHaveLinesOfTheirOwnSize() throws {
    var chart = try StreamingChart(
      design: .of(.xbarRange, size: 4, rules: .shewhart), baseline: ChartBaseline(mean: 0, sigma: 2))
    let four = try chart.take(.values([1, 2, 3, 6]))
    #expect(four.panels.map(\.statistic) == [.mean, .range])
    #expect(four.panels.map(\.value) == [3, 5])
    #expect(four.panels[0].lines?.upperThreeSigma == 3)
    #expect(four.signals.isEmpty)
    let one = try chart.take(.values([6]))
    #expect(one.panels.map(\.statistic) == [.mean] && one.panels[0].lines?.upperThreeSigma == 6)
    #expect(one.signals.isEmpty)
    #expect(try chart.take(.values([Double(6).nextUp])).signals.map(\.signal.rule) == [.beyondLimits])
  }

  @Test func aSampleOfAnotherShapeIsRefusedAndChangesNothing() throws {
    var chart = try StreamingChart(design: .of(.xbarRange, size: 5), baseline: ChartBaseline(mean: 0, sigma: 1))
    _ = try chart.take(.values([1, 2, 3, 4, 5]))
    let before = chart
    for sample: ChartSample in [
      .values([]), .count(1, inspected: 5), .part("A", values: [1]), .values(Array(repeating: 1, count: 26)),
    ] {
      #expect(throws: ControlChartFault.self) { try chart.take(sample) }
      #expect(chart == before)
    }
  }

  @Test func establishesThenJudges() throws {
    var chart = try StreamingChart(design: .of(.individuals), establishing: 4)
    for value in [10.0, 12, 11] {
      let verdict = try chart.take(value)
      #expect(verdict.signals.isEmpty && !verdict.didEstablish && verdict.panels[0].lines == nil)
      #expect(chart.baseline == nil)
    }
    #expect(try chart.take(15).didEstablish)
    #expect(chart.baseline?.mean == 12 && chart.baseline?.version == 0)
    #expect(chart.baseline?.sigma == ((2.0 + 1 + 4) / 3) / (2 / Double.pi.squareRoot()))
    let estimate = try #require(chart.estimate)
    #expect(estimate.method == .meanMovingRange && estimate.values == 4 && estimate.subgroups == 4)
    #expect(chart.pointCount == 4)
    #expect(try chart.take(100).signals.map(\.signal.rule) == [.beyondLimits])
  }

  @Test func aGapWhileEstablishingBreaksTheNeighbours() throws {
    var chart = try StreamingChart(design: .of(.individuals), establishing: 2)
    for value in [1.0, .nan, 9] { _ = try chart.take(value) }
    // Two points, but no two neighbours: one more is needed.
    #expect(chart.baseline == nil)
    #expect(try chart.take(10).didEstablish)
    #expect(chart.baseline?.mean == 20.0 / 3)
    #expect(chart.baseline?.sigma == 1 / ControlChartConstants.d2OfTwo)
  }

  @Test func extremeValuesStartTheCollectionAnew() throws {
    var chart = try StreamingChart(design: .of(.individuals), establishing: 2)
    for value in [1.7e308, -1.7e308] { _ = try chart.take(value) }
    #expect(chart.baseline == nil)
    for value in [5.0, 6] { _ = try chart.take(value) }
    #expect(chart.baseline?.mean == 5.5)
  }

  @Test func equalPointsGiveLinesOfZeroWidth() throws {
    var chart = try StreamingChart(design: .of(.individuals, rules: .shewhart), establishing: 3)
    for _ in 0..<3 { _ = try chart.take(7) }
    #expect(try chart.take(7).signals.isEmpty)
    #expect(try chart.take(Double(7).nextUp).signals.map(\.signal.side) == [.high, .high])
  }

  @Test func aNewStageForgetsEverythingButKeepsTheLimits() throws {
    let design = ChartDesign.of(
      .individuals, rules: RuleSet(name: "run", rules: [RatedRule(.run(points: 3))]), ewma: .init(), cusum: .init())
    let baseline = ChartBaseline(version: 7, mean: 0, sigma: 1)
    var chart = try StreamingChart(design: design, baseline: baseline)
    for _ in 0..<2 { _ = try chart.take(1) }
    try chart.beginStage(baseline: nil)
    #expect(chart == (try StreamingChart(design: design, baseline: baseline)))
    #expect(try (0..<3).map { _ in try chart.take(0.5).signals.count } == [0, 0, 1])
    #expect(throws: ControlChartFault.self) { try chart.beginStage(baseline: ChartBaseline(mean: .nan, sigma: 1)) }
    try chart.beginStage(baseline: ChartBaseline(version: 8, mean: 5, sigma: 1))
    #expect(chart.baseline?.version == 8 && chart.pointCount == 0)
  }

  /// What no other engine is needed for: a chart that is stored after every point goes on as one that is not.
  @Test(arguments: ChartKind.allCases) func aRestoredChartGoesOnAsIfNothingHappened(_ kind: ChartKind) throws {
    var random = SeededGenerator(seed: 11)
    for design in try ChartSamples.designs(of: kind) {
      var chart = try StreamingChart(design: design, establishing: 20)
      for index in 0..<80 {
        let sample = ChartSamples.sample(design, &random)
        let stored = try JSONEncoder().encode(chart)
        var restored = try JSONDecoder().decode(StreamingChart.self, from: stored)
        if index % 17 == 13 {
          chart.recordGap()
          restored.recordGap()
        }
        let verdict = try chart.take(sample)
        #expect(try restored.take(sample) == verdict)
        #expect(restored == chart)
      }
      #expect(chart.baseline != nil)
    }
  }
}
