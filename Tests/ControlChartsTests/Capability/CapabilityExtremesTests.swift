import ControlCharts
import Foundation
import Testing

/// Whatever the numbers are, a study gives figures that can be stored, or a fault; it never traps and never hangs.
@Suite struct CapabilityExtremesTests {
  @Test func anyNumbersGiveFiguresOrAFault() throws {
    var generator = SeededGenerator(seed: 404)
    var outcomes = (reports: 0, faults: 0)
    for _ in 0..<150 {
      let count = Int.random(in: 2...12, using: &generator)
      let center = Self.number(&generator)
      let spread = Self.number(&generator)
      let values = (0..<count).map { _ in center + spread * generator.normal() }
      let limits = [Self.number(&generator), Self.number(&generator)].sorted()
      do throws(CapabilityFault) {
        let specification = try Specification(
          lower: Bool.random(using: &generator) ? limits[0] : nil, upper: limits[1],
          target: Bool.random(using: &generator) ? limits[1] : nil)
        var study = CapabilityStudy(values: values, specification: specification)
        if Bool.random(using: &generator) {
          study.within = WithinSigma(
            sigma: abs(Self.number(&generator)), method: .pooled, degreesOfFreedom: abs(Self.number(&generator)))
        }
        let report = try study.report()
        outcomes.reports += 1
        #expect(throws: Never.self, "\(study)") { try JSONEncoder().encode(report) }
      } catch {
        outcomes.faults += 1
        #expect(!error.english.isEmpty)
      }
    }
    // The test is one of both kinds.
    #expect(outcomes.reports > 30 && outcomes.faults > 30, "\(outcomes)")
  }

  /// Any sign, from the smallest numbers to the largest; now and then no number or 0.
  private static func number(_ generator: inout SeededGenerator) -> Double {
    switch Int.random(in: 0..<40, using: &generator) {
    case 0: 0
    case 1: .nan
    case 2: .infinity
    case 3..<34: 10 * generator.normal()
    default:
      Double(
        sign: Bool.random(using: &generator) ? .plus : .minus,
        exponent: Int.random(in: -1_074...1_023, using: &generator),
        significand: 1.5)
    }
  }
}
