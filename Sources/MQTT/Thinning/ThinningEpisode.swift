import Devices
import Shopfloor

/// The time in which a topic sends more than its rule allows, told in stretches that do not overlap.
struct ThinningEpisode {
  /// From the first message over the rule to the last one, both included.
  struct Stretch: Hashable {
    var from: Timestamp
    var until: Timestamp
    var received: Int
    var kept: Int
  }

  private var stretch: Stretch?
  /// Messages within the rule since the last one over it: they count where another one over it follows.
  private var within = 0
  /// By the monotonic clock, in microseconds.
  private var lastOver: Int64 = 0
  private var lastTold: Int64?

  mutating func note(isOver: Bool, at time: ClockReading) {
    guard isOver else {
      within += 1
      return
    }
    lastOver = time.monotonicMicroseconds
    var grown = stretch ?? Stretch(from: time.utc, until: time.utc, received: 0, kept: 0)
    if stretch != nil {
      grown.received += within
      grown.kept += within
    }
    grown.received += 1
    grown.until = max(grown.until, time.utc)
    stretch = grown
    within = 0
  }

  mutating func keep() { stretch?.kept += 1 }

  func isDue(at now: Int64) -> Bool {
    guard stretch != nil else { return false }
    return lastTold.map { now &- $0 >= TopicThinner.noteMicroseconds } ?? true
  }

  func isQuiet(at now: Int64) -> Bool { now &- lastOver >= TopicThinner.quietMicroseconds }

  /// What has not been told yet.
  mutating func take(at now: Int64) -> Stretch? {
    defer { stretch = nil }
    if stretch != nil { lastTold = now }
    return stretch
  }
}
