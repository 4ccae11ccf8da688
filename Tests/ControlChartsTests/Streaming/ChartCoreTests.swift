import ControlCharts
import Testing

@Suite struct ChartCoreTests {
  static func plan() throws -> ChartCore.Plan {
    try ChartCore.Plan(rules: .nelson, ewma: ChartDesign.EWMAParameters(), cusum: ChartDesign.CUSUMParameters())
  }

  @Test func theWholeStateOfAChartFitsInto128Bytes() {
    #expect(MemoryLayout<ChartCore>.stride <= 128)
  }

  /// The core says at every point what its parts say alone.
  @Test func theCoreIsItsParts() throws {
    let plan = try Self.plan()
    let limits = try ChartCore.Limits(target: 10, sigma: 0.5)
    let ewma = try #require(plan.ewma)
    let cusum = try #require(plan.cusum)
    var core = ChartCore(plan: plan, limits: limits)
    var rules = RuleHistory()
    var average = EWMAState(target: 10)
    var sums = CUSUMState(parameters: cusum)
    var random = SeededGenerator(seed: 3)
    var signals = 0
    for index in 0..<5_000 {
      if index % 97 == 0 {
        core.gap(plan: plan)
        rules.gap(policy: .break)
      }
      let value = 10 + 0.5 * random.normal() + (index > 2_500 ? 0.4 : 0)
      let verdict = core.take(value, limits: limits, plan: plan)
      #expect(verdict.rules == rules.take(value, lines: limits.lines, rules: plan.rules))
      average.take(value, sigma: 0.5, parameters: ewma)
      sums.take(value, target: 10, sigma: 0.5, parameters: cusum)
      #expect(verdict.ewma == average.side(target: 10, parameters: ewma))
      #expect(verdict.cusumHigh == sums.signals(.high, parameters: cusum))
      #expect(verdict.cusumLow == sums.signals(.low, parameters: cusum))
      if !verdict.isQuiet { signals += 1 }
    }
    #expect(signals > 2_000)
    #expect(core.ewma == average)
    #expect(core.cusum == sums)
    #expect(core.moments.count == 5_000)
    #expect(try StoredForm.roundTrip(core) == core)
  }

  @Test func aStageStartsAnew() throws {
    let plan = try Self.plan()
    let limits = try ChartCore.Limits(target: 1, sigma: 1)
    var core = ChartCore(plan: plan, limits: limits)
    for _ in 0..<20 { _ = core.take(5, limits: limits, plan: plan) }
    core.beginStage(plan: plan, limits: limits)
    #expect(core == ChartCore(plan: plan, limits: limits))
    #expect(core.take(1.5, limits: limits, plan: plan).isQuiet)
  }

  @Test(arguments: [(0.0, 0.0), (0, -1), (.nan, 1), (0, .infinity), (1e308, 1e308)])
  func impossibleLimitsAreRefused(target: Double, sigma: Double) {
    #expect(throws: ControlChartFault.self) { try ChartCore.Limits(target: target, sigma: sigma) }
  }
}
