import ControlCharts
import Foundation
import Testing

private func value(
  _ number: Double, _ time: Int64, run: String = "R1", lot: String = "L1", cycle: Int = 0
) -> SubgroupValue {
  SubgroupValue(number, time: time, run: run, lot: lot, cycle: cycle)
}

/// Subgroups as text: the values, and why they are partial.
private func shown(_ subgroups: [Subgroup]) -> [String] {
  subgroups.map { subgroup in
    subgroup.values.map { String(Int($0)) }.joined(separator: " ") + (subgroup.partial.map { " \($0.rawValue)" } ?? "")
  }
}

@Suite struct SubgroupCollectorTests {
  @Test func byCount() throws {
    var collector = try SubgroupCollector(trigger: .count(3))
    let closed = (1...7).flatMap { collector.take(value(Double($0), Int64($0))) }
    #expect(shown(closed) == ["1 2 3", "4 5 6"])
    #expect(closed[1].from == 4 && closed[1].to == 6 && closed[1].run == "R1" && closed[1].lot == "L1")
    #expect(collector.openCount == 1)
  }

  @Test(arguments: [
    SubgroupTrigger.count(3), .window(microseconds: 1_000), .cycle, .run, .manual,
  ])
  func aChangeOfLotAlwaysClosesTheOpenSubgroup(_ trigger: SubgroupTrigger) throws {
    var collector = try SubgroupCollector(trigger: trigger)
    #expect(collector.take(value(1, 10)).isEmpty)
    #expect(collector.take(value(2, 20)).isEmpty)
    let closed = collector.take(value(3, 30, lot: "L2"))
    #expect(shown(closed) == ["1 2 lot-changed"])
    #expect(closed[0].lot == "L1" && collector.openCount == 1)
    #expect(shown(collector.end(.lot)) == ["3 lot-changed"])
  }

  @Test(arguments: [
    (SubgroupTrigger.count(3), "1 2 run-changed"), (.window(microseconds: 1_000), "1 2 run-changed"),
    (.cycle, "1 2 run-changed"), (.manual, "1 2 run-changed"), (.run, "1 2"),
  ])
  func aChangeOfRunClosesIt(_ trigger: SubgroupTrigger, _ expected: String) throws {
    var collector = try SubgroupCollector(trigger: trigger)
    for number in 1...2 { _ = collector.take(value(Double(number), 10)) }
    var ended = collector
    #expect(shown(collector.take(value(3, 30, run: "R2"))) == [expected])
    #expect(shown(ended.end(.run)) == [expected])
    #expect(ended.end(.run).isEmpty)
  }

  @Test func byCycle() throws {
    var collector = try SubgroupCollector(trigger: .cycle)
    var closed: [Subgroup] = []
    for (number, cycle) in [(1.0, 1), (2, 1), (3, 2), (4, 2)] {
      closed += collector.take(value(number, 0, cycle: cycle))
    }
    closed += collector.end(.cycle)
    #expect(shown(closed) == ["1 2", "3 4"] && closed.map(\.cycle) == [1, 2])
    // A value of a cycle that is over.
    #expect(collector.take(value(9, 0, cycle: 1)).isEmpty)
    #expect(collector.lateCount == 1)
  }

  @Test func byHand() throws {
    var manual = try SubgroupCollector(trigger: .manual)
    var counted = try SubgroupCollector(trigger: .count(5))
    for number in 1...3 {
      _ = manual.take(value(Double(number), 0))
      _ = counted.take(value(Double(number), 0))
    }
    #expect(manual.end(.cycle).isEmpty)
    #expect(shown(manual.end(.byHand)) == ["1 2 3"])
    #expect(shown(counted.end(.byHand)) == ["1 2 3 by-hand"])
  }

  @Test func windowsWaitForLateValues() throws {
    var collector = try SubgroupCollector(trigger: .window(microseconds: 100), latenessMicroseconds: 50)
    var closed: [Subgroup] = []
    for (number, time) in [(1.0, 210), (2, 250), (3, 310), (4, 240), (5, 349)] as [(Double, Int64)] {
      closed += collector.take(value(number, time))
    }
    #expect(closed.isEmpty && collector.openCount == 5)
    closed += collector.take(value(6, 350))
    // In the order of time: the late one stands where it belongs.
    #expect(shown(closed) == ["1 4 2"] && closed[0].from == 210 && closed[0].to == 250)
    #expect(collector.take(value(7, 299)).isEmpty)
    #expect(collector.lateCount == 1 && collector.openCount == 3)
    #expect(shown(collector.advance(to: 449)) == [])
    #expect(shown(collector.advance(to: 450)) == ["3 5 6"])
    #expect(collector.advance(to: 100).isEmpty)
  }

  @Test func windowsBeginAtMultiplesOfTheirLengthBefore1970Too() throws {
    var collector = try SubgroupCollector(trigger: .window(microseconds: 100))
    var closed: [Subgroup] = []
    for (number, time) in [(1.0, -101), (2, -100), (3, -1), (4, 0), (5, 100)] as [(Double, Int64)] {
      closed += collector.take(value(number, time))
    }
    #expect(shown(closed) == ["1", "2 3", "4"])
    for time in [Int64.min, .max] { _ = collector.take(value(1, time)) }
  }

  @Test func aValueOfTheLotBeforeIsLate() throws {
    var collector = try SubgroupCollector(trigger: .window(microseconds: 1_000), latenessMicroseconds: 500)
    _ = collector.take(value(1, 100))
    #expect(shown(collector.take(value(2, 200, lot: "L2"))) == ["1 lot-changed"])
    #expect(collector.take(value(3, 150)).isEmpty)
    #expect(collector.lateCount == 1)
    #expect(shown(collector.end(.lot)) == ["2 lot-changed"])
  }

  @Test func whatIsNoNumberJoinsNothing() throws {
    var collector = try SubgroupCollector(trigger: .count(2))
    for number in [1, .nan, .infinity, 2] { _ = collector.take(value(number, 0)) }
    #expect(collector.invalidCount == 2 && collector.openCount == 0)
  }

  @Test func anOverlongSubgroupIsClosedFull() throws {
    var collector = try SubgroupCollector(trigger: .manual)
    let closed = (0...ChartDesign.maximumSubgroupSize).flatMap { _ in collector.take(value(1, 0)) }
    #expect(closed.map(\.partial) == [.full] && collector.openCount == 1)
  }

  @Test(
    arguments: [
      (.count(0), 0), (.count(10_001), 0), (.window(microseconds: 0), 0), (.window(microseconds: 10), 320),
      (.count(5), -1),
    ] as [(SubgroupTrigger, Int64)])
  func refusesImpossibleTriggers(_ trigger: SubgroupTrigger, _ lateness: Int64) {
    #expect(throws: ControlChartFault.self) {
      try SubgroupCollector(trigger: trigger, latenessMicroseconds: lateness)
    }
  }

  /// Nothing is lost or invented: every value is in one subgroup, or open, or counted. A stored collector goes on alike.
  @Test(arguments: [
    SubgroupTrigger.count(4), .window(microseconds: 100), .cycle, .run, .manual,
  ])
  func everyValueIsAccountedFor(_ trigger: SubgroupTrigger) throws {
    var random = SeededGenerator(seed: 77)
    var collector = try SubgroupCollector(trigger: trigger, latenessMicroseconds: 120)
    var time: Int64 = 0
    var run = 0
    var cycle = 0
    var taken = 0
    var closed: [Subgroup] = []
    for _ in 0..<2_000 {
      let stored = try JSONEncoder().encode(collector)
      var restored = try JSONDecoder().decode(SubgroupCollector.self, from: stored)
      #expect(restored == collector)
      let step = Int.random(in: 0..<40, using: &random)
      if step == 0 {
        let ending = [.cycle, .run, .lot, .byHand][Int.random(in: 0..<4, using: &random)] as SubgroupCollector.Ending
        closed += collector.end(ending)
        continue
      }
      time += Int64.random(in: 0...40, using: &random)
      if step < 3 { run += 1 }
      if step < 9 { cycle += 1 }
      let late = step > 35 ? Int64.random(in: 0...300, using: &random) : 0
      let next = value(
        Double(taken), time - late, run: "R\(run)", lot: "L\(run / 2)", cycle: step > 37 ? cycle - 1 : cycle)
      taken += 1
      let found = collector.take(next)
      #expect(restored.take(next) == found)
      closed += found
    }
    let values = closed.flatMap(\.values)
    #expect(values.count + collector.openCount + collector.lateCount == taken)
    #expect(Set(values).count == values.count)
    #expect(closed.allSatisfy { !$0.values.isEmpty && $0.from <= $0.to })
    #expect(collector.lateCount > 0 || trigger == .manual || trigger == .count(4) || trigger == .run)
  }
}
