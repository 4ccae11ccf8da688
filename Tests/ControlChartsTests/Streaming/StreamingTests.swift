import ControlCharts
import Testing

@Suite struct StreamingTests {
  static let values: [Double] = {
    var random = SeededGenerator(seed: 5)
    return (0..<2_000).map { _ in 1e6 + random.normal() }
  }()

  // MARK: EWMA and CUSUM

  /// The recursion against the sum of weights written out, with subgroups of unequal size.
  @Test func theVarianceOfTheAverageIsTheSumOfTheWeights() {
    let parameters = ChartDesign.EWMAParameters(lambda: 0.3, width: 3)
    let sizes = [5.0, 1, 4, 2, 10, 3]
    var state = EWMAState(target: 0)
    for size in sizes { state.take(0, size: size, sigma: 2, parameters: parameters) }
    var expected = 0.0
    for (age, size) in sizes.reversed().enumerated() {
      var weight = 0.3
      for _ in 0..<age { weight *= 0.7 }
      expected += weight * weight * 4 / size
    }
    #expect(abs(state.variance - expected) < 1e-15)
  }

  @Test func aFirstAverageOnItsLimitConforms() {
    // λ 1 is a Shewhart chart: the limits are those of the value itself.
    let parameters = ChartDesign.EWMAParameters(lambda: 1, width: 3)
    var state = EWMAState(target: 10)
    state.take(13, sigma: 1, parameters: parameters)
    #expect(state.side(target: 10, parameters: parameters) == nil)
    state.take((13.0).nextUp, sigma: 1, parameters: parameters)
    #expect(state.side(target: 10, parameters: parameters) == .high)
    state.take(6.5, sigma: 1, parameters: parameters)
    #expect(state.side(target: 10, parameters: parameters) == .low)
  }

  @Test func aSumOnItsIntervalConforms() {
    let parameters = ChartDesign.CUSUMParameters(reference: 0.5, decisionInterval: 5, headStart: 2.5)
    var state = CUSUMState(parameters: parameters)
    state.take(13, target: 10, sigma: 1, parameters: parameters)
    #expect(state.high == 5)
    #expect(!state.signals(.high, parameters: parameters))
    state.take((10.5).nextUp, target: 10, sigma: 1, parameters: parameters)
    #expect(state.signals(.high, parameters: parameters))
    #expect(!state.signals(.low, parameters: parameters))
  }

  @Test func theChangePointIsThePointBeforeTheSumRose() {
    let parameters = ChartDesign.CUSUMParameters()
    var state = CUSUMState(parameters: parameters)
    for value in [0, -1, 0.2, 1.5, 2, 1.8] { state.take(value, target: 0, sigma: 1, parameters: parameters) }
    #expect(state.changePoint(.high, newest: 5) == 2)
    #expect(state.changePoint(.low, newest: 5) == nil)
    state.take(0, size: 4, target: 0, sigma: 1, parameters: parameters)
    #expect(state.changePoint(.high, newest: 6) == 2)
  }

  @Test func subgroupsOfFourCountDouble() {
    let parameters = ChartDesign.CUSUMParameters()
    var single = CUSUMState(parameters: parameters)
    var mean = CUSUMState(parameters: parameters)
    single.take(2, target: 0, sigma: 1, parameters: parameters)
    mean.take(1, size: 4, target: 0, sigma: 1, parameters: parameters)
    #expect(single == mean)
  }

  @Test(arguments: [
    (0.0, 3.0, "lambda"), (1.5, 3, "lambda"), (.nan, 3, "lambda"), (0.2, 0, "width"), (0.2, .infinity, "width"),
  ])
  func anImpossibleEWMAIsNamed(lambda: Double, width: Double, field: String) {
    let fault = #expect(throws: ControlChartFault.self) {
      try ChartDesign.EWMAParameters(lambda: lambda, width: width).check()
    }
    #expect(fault?.description.contains(field) == true)
  }

  @Test(arguments: [
    (-0.1, 5.0, 0.0, "reference"), (0.5, 0, 0, "decision interval"), (0.5, .nan, 0, "decision interval"),
    (0.5, 5, 6, "head start"), (0.5, 5, -1, "head start"), (.infinity, 5, 0, "reference"),
  ])
  func anImpossibleCUSUMIsNamed(reference: Double, interval: Double, headStart: Double, field: String) {
    let fault = #expect(throws: ControlChartFault.self) {
      try ChartDesign.CUSUMParameters(reference: reference, decisionInterval: interval, headStart: headStart).check()
    }
    #expect(fault?.description.contains(field) == true)
  }

  // MARK: Moments

  @Test func momentsKeepTheirDigitsFarFromZero() throws {
    var moments = RunningMoments()
    for value in Self.values { moments.take(value) }
    let shifted = Self.values.map { $0 - 1e6 }
    let mean = shifted.reduce(0, +) / Double(shifted.count)
    let variance = shifted.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(shifted.count - 1)
    #expect(abs(moments.mean - 1e6 - mean) < 1e-8)
    #expect(abs(try #require(moments.variance) / variance - 1) < 1e-8)
    #expect(RunningMoments().standardDeviation == nil)
  }

  @Test(arguments: [0.0, 0.5, -0.4, 0.95]) func lagOneIsTheTextbookFigure(phi: Double) throws {
    var random = SeededGenerator(seed: 11)
    var monitor = AutocorrelationMonitor()
    var values: [Double] = []
    var value = 100.0
    for _ in 0..<3_000 {
      value = 100 + phi * (value - 100) + random.normal()
      values.append(value)
      monitor.take(value)
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let around = zip(values, values.dropFirst()).map { ($0 - mean) * ($1 - mean) }.reduce(0, +)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    #expect(abs(try #require(monitor.lagOne) - around / squares) < 1e-9)
    #expect(abs(around / squares - phi) < 0.06)
  }

  @Test func aGapMakesNoNeighbours() throws {
    var monitor = AutocorrelationMonitor()
    for value in [1.0, 2, 3] { monitor.take(value) }
    monitor.gap()
    for value in [10.0, 11] { monitor.take(value) }
    #expect(monitor.pairs == 3)
    // By hand: mean 5.4; neighbours (1, 2), (2, 3), (10, 11).
    let expected = (4.4 * 3.4 + 3.4 * 2.4 + 4.6 * 5.6) / (4.4 * 4.4 + 3.4 * 3.4 + 2.4 * 2.4 + 4.6 * 4.6 + 5.6 * 5.6)
    #expect(abs(try #require(monitor.lagOne) - expected) < 1e-14)
  }

  @Test func equalValuesHaveNoAutocorrelation() {
    var monitor = AutocorrelationMonitor()
    for _ in 0..<10 { monitor.take(4) }
    #expect(monitor.lagOne == nil)
  }
}
