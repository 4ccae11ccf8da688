import ControlCharts
import Testing

@Suite struct ControlChartConstantsTests {
  /// Reference values by the gamma recurrence in 40-digit decimal arithmetic.
  @Test(arguments: [
    (2, 0.7978845608028653558798921198687637),
    (3, 0.8862269254527580136490837416705726),
    (4, 0.9213177319235612780406523894183725),
    (5, 0.9399856029866251884059119818041420),
    (10, 0.9726592741215882433583446794590644),
    (25, 0.9896403755857030838917173399045664),
    (344, 0.9992714036141104207705506576341257),
    (999, 0.9997495304126594245926015772193175),
    (1_000, 0.9997497811015132032109532201261599),
    (20_000, 0.9999874994531064450042786020384792),
  ])
  func c4IsExactToTwelveDigits(sampleSize: Int, expected: Double) throws {
    let value = try #require(ControlChartConstants.c4(sampleSize: sampleSize))
    #expect(abs(value / expected - 1) < 1e-12)
  }

  @Test(arguments: [1, 0, -5])
  func c4NeedsTwoValues(sampleSize: Int) {
    #expect(ControlChartConstants.c4(sampleSize: sampleSize) == nil)
  }

  @Test func d2OfTwoIsTheClosedForm() {
    #expect(ControlChartConstants.d2OfTwo == 1.1283791670955126)
  }
}
