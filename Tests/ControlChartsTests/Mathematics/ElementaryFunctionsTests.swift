import Testing

@testable import ControlCharts

@Suite struct ElementaryFunctionsTests {
  @Test func closedFormsHold() {
    #expect(abs(mathExp(1) - 2.718281828459045) < 1e-15)
    #expect(abs(mathLog(mathExp(2)) - 2) < 1e-15)
    #expect(abs(mathExpMinusOne(1e-12) - 1.0000000000005e-12) < 1e-27)
    #expect(abs(mathLogOnePlus(1e-12) - 0.9999999999995e-12) < 1e-27)
    #expect(abs(mathPower(2, 0.5) - 2.squareRoot()) < 1e-15)
    #expect(abs(mathSin(Double.pi / 6) - 0.5) < 1e-15)
    #expect(abs(mathCos(Double.pi / 3) - 0.5) < 1e-15)
    #expect(abs(mathArcTan(1) - Double.pi / 4) < 1e-15)
    #expect(abs(mathErf(0.5) + mathErfc(0.5) - 1) < 1e-15)
    // Γ(5) = 24, Γ(-1/2) = -2√π.
    #expect(abs(mathLogGamma(5) - mathLog(24)) < 1e-14)
    #expect(abs(mathLogGamma(-0.5) - mathLog(2 * Double.pi.squareRoot())) < 1e-14)
  }

  /// Φ(-3) to 16 digits, by the continued fraction of the tail in decimal arithmetic.
  @Test func theNormalTailKeepsItsDigits() {
    #expect(abs(mathNormalCumulative(-3) / 0.001349898031630095 - 1) < 1e-14)
    #expect(abs(mathNormalCumulative(0) - 0.5) < 1e-16)
    #expect(abs(mathNormalDensity(0) - 0.3989422804014327) < 1e-16)
  }
}
