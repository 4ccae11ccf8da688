import ControlCharts
import Testing

@Suite struct NoncentralDistributionTests {
  struct Row: Decodable {
    var degreesOfFreedom: Int
    var noncentrality, t, below, above: Double
  }

  @Test func noncentralStudentTails() throws {
    for row in try CapabilityCases<Row>("noncentral-student-probability").rows {
      let distribution = NoncentralStudentDistribution(
        degreesOfFreedom: row.degreesOfFreedom, noncentrality: row.noncentrality)
      #expect(relativeError(distribution.probability(below: row.t), row.below) < 1e-11, "\(row)")
      #expect(relativeError(distribution.probability(above: row.t), row.above) < 1e-11, "\(row)")
      #expect(relativeError(distribution.quantile(row.below), row.t) < 1e-8, "\(row)")
      let noncentrality = NoncentralStudentDistribution.noncentrality(
        degreesOfFreedom: row.degreesOfFreedom, t: row.t, probability: row.below)
      #expect(abs(noncentrality - row.noncentrality) < 1e-8 * max(1, abs(row.noncentrality)), "\(row)")
    }
  }

  /// Without noncentrality it is Student's distribution, whose code shares nothing with the integral.
  @Test(arguments: [1, 2, 5, 30, 400, 100_000])
  func centralCaseIsStudents(degreesOfFreedom: Int) {
    let noncentral = NoncentralStudentDistribution(degreesOfFreedom: degreesOfFreedom, noncentrality: 0)
    let student = StudentDistribution(degreesOfFreedom: Double(degreesOfFreedom))
    for t in [-30, -6, -2, -0.3, 0, 0.7, 1.96, 8, 1_000] where student.probability(below: t) > 1e-20 {
      #expect(relativeError(noncentral.probability(below: t), student.probability(below: t)) < 1e-11, "t \(t)")
    }
  }

  /// As many degrees of freedom and as much noncentrality as a study of a million values has.
  @Test func hugeNoncentralityStaysExact() {
    let distribution = NoncentralStudentDistribution(degreesOfFreedom: 999_999, noncentrality: 5_000)
    let t = distribution.quantile(0.95)
    #expect(abs(distribution.probability(below: t) - 0.95) < 1e-11)
    // Normal approximation of Johnson and Welch, good to about 1e-3 sigmas here.
    let sigma = (1 + 25e6 / (2 * 999_999.0)).squareRoot()
    #expect(abs((t - 5_000) / sigma - 1.645) < 0.01)
  }

  @Test func noncentralChiSquareOfOneDegree() {
    for mean in [0, 0.2, 1, 3, 40.0] {
      let distribution = NoncentralChiSquareDistribution(squareRootOfNoncentrality: mean)
      for probability in [1e-6, 0.3, 0.9, 0.95, 0.9999] {
        let x = distribution.quantile(probability)
        #expect(abs(distribution.probability(below: x) - probability) < 1e-13)
      }
    }
    let central = NoncentralChiSquareDistribution(squareRootOfNoncentrality: 0)
    let chiSquare = ChiSquareDistribution(degreesOfFreedom: 1)
    for probability in [1e-6, 0.01, 0.5, 0.9, 0.95, 0.9973, 0.999999] {
      #expect(relativeError(central.quantile(probability), chiSquare.quantile(probability)) < 1e-9)
    }
  }

  @Test func nonsenseIsNotANumber() {
    #expect(NoncentralStudentDistribution(degreesOfFreedom: 0, noncentrality: 1).probability(below: 1).isNaN)
    #expect(NoncentralStudentDistribution(degreesOfFreedom: 4, noncentrality: .infinity).quantile(0.5).isNaN)
    #expect(NoncentralStudentDistribution(degreesOfFreedom: 4, noncentrality: 1).quantile(1.2).isNaN)
    #expect(NoncentralStudentDistribution(degreesOfFreedom: 4, noncentrality: 1).probability(below: .infinity) == 1)
    #expect(NoncentralChiSquareDistribution(squareRootOfNoncentrality: .nan).quantile(0.5).isNaN)
  }
}
