import Testing

@testable import Modbus

@Suite struct ResponseTimerTests {
  @Test func theWaitIsLearnedWithinItsBounds() {
    var timer = ResponseTimer(floorMicroseconds: 100_000, capMicroseconds: 1_000_000)
    #expect(timer.timeoutMicroseconds == 1_000_000)
    for _ in 0..<50 { timer.answered(after: 2_000) }
    #expect(timer.timeoutMicroseconds == 100_000)
    timer.timedOut()
    #expect(timer.timeoutMicroseconds == 200_000)
    for _ in 0..<20 { timer.timedOut() }
    #expect(timer.timeoutMicroseconds == 1_000_000)
    timer.answered(after: 400_000)
    #expect(timer.timeoutMicroseconds > 300_000)
    for _ in 0..<50 { timer.answered(after: 200_000) }
    #expect((200_000...450_000).contains(timer.timeoutMicroseconds))
  }

  @Test func theCapOfTheProfileIsNeverPassed() {
    var timer = ResponseTimer(floorMicroseconds: 300_000, capMicroseconds: 50_000)
    #expect(timer.timeoutMicroseconds == 50_000)
    timer.answered(after: 40_000)
    timer.timedOut()
    #expect(timer.timeoutMicroseconds == 50_000)
  }
}
