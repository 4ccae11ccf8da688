import ControlCharts
import Testing

@Suite struct NormalityTestTests {
  /// D'Agostino and Stephens (1986), table 4.7: A* of 0.631, 0.752, 1.035 for 10, 5 and 1 %.
  @Test func levelsAreKeptInSimulation() {
    var generator = SeededGenerator(seed: 12)
    let runs = 4_000
    var rejected = (five: 0, ten: 0, shapiroWilk: 0)
    for _ in 0..<runs {
      let values = (0..<20).map { _ in generator.normal() }.sorted()
      guard let test = NormalityTest.andersonDarling(sorted: values) else { continue }
      rejected.shapiroWilk += NormalityTest.shapiroWilk(sorted: values).map { $0.probability < 0.05 } == true ? 1 : 0
      rejected.five += test.probability < 0.05 ? 1 : 0
      rejected.ten += test.probability < 0.1 ? 1 : 0
      // The fitted p-values meet the tabulated points within a hundredth of the statistic.
      if test.adjustedStatistic > 0.762 { #expect(test.probability < 0.05) }
      if test.adjustedStatistic < 0.742 { #expect(test.probability > 0.05) }
      if test.adjustedStatistic > 1.045 { #expect(test.probability < 0.01) }
      if test.adjustedStatistic < 0.621 { #expect(test.probability > 0.1) }
    }
    #expect(abs(Double(rejected.five) / Double(runs) - 0.05) < 0.014)
    #expect(abs(Double(rejected.shapiroWilk) / Double(runs) - 0.05) < 0.014)
    #expect(abs(Double(rejected.ten) / Double(runs) - 0.1) < 0.019)
  }

  @Test func tooFewManyOrEqualValuesHaveNoTest() throws {
    #expect(NormalityTest.andersonDarling(sorted: [1, 2, 3, 4, 5, 6, 7]) == nil)
    #expect(NormalityTest.andersonDarling(sorted: [Double](repeating: 2, count: 20)) == nil)
    #expect(NormalityTest.shapiroWilk(sorted: [1, 2, 3, 4, 5, 6, 7]) == nil)
    #expect(NormalityTest.shapiroWilk(sorted: [Double](repeating: 2, count: 20)) == nil)
    #expect(NormalityTest.shapiroWilk(sorted: (0...5_000).map(Double.init)) == nil)
    #expect(try #require(NormalityTest.shapiroWilk(sorted: (1...5_000).map(Double.init))).probability < 1e-10)
  }

  @Test func anOutlierBeyondAllProbabilityIsNoInfinity() throws {
    let values = (0..<5_000).map { Double($0 % 2) } + [1_000_000]
    let test = try #require(NormalityTest.andersonDarling(sorted: values.sorted()))
    #expect(test.statistic.isFinite)
    #expect(test.probability < 1e-20)
  }
}
