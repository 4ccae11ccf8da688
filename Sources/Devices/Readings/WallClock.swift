public import Shopfloor

#if canImport(Glibc)
  import Glibc
#endif

/// Time as injected everywhere: UTC for the record, monotonic for durations.
public protocol WallClock: Sendable {
  func now() -> ClockReading
}

/// Both clocks read at one moment.
public struct ClockReading: Hashable, Sendable, Codable {
  public var utc: Timestamp
  public var monotonicMicroseconds: Int64

  public init(utc: Timestamp, monotonicMicroseconds: Int64) {
    self.utc = utc
    self.monotonicMicroseconds = monotonicMicroseconds
  }
}

/// The clocks of the machine.
public struct SystemClock: WallClock {
  public init() {}

  public func now() -> ClockReading {
    ClockReading(
      utc: Timestamp(microseconds: Self.microseconds(of: CLOCK_REALTIME)),
      monotonicMicroseconds: Self.microseconds(of: CLOCK_MONOTONIC))
  }

  private static func microseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
