import ControlCharts
import Testing

@Suite struct FalseAlarmTests {
  @Test(arguments: [
    (RuleSet.shewhart, 3.9), (.westernElectric, 15.7),
    (RuleSet(name: "x", [.beyondLimits, .run(points: 9)]), 6.6),
  ])
  func alarmsOfADayAtAPointAMinute(set: RuleSet, expected: Double) throws {
    let forecast = try FalseAlarmForecast(rules: set, pointsPerDay: 1_440)
    #expect(abs(forecast.alarmsPerDay - expected) < 0.05)
  }

  @Test func aPointASecondIsAThousandAlarms() throws {
    let forecast = try FalseAlarmForecast(rules: .westernElectric, pointsPerDay: 86_400)
    #expect(abs(forecast.alarmsPerDay - 942) < 0.5)
    #expect(
      forecast.english == "False alarms while nothing is wrong, on average: 941.7 a day at 86400 points a day "
        + "(rules: 1 in 91.8 points).")
    #expect(forecast.chinese.contains("941.7"))
  }

  @Test func theEWMABesideTheRulesCounts() throws {
    let forecast = try FalseAlarmForecast(rules: .streamed, ewma: .init(), cusum: .init(), pointsPerDay: 1_000)
    let expected = 1_000 / 370.398 + 1_000 / 499.735 + 1_000 / 465.4435
    #expect(abs(forecast.alarmsPerDay - expected) < 1e-3)
    #expect(forecast.english.contains("EWMA: 1 in 499.7"))
  }

  @Test func rulesThatAreOnlyShownRaiseNothing() throws {
    let set = RuleSet(
      name: "x", rules: [RatedRule(.beyondLimits), RatedRule(.run(points: 7), severity: .ignore)])
    #expect(try FalseAlarmForecast(rules: set, pointsPerDay: 370.398).alarmsPerDay < 1.001)
    let none = RuleSet(name: "x", rules: [RatedRule(.run(points: 7), severity: .ignore)])
    let forecast = try FalseAlarmForecast(rules: none, pointsPerDay: 100)
    #expect(forecast.alarmsPerDay == 0)
    #expect(forecast.english == "No rule raises an alarm.")
  }

  @Test(arguments: [0, -1, Double.nan, .infinity]) func aRateIsANumberAboveZero(rate: Double) {
    #expect(throws: ControlChartFault.self) { try FalseAlarmForecast(rules: .shewhart, pointsPerDay: rate) }
  }

  // MARK: Autocorrelation

  @Test(arguments: [(0.0, 0.0027), (0.2, 0.0073), (0.5, 0.034), (0.8, 0.18), (0.9, 0.34)])
  func falseAlarmsGrowWithAutocorrelation(phi: Double, expected: Double) {
    let probability = AutocorrelationVerdict.falseAlarmProbability(lagOne: phi)
    #expect(abs(probability / expected - 1) < 0.02)
  }

  @Test func zoneRulesAreBlockedAboveTheThreshold() {
    let verdict = AutocorrelationVerdict(lagOne: 0.85, pairs: 500, rules: .westernElectric)
    #expect(!verdict.isAcceptable)
    #expect(verdict.blocked == RuleSet.westernElectric.rules.map(\.rule).filter { $0 != .beyondLimits })
    #expect(verdict.batchSize > 10)
    for part in ["r1 = 0.85", "500 pairs", "8 points in a row", "means of \(verdict.batchSize) values"] {
      #expect(verdict.english.contains(part), "\(verdict.english)")
    }
    #expect(verdict.chinese.contains("0.85") && verdict.chinese.contains("连续8点"))
  }

  @Test(arguments: [0.2, 0.0, -0.6]) func aQuietProcessMayHaveAllRules(lagOne: Double) {
    let verdict = AutocorrelationVerdict(lagOne: lagOne, pairs: 100, rules: .nelson)
    #expect(verdict.isAcceptable)
    #expect(verdict.blocked.isEmpty)
  }

  /// The plan that is offered works: its batches and its residuals pass the same verdict.
  @Test func theBetterPlanIsBetter() throws {
    var random = SeededGenerator(seed: 99)
    var values: [Double] = []
    var value = 0.0
    for _ in 0..<40_000 {
      value = 0.8 * value + random.normal()
      values.append(value + 50)
    }
    var raw = AutocorrelationMonitor()
    for value in values { raw.take(value) }
    let verdict = try #require(AutocorrelationVerdict(raw, rules: .nelson))
    #expect(verdict.blocked.count == 7)
    var batches = try BatchMeans(size: verdict.batchSize)
    var residuals = try #require(AutoregressiveResiduals(raw))
    var ofBatches = AutocorrelationMonitor()
    var ofResiduals = AutocorrelationMonitor()
    for value in values {
      if let mean = batches.take(value) { ofBatches.take(mean) }
      if let residual = residuals.take(value) { ofResiduals.take(residual) }
    }
    #expect(try abs(#require(ofBatches.lagOne)) < 0.15)
    #expect(try abs(#require(ofResiduals.lagOne)) < 0.02)
    #expect((15...60).contains(BatchMeans.size(of: values)))
  }

  @Test func batchesAndResidualsStopAtGaps() throws {
    var batches = try BatchMeans(size: 3)
    #expect([1.0, 2].allSatisfy { batches.take($0) == nil })
    batches.drop()
    #expect([4.0, 5, 9].compactMap { batches.take($0) } == [6])
    var residuals = try AutoregressiveResiduals(constant: 1, slope: 0.5)
    #expect(residuals.take(10) == nil)
    #expect(residuals.take(8) == 2)
    residuals.gap()
    #expect(residuals.take(8) == nil)
    #expect(throws: ControlChartFault.self) { try AutoregressiveResiduals(constant: 0, slope: 1) }
    #expect(throws: ControlChartFault.self) { try BatchMeans(size: 0) }
  }

  @Test(arguments: [(0.05, 1), (0.1, 2), (-0.9, 1)]) func smallAutocorrelationNeedsSmallBatches(
    lagOne: Double, size: Int
  ) {
    #expect(BatchMeans.size(lagOne: lagOne) == size)
  }
}
