import Devices
import Shopfloor
import Synchronization

/// True time, which only the simulation moves, and what the machine's clocks make of it.
final class SimulatedClock: WallClock {
  private struct State {
    var trueTime: Int64 = 0
    /// What UTC is wrong by.
    var offset: Int64 = 0
    var bootedAt: Int64 = 0
    var boots = 1
  }

  /// 2026-11-21T00:00:00Z.
  static let beginning: Int64 = 1_795_219_200_000_000
  /// The monotonic clock of a machine that just booted has run for so long, in microseconds.
  static let bootMicroseconds: Int64 = 8_000_000

  private let state = Mutex(State())

  /// Microseconds since the simulation began; never goes back.
  var trueTime: Int64 { state.withLock { $0.trueTime } }
  var trueUTC: Timestamp { Timestamp(microseconds: Self.beginning + trueTime) }
  var bootID: String { "boot-\(state.withLock { $0.boots })" }

  func now() -> ClockReading {
    state.withLock {
      ClockReading(
        utc: Timestamp(microseconds: Self.beginning + $0.trueTime + $0.offset),
        monotonicMicroseconds: Self.bootMicroseconds + $0.trueTime - $0.bootedAt)
    }
  }

  func advance(to time: Int64) { state.withLock { $0.trueTime = max($0.trueTime, time) } }
  func advance(by step: Int64) { state.withLock { $0.trueTime += step } }
  func stepUTC(by step: Int64) { state.withLock { $0.offset += step } }

  func reboot() {
    state.withLock {
      $0.bootedAt = $0.trueTime
      $0.boots += 1
    }
  }

  /// When the monotonic clock of this boot will show this, in true time.
  func trueTime(ofMonotonic monotonic: Int64) -> Int64 {
    state.withLock { monotonic >= .max / 2 ? .max : monotonic - Self.bootMicroseconds + $0.bootedAt }
  }
}
