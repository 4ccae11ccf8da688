import Shopfloor
import Testing

@testable import Recorder

@Suite("Feature accumulator")
struct FeatureAccumulatorTests {
  @Test("without readings there is no feature")
  func empty() {
    for feature in CharacteristicPlan.Feature.allCases { #expect(FeatureAccumulator().value(of: feature) == nil) }
  }

  @Test("takes the features of readings in any order; the end is the latest by its own time")
  func features() {
    var features = FeatureAccumulator()
    for (second, value) in [(2, 5.0), (1, -3.0), (3, 4.0), (3, 4.5), (0, 9.5)] {
      features.take(value, at: Timestamp(microseconds: Int64(second)))
    }
    #expect(features.count == 5)
    #expect(features.value(of: .mean) == 4)
    #expect(features.value(of: .minimum) == -3)
    #expect(features.value(of: .maximum) == 9.5)
    #expect(features.value(of: .end) == 4.5)
    #expect(features.value(of: .duration) == nil)
  }

  @Test("agrees with the plain computation", arguments: 0..<20)
  func reference(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let values = (0..<Int.random(in: 1...50, using: &generator)).map { _ in
      Double.random(in: -100...100, using: &generator)
    }
    var features = FeatureAccumulator()
    for (index, value) in values.enumerated() { features.take(value, at: Timestamp(microseconds: Int64(index))) }
    #expect(features.value(of: .mean) == values.reduce(0, +) / Double(values.count))
    #expect(features.value(of: .minimum) == values.min())
    #expect(features.value(of: .maximum) == values.max())
    #expect(features.value(of: .end) == values.last)
  }
}
