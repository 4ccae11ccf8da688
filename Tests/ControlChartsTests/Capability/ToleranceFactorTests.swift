import ControlCharts
import Testing

@Suite struct ToleranceFactorTests {
  struct Row: Decodable {
    var method: ToleranceFactor.Method
    var count: Int
    var content, confidence, factor: Double
  }

  @Test func factorsAreThoseOfTheDefiningIntegrals() throws {
    for row in try CapabilityCases<Row>("tolerance-factors").rows {
      let factor = try ToleranceFactor(
        method: row.method, count: row.count, content: row.content, confidence: row.confidence)
      #expect(relativeError(factor.factor, row.factor) < 1e-10, "\(row) \(factor.factor)")
    }
  }

  /// ISO 16269-6, tables of factors for unknown mean and sigma: three decimals.
  @Test(arguments: [(2, 36.519), (5, 5.077), (10, 3.393), (30, 2.555)])
  func twoSidedFactorsAreThePrintedOnes(count: Int, printed: Double) throws {
    let factor = try ToleranceFactor(method: .twoSidedExact, count: count, content: 0.95, confidence: 0.95)
    #expect(abs(factor.factor - printed) <= 0.0005)
  }

  @Test func whatIsNotPossibleIsNamed() throws {
    #expect(throws: CapabilityFault.toleranceCount(1)) {
      try ToleranceFactor(method: .oneSidedExact, count: 1, content: 0.9, confidence: 0.9)
    }
    #expect(throws: CapabilityFault.toleranceCount(10_000_000)) {
      try ToleranceFactor(method: .oneSidedExact, count: 10_000_000, content: 0.9, confidence: 0.9)
    }
    #expect(throws: CapabilityFault.share(field: "content", 1)) {
      try ToleranceFactor(method: .oneSidedExact, count: 10, content: 1, confidence: 0.9)
    }
    #expect(throws: CapabilityFault.share(field: "confidence", 95)) {
      try ToleranceFactor(method: .twoSidedExact, count: 10, content: 0.9, confidence: 95)
    }
  }

  /// The interval holds the content as often as it says, in simulated samples of six.
  @Test func coverageIsTheConfidence() throws {
    var generator = SeededGenerator(seed: 6)
    let factor = try ToleranceFactor(method: .twoSidedExact, count: 6, content: 0.9, confidence: 0.8).factor
    let runs = 10_000
    let covered = (0..<runs).count { _ in
      let values = (0..<6).map { _ in generator.normal() }
      let mean = values.reduce(0, +) / 6
      let s = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 5).squareRoot()
      return NormalDistribution.probability(below: mean + factor * s)
        - NormalDistribution.probability(below: mean - factor * s) >= 0.9
    }
    // Four standard errors.
    #expect(abs(Double(covered) / Double(runs) - 0.8) < 0.016)
  }
}
