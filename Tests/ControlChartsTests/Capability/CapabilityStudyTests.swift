import ControlCharts
import Foundation
import Testing

@Suite struct CapabilityStudyTests {
  private let specification: Specification
  /// 40 values around 10, normal.
  private let values: [Double]

  init() throws {
    specification = try Specification(lower: 9, upper: 11, target: 10)
    var generator = SeededGenerator(seed: 8)
    values = (0..<40).map { _ in 10 + 0.2 * generator.normal() }
  }

  @Test(arguments: [
    ([Double](), CapabilityFault.tooFewValues(0)), ([1], .tooFewValues(1)), ([1, .nan, 2], .valueNotFinite(index: 1)),
    ([1, 2, .infinity], .valueNotFinite(index: 2)), ([3, 3, 3, 3], .noSpread), ([1e300, -1e300], .valuesTooLarge),
    ([0, .leastNonzeroMagnitude], .noSpread),
  ])
  func badValuesAreNamed(values: [Double], fault: CapabilityFault) {
    #expect(throws: fault) { try CapabilityStudy(values: values, specification: specification).report() }
  }

  @Test func tenMillionValuesAreRefused() {
    let many = [Double](repeating: 1, count: 10_000_000)
    #expect(throws: CapabilityFault.tooManyValues(10_000_000)) {
      try CapabilityStudy(values: many, specification: specification).report()
    }
  }

  @Test func badSpecificationsAreNamed() throws {
    #expect(throws: CapabilityFault.noSpecification) { try Specification() }
    #expect(throws: CapabilityFault.noSpecification) { try Specification(target: 4) }
    #expect(throws: CapabilityFault.limitsCrossed(lower: 2, upper: 1)) { try Specification(lower: 2, upper: 1) }
    #expect(throws: CapabilityFault.limitsCrossed(lower: 2, upper: 2)) { try Specification(lower: 2, upper: 2) }
    #expect(throws: CapabilityFault.targetOutside(target: 3)) { try Specification(lower: 1, upper: 2, target: 3) }
    #expect(throws: CapabilityFault.targetOutside(target: 0)) { try Specification(lower: 1, target: 0) }
    #expect(throws: CapabilityFault.specificationNotFinite(field: "upper")) { try Specification(upper: .nan) }
    #expect(try Specification(lower: 1, upper: 2, target: 2).target == 2)
    // A stored specification is checked like a new one.
    #expect(throws: CapabilityFault.limitsCrossed(lower: 5, upper: 4)) {
      try JSONDecoder().decode(Specification.self, from: Data(#"{"lower": 5, "upper": 4}"#.utf8))
    }
  }

  @Test func badParametersAreNamed() {
    var study = CapabilityStudy(values: values, specification: specification)
    study.confidence = 95
    #expect(throws: CapabilityFault.share(field: "confidence", 95)) { try study.report() }
    study.confidence = 0.95
    study.normalityLevel = 0
    #expect(throws: CapabilityFault.share(field: "normalityLevel", 0)) { try study.report() }
    study.normalityLevel = 0.05
    study.within = WithinSigma(sigma: 0, method: .pooled, degreesOfFreedom: 5)
    #expect(throws: CapabilityFault.withinSigma(0)) { try study.report() }
    study.within = WithinSigma(sigma: 1, method: .pooled, degreesOfFreedom: -1)
    #expect(throws: CapabilityFault.withinDegreesOfFreedom(-1)) { try study.report() }
  }

  /// Micrometres against metres.
  @Test func unitsThatDoNotFitAreNamed() throws {
    let lengths = values.map { $0 * 1e-6 }
    let fault = #expect(throws: CapabilityFault.self) {
      try CapabilityStudy(values: lengths, specification: specification).report()
    }
    guard case .unitsDoNotFit(let index) = fault else {
      Issue.record("\(String(describing: fault))")
      return
    }
    #expect(index > 1e6)
    var study = CapabilityStudy(values: values, specification: specification)
    study.within = WithinSigma(sigma: 2e-10, method: .pooled, degreesOfFreedom: 30)
    #expect(throws: CapabilityFault.self) { try study.report() }
  }

  @Test func aSoundStudyHasRemarksAlone() throws {
    let report = try CapabilityStudy(values: values, specification: specification).report()
    #expect(!report.isDoubtful)
    #expect(report.marks == [.percentilesAreExtremes(count: 40, needed: 740), .noWithinSigma])
    #expect(report.cp == nil && report.cpk == nil && report.expectedWithin == nil)
  }

  @Test func doubtsAreMarkedOrRefused() throws {
    var study = CapabilityStudy(values: Array(values.prefix(29)), specification: specification, unresolvedSignals: 2)
    let report = try study.report()
    #expect(report.isDoubtful)
    #expect(report.marks.prefix(2) == [.unresolvedSignals(2), .fewValues(29)])
    study.refusesDoubt = true
    #expect(throws: CapabilityFault.doubtful([.unresolvedSignals(2), .fewValues(29)])) { try study.report() }
  }

  @Test func skewedValuesAreMarkedAndThePercentilesSayMore() throws {
    var generator = SeededGenerator(seed: 9)
    // Squares of normal values: chi-square with one degree of freedom.
    let skewed = (0..<1_000).map { _ in
      let value = generator.normal()
      return value * value
    }
    let report = try CapabilityStudy(values: skewed, specification: Specification(upper: 14)).report()
    let normality = try #require(report.normality)
    #expect(report.marks.first == .notNormal(test: .andersonDarling, probability: normality.probability))
    #expect(normality.probability < 1e-20)
    #expect(report.pp == nil && report.cpm == nil && report.ppl == nil && report.percentiles.pp == nil)
    // The true 99.865 % point is 10.27: 14 lies about 1.4 times as far from the median, but 3 times 3 sigma from the mean.
    #expect((0.9...2.0).contains(try #require(report.percentiles.ppk)))
    #expect(report.ppk.value > 2.5)
  }

  @Test func aValueOnALimitConforms() throws {
    let report = try CapabilityStudy(
      values: [9, 10, 11, 11, 11.000000000000002], specification: specification
    ).report()
    #expect(report.observed.belowLowerPPM == 0)
    #expect(report.observed.aboveUpperPPM == 200_000)
    #expect(report.observed.totalPPM == 200_000)
    #expect(report.marks.contains(.observedNonconforming(1)))
  }

  @Test func subgroupsGiveThePooledSigmaWithItsMethod() throws {
    let subgroups = [[1.0, 2, 3], [2, 4], [7], [5, 5, 6, 8]]
    // Sums of squares 2 + 2 + 6 over 2 + 1 + 3 degrees of freedom.
    let plain = try WithinSigma.pooled(subgroups, isUnbiased: false)
    #expect(relativeError(plain.sigma, (10.0 / 6).squareRoot()) < 1e-15)
    #expect(plain.degreesOfFreedom == 6)
    #expect(plain.method == .pooled && !plain.isUnbiased)
    let unbiased = try WithinSigma.pooled(subgroups)
    #expect(relativeError(unbiased.sigma, plain.sigma / 0.9593687886998328) < 1e-12)
    let study = try CapabilityStudy(subgroups: subgroups, specification: Specification(lower: 0, upper: 12))
    let report = try study.report()
    #expect(report.count == 10)
    #expect(relativeError(try #require(report.cp).value, 12 / (6 * unbiased.sigma)) < 1e-14)
    #expect(throws: CapabilityFault.noSubgroups) { try WithinSigma.pooled([[1], [2], []]) }
    #expect(throws: CapabilityFault.noSpread) { try WithinSigma.pooled([[1, 1], [2, 2]]) }
    #expect(throws: CapabilityFault.valueNotFinite(index: 3)) { try WithinSigma.pooled([[1, 2], [3, .nan]]) }
  }

  @Test func aReportIsStoredAndReadBack() throws {
    let within = WithinSigma(sigma: 0.2, method: .meanMovingRange, degreesOfFreedom: 24)
    let report = try CapabilityStudy(values: values, specification: specification, within: within).report()
    let stored = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(CapabilityReport.self, from: stored) == report)
  }
}
