import ControlCharts
import Testing

@Suite struct SampleSizeTests {
  @Test func theSmallestStudyThatShowsTheIndex() throws {
    let count = try SampleSize.toShow(ppk: 1.0, expected: 1.33)
    let bound = { (count: Int) throws in
      // The bound from the tolerance factor's side: P(T(n-1; 3√n) <= 3√n·1.33) reaches 95 %.
      let scale = 3 * Double(count).squareRoot()
      return NoncentralStudentDistribution(degreesOfFreedom: count - 1, noncentrality: scale)
        .probability(below: scale * 1.33)
    }
    #expect(try bound(count) >= 0.95)
    #expect(try bound(count - 1) < 0.95)
  }

  @Test func theSmallestStudyForAToleranceFactor() throws {
    for method in ToleranceFactor.Method.allCases {
      let count = try SampleSize.forTolerance(method, factor: 3, content: 0.95, confidence: 0.95)
      #expect(try ToleranceFactor(method: method, count: count, content: 0.95, confidence: 0.95).factor <= 3)
      #expect(try ToleranceFactor(method: method, count: count - 1, content: 0.95, confidence: 0.95).factor > 3)
    }
  }

  /// The customary success-run numbers.
  @Test(arguments: [(0.95, 0.95, 59), (0.99, 0.95, 299), (0.9, 0.9, 22), (0.8, 0.9, 11), (0.5, 0.5, 1)])
  func successRuns(content: Double, confidence: Double, count: Int) throws {
    #expect(try SampleSize.withoutFailure(content: content, confidence: confidence) == count)
  }

  @Test func whatCannotBeShownIsNamed() {
    #expect(throws: CapabilityFault.requiredIndex(required: 1.33, expected: 1.33)) {
      try SampleSize.toShow(ppk: 1.33, expected: 1.33)
    }
    #expect(throws: CapabilityFault.requiredIndex(required: 0, expected: 1)) {
      try SampleSize.toShow(ppk: 0, expected: 1)
    }
    #expect(throws: CapabilityFault.share(field: "confidence", 2)) {
      try SampleSize.toShow(ppk: 1, expected: 2, confidence: 2)
    }
    #expect(throws: CapabilityFault.sampleTooLarge) {
      try SampleSize.withoutFailure(content: 0.9999999, confidence: 0.9)
    }
    #expect(throws: CapabilityFault.share(field: "content", 1)) {
      try SampleSize.withoutFailure(content: 1, confidence: 0.9)
    }
  }
}
