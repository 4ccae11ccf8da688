import Devices
import Shopfloor
import Synchronization

/// The clocks of the machine, ahead by what the work at the line took: nobody waits for a sealing cycle.
final class LineClock: WallClock {
  private let ahead = Mutex<Int64>(0)

  func now() -> ClockReading {
    let reading = SystemClock().now()
    let ahead = self.ahead.withLock { $0 }
    return ClockReading(
      utc: reading.utc.advanced(byMicroseconds: ahead),
      monotonicMicroseconds: reading.monotonicMicroseconds + ahead)
  }

  func work(microseconds: Int64) { ahead.withLock { $0 += microseconds } }
}
