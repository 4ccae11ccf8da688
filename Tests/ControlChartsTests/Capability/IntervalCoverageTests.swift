import Testing

@testable import ControlCharts

/// Simulated samples of a process whose indices are known: the intervals hold them as often as they say.
@Suite struct IntervalCoverageTests {
  static let runs = 6_000
  static let count = 50

  @Test(arguments: [(0.0, 41), (0.6, 42), (1.5, 43)])
  func ninetyFivePercentIntervalsHoldTheTrueIndices(mean: Double, seed: UInt64) throws {
    let (pp, ppk) = (8 / 6.0, (4 - mean) / 3)
    let cpm = 8 / (6 * (1 + mean * mean).squareRoot())
    let degrees = Double(Self.count - 1)
    var generator = SeededGenerator(seed: seed)
    var held = (pp: 0, ppk: 0, cpm: 0)
    for _ in 0..<Self.runs {
      let moments = Moments((0..<Self.count).map { _ in mean + generator.normal() })
      let s = moments.standardDeviation
      let ppFound = CapabilityIndex.chiSquare(8 / (6 * s), degreesOfFreedom: degrees, confidence: 0.95)
      // One side alone counts, so that the interval's own assumption holds for the centred process too.
      let ppkFound = CapabilityIndex.bissell(
        (4 - moments.mean) / (3 * s), count: Self.count, degreesOfFreedom: degrees, confidence: 0.95)
      let cpmFound = try #require(CapabilityIndex.cpm(moments, width: 8, target: 0, confidence: 0.95))
      held.pp += ppFound.lower <= pp && pp <= ppFound.upper ? 1 : 0
      held.ppk += ppkFound.lower <= ppk && ppk <= ppkFound.upper ? 1 : 0
      held.cpm += cpmFound.lower <= cpm && cpm <= cpmFound.upper ? 1 : 0
    }
    for share in [held.pp, held.ppk, held.cpm].map({ Double($0) / Double(Self.runs) }) {
      #expect(0.94 <= share && share <= 0.96, "\(held)")
    }
  }

  /// The exact bound: an index that is found as large as this or larger with 5 % alone bounds the true one.
  @Test(arguments: [(0.5, 5), (1.33, 30), (2, 200)])
  func lowerBoundOfTheFivePercentPointIsTheTrueIndex(ppl: Double, count: Int) {
    let scale = 3 * Double(count).squareRoot()
    let distribution = NoncentralStudentDistribution(degreesOfFreedom: count - 1, noncentrality: ppl * scale)
    let found = CapabilitySide(value: distribution.quantile(0.95) / scale, count: count, confidence: 0.95)
    #expect(relativeError(found.lowerBound, ppl) < 1e-10)
  }

  /// The same by simulation.
  @Test func lowerBoundHoldsInNineteenOfTwentyStudies() {
    var generator = SeededGenerator(seed: 44)
    let scale = 3 * Double(12).squareRoot()
    // The bound lies above the true index exactly where the index found lies above this one.
    let critical =
      NoncentralStudentDistribution(degreesOfFreedom: 11, noncentrality: 1.2 * scale).quantile(0.95) / scale
    let held = (0..<Self.runs).count { _ in
      let moments = Moments((0..<12).map { _ in generator.normal() })
      return (moments.mean + 3.6) / (3 * moments.standardDeviation) <= critical
    }
    #expect(abs(Double(held) / Double(Self.runs) - 0.95) < 0.01)
  }
}
