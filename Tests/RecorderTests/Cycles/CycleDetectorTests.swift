import Shopfloor
import Testing

@testable import Recorder

@Suite("Cycle detector")
struct CycleDetectorTests {
  @Test(
    "finds the edges of a condition",
    arguments: [
      (CyclePlan.Condition.bit, [0, 1, 1, 0, 5, 0], [nil, .began, nil, .ended, .began, .ended]),
      (.bit, [1, 1, 0], [.alreadyRunning, nil, .ended]),
      (
        .above(level: 10, hysteresis: 2), [9, 10, 10.5, 9, 8, 7.9, 9.5, 11],
        [nil, nil, .began, nil, nil, .ended, nil, .began]
      ),
      (.above(level: 10, hysteresis: 2), [9, 11], [nil, .began]),
      (.above(level: 10, hysteresis: 0), [11, 10, 9], [.alreadyRunning, nil, .ended]),
      (
        .below(level: 10, hysteresis: 2), [11, 10, 9.5, 11, 12, 12.1, 10.5, 9],
        [nil, nil, .began, nil, nil, .ended, nil, .began]
      ),
    ] as [(CyclePlan.Condition, [Double], [CycleDetector.Edge?])])
  func edges(condition: CyclePlan.Condition, values: [Double], expected: [CycleDetector.Edge?]) {
    var detector = CycleDetector(condition: condition)
    let found = values.map { detector.take($0) }
    #expect(found == expected)
  }
}
