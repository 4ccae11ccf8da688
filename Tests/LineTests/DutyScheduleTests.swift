import Devices
import Ledger
import Shopfloor
import Testing

@testable import lotwire

@Suite("The duties of the ledger take turns")
struct DutyScheduleTests {
  private func clock(_ microseconds: Int64) -> ClockReading {
    ClockReading(utc: Timestamp(microseconds: microseconds), monotonicMicroseconds: microseconds)
  }

  @Test("two that always have more to do come in turn, and a third comes when it is due")
  func turns() {
    var schedule = DutySchedule(names: ["packing", "copy", "backup"], now: 0)
    schedule.done(2, .microseconds(100), at: clock(0))
    var order: [Int] = []
    for now in Int64(1)...7 {
      let at = now * 20
      guard case .perform(let index) = schedule.next(at: at) else { return #expect(Bool(false), "nothing at \(at)") }
      order.append(index)
      schedule.done(index, index == 2 ? .microseconds(1_000) : .none, at: clock(at))
    }
    #expect(order == [0, 1, 0, 1, 2, 0, 1])
  }

  @Test("what fails waits longer each time, up to a minute, and then counts as done again")
  func failures() {
    var schedule = DutySchedule(names: ["copy"], now: 0)
    var waits: [Int64] = []
    for _ in 0..<9 {
      schedule.failed(0, "the folder is away", at: 0)
      waits.append(schedule.standings[0].dueAt)
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { $0 * 1_000_000 })
    schedule.wake("copy", at: 5)
    #expect(schedule.next(at: 5) == .wait(until: 60_000_000))
    schedule.done(0, .microseconds(10), at: clock(60_000_000))
    #expect(schedule.standings[0].failures == 0)
    #expect(schedule.standings[0].problem == nil)
    schedule.wake("copy", at: 60_000_001)
    #expect(schedule.next(at: 60_000_001) == .perform(0))
  }

  @Test("nothing due: it waits for the first, a minute at most")
  func waiting() {
    var schedule = DutySchedule(names: ["packing", "backup"], now: 0)
    schedule.done(0, .microseconds(30), at: clock(10))
    schedule.done(1, .microseconds(86_400_000_000), at: clock(10))
    #expect(schedule.next(at: 20) == .wait(until: 40))
    schedule.done(0, .microseconds(86_400_000_000), at: clock(40))
    #expect(schedule.next(at: 50) == .wait(until: 60_000_050))
  }
}
