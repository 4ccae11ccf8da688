import Testing

@testable import Modbus

@Suite struct DeadlineQueueTests {
  /// Against the obvious: a list that is searched.
  @Test func itAgreesWithASearchedList() {
    var generator = SeededGenerator(seed: 5)
    for count in [0, 1, 2, 7, 64] {
      var queue = DeadlineQueue(count: count)
      var list = [Int64](repeating: .max, count: count)
      for _ in 0..<2_000 where count > 0 {
        if Bool.random(using: &generator) {
          let member = Int.random(in: 0..<count, using: &generator)
          let deadline =
            Int.random(in: 0...4, using: &generator) == 0 ? Int64.max : .random(in: 0...99, using: &generator)
          queue.set(member, deadline)
          list[member] = deadline
        } else {
          let now = Int64.random(in: 0...99, using: &generator)
          let earliest = list.min() ?? .max
          #expect(queue.earliest == earliest)
          guard let due = queue.takeDue(now: now) else {
            #expect(earliest > now)
            continue
          }
          #expect(list[due] == earliest && earliest <= now)
          list[due] = .max
        }
      }
      #expect(queue.earliest == list.min() ?? .max)
    }
  }

  @Test func turnsAreTakenInTheOrderOfAsking() {
    var ring = TurnRing(members: 3)
    for member in [2, 0, 2, 1, 0] { ring.append(member) }
    #expect(ring.popFirst() == 2)
    ring.append(2)
    #expect([ring.popFirst(), ring.popFirst(), ring.popFirst(), ring.popFirst()] == [0, 1, 2, nil])
  }
}
