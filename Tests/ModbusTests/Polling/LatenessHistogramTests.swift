import Testing

@testable import Modbus

@Suite struct LatenessHistogramTests {
  @Test func quantilesAreRightWithinAnEighth() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<50 {
      var histogram = LatenessHistogram()
      let scale = Double.random(in: 100...1_000_000, using: &generator)
      let values = (0..<500).map { _ in Int64(Double.random(in: 1...scale, using: &generator)) }
      for value in values { histogram.record(value, now: 0) }
      let sorted = values.sorted()
      for share in [0.5, 0.99] {
        let exact = sorted[Int((Double(sorted.count) * share).rounded(.up)) - 1]
        let told = histogram.quantile(share)
        #expect(told >= exact && told <= exact + max(64, exact / 8))
      }
      #expect(histogram.maximum == sorted.last)
    }
  }

  @Test func everyValueLiesInItsBucket() {
    for value: Int64 in [0, 63, 64, 71, 72, 1_000, 999_999, 60_000_000, .max / 8] {
      let bucket = LatenessHistogram.bucket(value)
      #expect((0..<LatenessHistogram.bucketCount).contains(bucket))
      if bucket < LatenessHistogram.bucketCount - 1 {
        #expect(value <= LatenessHistogram.upperBound(bucket))
        #expect(bucket == 0 || value > LatenessHistogram.upperBound(bucket - 1))
      }
    }
  }

  @Test func whatIsOldIsForgotten() {
    var histogram = LatenessHistogram()
    histogram.record(900_000, now: 0)
    histogram.record(1_000, now: 61_000_000)
    #expect(histogram.maximum == 900_000)
    histogram.record(1_000, now: 122_000_000)
    #expect(histogram.maximum == 1_000)
    histogram.record(900_000, now: 500_000_000)
    #expect(histogram.quantile(0.01) > 800_000)
  }
}
