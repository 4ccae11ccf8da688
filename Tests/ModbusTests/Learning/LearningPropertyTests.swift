import Devices
import Shopfloor
import Testing

@testable import Modbus

/// Random devices with random faults: in the end everything that can be read is, and nothing else was ever said.
@Suite struct LearningPropertyTests {
  @Test func everyReadablePointIsReadInTheEnd() throws {
    var generator = SeededGenerator(seed: 31)
    for seed in 0..<60 {
      let addresses = (0..<150).filter { _ in Int.random(in: 0...4, using: &generator) > 0 }
      let missing = Set((0..<150).filter { _ in Int.random(in: 0...25, using: &generator) == 0 })
      let maximum = Bool.random(using: &generator) ? 125 : Int.random(in: 3...100, using: &generator)
      let borders = (0..<Int.random(in: 0...2, using: &generator)).map { _ in
        Int.random(in: 1...149, using: &generator)
      }
      let rules = RequestRules(bridgesGaps: Bool.random(using: &generator))
      let points = addresses.map { word("p\($0)", $0, interval: LearningPoll.interval) }
      var poll = try LearningPoll(
        points, RefusingDevice(missing: missing, maximum: maximum, borders: borders), rules: rules)
      let place = Comment(rawValue: "seed \(seed): missing \(missing.sorted()), at most \(maximum), \(borders)")
      var settled = 0
      for number in 0..<150 {
        let readings = poll.run()
        #expect(readings.count == points.count, place)
        #expect(poll.requests.count <= points.count + PlanLearner.maximumExtraRequestsPerPoll, place)
        for (index, reading) in readings where reading.quality == .good {
          #expect(reading.value == Double(addresses[index] + 1), place)
        }
        let complete = readings.allSatisfy { ($0.value.quality == .good) != missing.contains(addresses[$0.key]) }
        settled = complete ? settled + 1 : 0
        if number == 149 { #expect(settled > 20, place) }
      }
      // Nothing is refused any more.
      #expect(
        poll.requests.allSatisfy { request in
          var device = poll.device
          if case .success = device.answer(request) { return true }
          return false
        }, place)
      // No point is called unreadable that is not.
      let hulls = poll.learner.learned.unreadable.map { $0.address..<($0.address + $0.count) }
      for hull in hulls where addresses.contains(where: hull.contains) {
        #expect(!missing.isDisjoint(with: hull), place)
      }
    }
  }
}
