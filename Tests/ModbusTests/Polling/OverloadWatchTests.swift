import Testing

@testable import Modbus

@Suite struct OverloadWatchTests {
  /// A unit polled every 10 ms whose poll takes `cost` microseconds, for some simulated seconds; returns the slots used.
  private func run(
    _ watch: inout OverloadWatch, _ schedule: inout PollSchedule, from start: Int64, seconds: Int64, cost: Int64
  ) -> [Int64] {
    var now = max(start, schedule.nextDue)
    var used: [Int64] = []
    while now < start + seconds * 1_000_000 {
      let due = schedule.take(now: now, thinning: watch.thinning)
      watch.took(missed: due.missed, now: now)
      used.append(schedule.lastSlot[0])
      watch.becameBusy(now: now)
      watch.becameFree(now: now + cost)
      now = max(now + cost, schedule.nextDue)
    }
    return used
  }

  @Test func itThinsEvenlyWhileOverloadedAndGoesBack() {
    var watch = OverloadWatch()
    var schedule = PollSchedule(intervals: [10_000], start: 0)
    _ = run(&watch, &schedule, from: 0, seconds: 20, cost: 4_000)
    #expect(watch.thinning == 1)
    _ = run(&watch, &schedule, from: 20_000_000, seconds: 20, cost: 28_000)
    #expect((3...4).contains(watch.thinning))
    let even = run(&watch, &schedule, from: 40_000_000, seconds: 20, cost: 28_000)
    let gaps = Set(zip(even.dropFirst(2), even.dropFirst(1)).map { $0 - $1 })
    #expect(gaps.count == 1 && gaps.first == watch.thinning * 10_000)
    _ = run(&watch, &schedule, from: 60_000_000, seconds: 20, cost: 4_000)
    #expect(watch.thinning == 1)
  }

  @Test func oneStandstillOfTheProcessNoMoreThanDoublesAndIsGoneBackFromSoon() {
    var watch = OverloadWatch()
    var schedule = PollSchedule(intervals: [1_000_000], start: 0)
    _ = run(&watch, &schedule, from: 0, seconds: 20, cost: 4_000)
    _ = run(&watch, &schedule, from: 620_000_000, seconds: 1, cost: 4_000)
    #expect(watch.thinning == 2)
    _ = run(&watch, &schedule, from: 621_000_000, seconds: 14, cost: 4_000)
    #expect(watch.thinning == 1)
  }

  @Test func aFewMissedSlotsAreNoOverload() {
    var watch = OverloadWatch()
    for second in 0..<60 {
      for slot in 0..<100 {
        let now = Int64(second) * 1_000_000 + Int64(slot) * 10_000
        watch.took(missed: slot == 50 ? 2 : 0, now: now)
      }
    }
    #expect(watch.thinning == 1)
  }
}
