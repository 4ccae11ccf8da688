/// When the points of one device are due: one fixed-rate grid per poll interval, all from the same start, so that slow
/// points are due together with fast ones. A slot that was missed is counted and not made up for.
struct PollSchedule: Hashable, Sendable {
  /// Distinct, ascending, in microseconds.
  let intervals: [Int64]
  private var next: [Int64]
  private(set) var skippedSlots: UInt64 = 0

  /// - Parameter start: the first slot of every interval, by the monotonic clock in microseconds.
  init(intervals: [Int64], start: Int64) {
    precondition(!intervals.isEmpty && intervals.allSatisfy { $0 > 0 })
    self.intervals = Set(intervals).sorted()
    next = Array(repeating: start, count: self.intervals.count)
  }

  var nextDue: Int64 { next.min() ?? .max }

  /// The intervals that are due, each at most once however late it is.
  mutating func take(now: Int64) -> [Int64] {
    var due: [Int64] = []
    for (index, interval) in intervals.enumerated() where next[index] <= now {
      let missed = (now - next[index]) / interval
      skippedSlots += UInt64(missed)
      next[index] += (missed + 1) * interval
      due.append(interval)
    }
    return due
  }
}
