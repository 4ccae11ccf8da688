import Testing

@testable import Modbus

@Suite struct PollScheduleTests {
  @Test func slotsStayOnTheGrid() {
    var schedule = PollSchedule(intervals: [100], start: 1_000)
    #expect(schedule.take(now: 999) == [])
    #expect(schedule.take(now: 1_003) == [100])
    #expect(schedule.nextDue == 1_100)
    #expect(schedule.take(now: 1_099) == [])
    #expect(schedule.take(now: 1_100) == [100])
    #expect(schedule.skippedSlots == 0)
  }

  @Test func missedSlotsAreCountedAndNotMadeUpFor() {
    var schedule = PollSchedule(intervals: [100], start: 0)
    _ = schedule.take(now: 0)
    #expect(schedule.take(now: 730) == [100])
    #expect(schedule.skippedSlots == 6)
    #expect(schedule.take(now: 731) == [])
    #expect(schedule.nextDue == 800)
  }

  @Test func slowPointsAreDueTogetherWithFastOnes() {
    var schedule = PollSchedule(intervals: [1_000, 100, 100], start: 50)
    #expect(schedule.take(now: 50) == [100, 1_000])
    for slot in 1..<10 { #expect(schedule.take(now: 50 + Int64(slot) * 100) == [100]) }
    #expect(schedule.take(now: 1_050) == [100, 1_000])
  }
}
