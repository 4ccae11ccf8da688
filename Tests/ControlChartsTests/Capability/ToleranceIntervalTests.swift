import ControlCharts
import Testing

@Suite struct ToleranceIntervalTests {
  /// Mean 16 and s 2.
  private let values = [14.0, 16, 18]

  @Test func twoLimitsTakeTheTwoSidedFactor() throws {
    let interval = try report(lower: -20, upper: 60).toleranceInterval(content: 0.9, confidence: 0.9)
    let factor = try ToleranceFactor(method: .twoSidedExact, count: 3, content: 0.9, confidence: 0.9)
    #expect(interval.factor == factor)
    #expect(interval.lower == 16 - 2 * factor.factor && interval.upper == 16 + 2 * factor.factor)
    #expect(interval.conforms)
    #expect(try !report(lower: 5, upper: 60).toleranceInterval(content: 0.9, confidence: 0.9).conforms)
    #expect(try !report(lower: -20, upper: 27).toleranceInterval(content: 0.9, confidence: 0.9).conforms)
  }

  @Test func oneLimitTakesTheOneSidedFactor() throws {
    let factor = try ToleranceFactor(method: .oneSidedExact, count: 3, content: 0.9, confidence: 0.9)
    let interval = try report(lower: 16 - 2 * factor.factor).toleranceInterval(content: 0.9, confidence: 0.9)
    #expect(interval.factor == factor && interval.upper == nil)
    // On the limit conforms.
    #expect(interval.lower == 16 - 2 * factor.factor && interval.conforms)
    #expect(try !report(upper: 20).toleranceInterval(content: 0.9, confidence: 0.9).conforms)
  }

  /// The interval conforms exactly where the lower bound of the index does: Ppk ≥ z/3 in another form.
  @Test func oneSidedIntervalAndLowerBoundAgree() throws {
    let share = NormalDistribution.probability(below: 3)
    for limit in stride(from: 20.0, through: 60, by: 0.5) {
      let report = try report(upper: limit)
      let interval = try report.toleranceInterval(content: share, confidence: 0.95)
      #expect(interval.conforms == (try #require(report.ppu).lowerBound >= 1), "\(limit)")
    }
  }

  private func report(lower: Double? = nil, upper: Double? = nil) throws -> CapabilityReport {
    try CapabilityStudy(values: values, specification: Specification(lower: lower, upper: upper)).report()
  }
}
