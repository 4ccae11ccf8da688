import ControlCharts
import Testing

@Suite struct DistributionPropertyTests {
  /// A quantile put back gives the probability, over degrees of freedom from fractions to millions and tails to 1e-12.
  @Test func quantilesInvertProbabilities() {
    var generator = SeededGenerator(seed: 20_261)
    for _ in 0..<400 {
      let degrees = power(ofTen: Double.random(in: -0.3...6, using: &generator))
      let others = power(ofTen: Double.random(in: -0.3...4, using: &generator))
      let tail = power(ofTen: Double.random(in: -12 ... -0.31, using: &generator))
      let chiSquare = ChiSquareDistribution(degreesOfFreedom: degrees)
      #expect(relativeError(chiSquare.probability(below: chiSquare.quantile(tail)), tail) < 1e-9)
      #expect(relativeError(chiSquare.probability(above: chiSquare.upperQuantile(tail)), tail) < 1e-9)
      let beta = BetaDistribution(others / 2, 1 + degrees / 2)
      #expect(relativeError(beta.probability(below: beta.quantile(tail)), tail) < 1e-9)
      let f = FDistribution(numeratorDegreesOfFreedom: others, denominatorDegreesOfFreedom: degrees)
      #expect(relativeError(f.probability(above: f.upperQuantile(tail)), tail) < 1e-9)
      let student = StudentDistribution(degreesOfFreedom: degrees)
      #expect(relativeError(student.probability(below: student.quantile(tail)), tail) < 1e-9)
    }
  }

  /// Where the expansion for large shapes begins and ends, the sums give the same.
  @Test func expansionsMeetTheSums() {
    for tail in [1e-12, 0.001, 0.025, 0.5] {
      let sums = ChiSquareDistribution(degreesOfFreedom: 199_999.999)
      let expansion = ChiSquareDistribution(degreesOfFreedom: 200_000.001)
      let low = (sums.quantile(tail) + expansion.quantile(tail)) / 2
      #expect(relativeError(sums.probability(below: low), expansion.probability(below: low)) < 1e-4)
      #expect(abs(expansion.quantile(tail) - sums.quantile(tail) - 0.002) < 1e-4)
    }
    #expect(relativeError(ChiSquareDistribution(degreesOfFreedom: 1e300).quantile(0.3), 1e300) < 1e-12)
  }

  @Test func endsAndNonsenseAreNamedByTheirValue() {
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(1) == .infinity)
    #expect(NormalDistribution.quantile(-0.1).isNaN)
    #expect(NormalDistribution.quantile(.nan).isNaN)
    let chiSquare = ChiSquareDistribution(degreesOfFreedom: 4)
    #expect(chiSquare.quantile(0) == 0)
    #expect(chiSquare.quantile(1) == .infinity)
    #expect(chiSquare.quantile(1.01).isNaN)
    #expect(chiSquare.probability(below: -1) == 0)
    #expect(ChiSquareDistribution(degreesOfFreedom: 0).quantile(0.5).isNaN)
    #expect(ChiSquareDistribution(degreesOfFreedom: -3).probability(below: 1).isNaN)
    let beta = BetaDistribution(2, 3)
    #expect(beta.quantile(0) == 0)
    #expect(beta.quantile(1) == 1)
    #expect(beta.quantile(.nan).isNaN)
    #expect(BetaDistribution(0, 3).quantile(0.5).isNaN)
    let f = FDistribution(numeratorDegreesOfFreedom: 3, denominatorDegreesOfFreedom: 7)
    #expect(f.quantile(1) == .infinity)
    #expect(f.probability(below: .infinity) == 1)
    #expect(f.probability(above: -1) == 1)
    let student = StudentDistribution(degreesOfFreedom: 5)
    #expect(student.quantile(0.5) == 0)
    #expect(student.quantile(0) == -.infinity)
    #expect(student.quantile(1) == .infinity)
    #expect(student.quantile(1.5).isNaN)
  }

  private func power(ofTen exponent: Double) -> Double {
    // 10^x as 2^(x·log2 10) split in whole and rest; the rest by its series.
    let binary = exponent * 3.3219280948873623
    let whole = binary.rounded()
    var term = 1.0
    var sum = 1.0
    for index in 1...20 {
      term *= (binary - whole) * 0.6931471805599453 / Double(index)
      sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
  }
}
