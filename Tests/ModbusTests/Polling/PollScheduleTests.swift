import Testing

@testable import Modbus

@Suite struct PollScheduleTests {
  @Test func slotsStayOnTheGrid() {
    var schedule = PollSchedule(intervals: [100], start: 1_000)
    #expect(schedule.take(now: 999).mask == 0)
    #expect(schedule.take(now: 1_003).mask == 1)
    #expect(schedule.nextDue == 1_100)
    #expect(schedule.take(now: 1_099).mask == 0)
    #expect(schedule.take(now: 1_100).mask == 1)
    #expect(schedule.skippedSlots == 0)
  }

  @Test func missedSlotsAreCountedAndNotMadeUpFor() {
    var schedule = PollSchedule(intervals: [100], start: 0)
    _ = schedule.take(now: 0)
    #expect(schedule.take(now: 730) == PollSchedule.Due(mask: 1, missed: 6))
    #expect(schedule.lastSlot == [700])
    #expect(schedule.skippedSlots == 6)
    #expect(schedule.take(now: 731).mask == 0)
    #expect(schedule.nextDue == 800)
  }

  @Test func slowPointsAreDueTogetherWithFastOnes() {
    var schedule = PollSchedule(intervals: [1_000, 100, 100], start: 50)
    #expect(schedule.intervals(of: schedule.take(now: 50).mask) == [100, 1_000])
    for slot in 1..<10 {
      #expect(schedule.intervals(of: schedule.take(now: 50 + Int64(slot) * 100).mask) == [100])
    }
    #expect(schedule.intervals(of: schedule.take(now: 1_050).mask) == [100, 1_000])
  }

  @Test func thinnedSlotsStayEvenAndOnTheGrid() {
    var schedule = PollSchedule(intervals: [100], start: 0)
    var taken: [Int64] = []
    for now in stride(from: Int64(0), to: 2_000, by: 10) where schedule.take(now: now, thinning: 4).mask != 0 {
      taken.append(now)
    }
    #expect(taken == [0, 400, 800, 1_200, 1_600])
    #expect(schedule.skippedSlots == 15)
  }
}
