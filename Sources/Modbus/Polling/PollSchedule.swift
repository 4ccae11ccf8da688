/// When the points of one device are due: one fixed-rate grid per poll interval, all from the same start, so that slow
/// points are due together with fast ones. A slot that was missed is counted and not made up for.
struct PollSchedule: Hashable, Sendable {
  /// Poll intervals that are due together, one bit for each place in ``intervals``.
  typealias Mask = UInt64

  /// What ``take(now:thinning:)`` found.
  struct Due: Hashable, Sendable {
    var mask: Mask = 0
    /// Slots that passed unnoticed because nothing could be asked in time.
    var missed: UInt64 = 0
  }

  static let maximumIntervals = Mask.bitWidth

  /// Distinct, ascending, in microseconds; at most ``maximumIntervals``.
  let intervals: [Int64]
  /// By the place of the interval: the next slot, the slot that was taken last, the slots left out so far.
  private var next: [Int64]
  private(set) var lastSlot: [Int64]
  private(set) var skipped: [UInt64]
  private(set) var nextDue: Int64

  /// - Parameters:
  ///   - intervals: none for a device that is read and written on request only.
  ///   - start: the first slot of every interval, by the monotonic clock in microseconds.
  init(intervals: [Int64], start: Int64) {
    let distinct = Set(intervals).sorted()
    precondition(distinct.count <= Self.maximumIntervals && distinct.allSatisfy { $0 > 0 })
    self.intervals = distinct
    next = Array(repeating: start, count: distinct.count)
    lastSlot = next
    skipped = Array(repeating: 0, count: distinct.count)
    nextDue = distinct.isEmpty ? .max : start
  }

  var skippedSlots: UInt64 { skipped.reduce(0, +) }

  /// The intervals that are due, each at most once however late it is.
  ///
  /// - Parameter thinning: every how many slots one is used; the others are counted as skipped.
  mutating func take(now: Int64, thinning: Int64 = 1) -> Due {
    var due = Due()
    guard nextDue <= now else { return due }
    var earliest = Int64.max
    for index in intervals.indices {
      if next[index] <= now {
        let step = intervals[index] * thinning
        let missed = (now - next[index]) / step
        due.missed += UInt64(missed)
        due.mask |= 1 << Mask(index)
        lastSlot[index] = next[index] + missed * step
        next[index] = lastSlot[index] + step
        skipped[index] += UInt64((missed + 1) * thinning - 1)
      }
      earliest = min(earliest, next[index])
    }
    nextDue = earliest
    return due
  }

  /// The intervals of a mask, ascending.
  func intervals(of mask: Mask) -> [Int64] {
    intervals.indices.filter { mask & (1 << Mask($0)) != 0 }.map { intervals[$0] }
  }

  /// The bit of an interval.
  func bit(of interval: Int64) -> Mask {
    intervals.firstIndex(of: interval).map { 1 << Mask($0) } ?? 0
  }
}
