import ControlCharts
import Testing

/// What every estimator must do on normal values: find sigma, and say with how many degrees of freedom.
@Suite struct EstimatorPropertyTests {
  private struct Method {
    var design: ChartDesign
    /// Points of one study.
    var points: Int
  }

  private static let methods: [Method] =
    [SigmaMethod.meanMovingRange, .medianMovingRange, .successiveDifferences, .overall].map {
      Method(design: .of(.individuals, method: $0), points: 60)
    }
    + [.weightedRange, .unweightedRange, .weightedStandardDeviation, .unweightedStandardDeviation, .pooled].map {
      Method(design: .of(.xbarStandardDeviation, size: 5, method: $0), points: 12)
    } + [Method(design: .of(.median, size: 5), points: 40), Method(design: .of(.individuals, span: 4), points: 60)]

  /// Over many studies the mean estimate is sigma, and its spread is that of chi with the stated degrees of freedom:
  /// relative variance 1/(2ν). Spans beyond two state fewer on purpose.
  @Test(arguments: Self.methods.indices) func findsSigmaWithItsDegreesOfFreedom(_ index: Int) throws {
    let method = Self.methods[index]
    var random = SeededGenerator(seed: UInt64(900 + index))
    let studies = 800
    var sum = 0.0
    var squares = 0.0
    var freedom = 0.0
    for _ in 0..<studies {
      let samples: [ChartSample?] = (0..<method.points).map { _ in
        .values((0..<method.design.subgroupSize).map { _ in 30 + 2 * random.normal() })
      }
      let found = try ChartStudy.estimate(of: studyPoints(samples), design: method.design)
      let ratio = found.baseline.sigma / 2
      sum += ratio
      squares += ratio * ratio
      freedom = found.estimate.degreesOfFreedom
    }
    let mean = sum / Double(studies)
    let variance = squares / Double(studies) - mean * mean
    // Squared differences and the overall s are unbiased for the square alone.
    #expect(abs(mean - 1) < 0.02, "\(method.design.effectiveSigmaMethod)")
    let stated = 1 / (2 * freedom)
    if method.design.movingRangeSpan > 2 {
      #expect(variance < stated && variance > stated / 4)
    } else {
      #expect(abs(variance / stated - 1) < 0.18, "\(method.design.effectiveSigmaMethod): ν = \(freedom)")
    }
  }

  @Test func knownDegreesOfFreedom() throws {
    let single: [ChartSample?] = (0..<21).map { .values([Double($0 * $0 % 7)]) }
    func freedom(_ method: SigmaMethod) throws -> Double {
      try ChartStudy.estimate(of: studyPoints(single), design: .of(.individuals, method: method))
        .estimate.degreesOfFreedom
    }
    // Von Neumann and others: 2(N-1)²/(3N-4).
    #expect(try freedom(.successiveDifferences) == 800.0 / 59)
    #expect(try freedom(.overall) == 20)
    // About 0.62 for each moving range (Wheeler).
    #expect(try abs(freedom(.meanMovingRange) / 20 - 0.62) < 0.01)
    #expect(try freedom(.medianMovingRange) < freedom(.meanMovingRange))
  }

  @Test func subgroupsInAnotherOrderGiveTheSameLimits() throws {
    var random = SeededGenerator(seed: 12)
    for kind in [ChartKind.xbarRange, .xbarStandardDeviation, .median, .p, .u, .g] {
      for design in try ChartSamples.designs(of: kind) {
        let samples = (0..<30).map { _ in ChartSamples.sample(design, &random) }
        let first = try ChartStudy.estimate(of: studyPoints(samples), design: design)
        let second = try ChartStudy.estimate(of: studyPoints(samples.shuffled(using: &random)), design: design)
        #expect(abs(first.baseline.sigma - second.baseline.sigma) < 1e-11)
        #expect(abs(first.baseline.mean - second.baseline.mean) < 1e-11)
        #expect(first.estimate.values == second.estimate.values)
      }
    }
  }
}
