/// How late polls were in the last minute or so: counts in buckets that grow with the value, so that every figure is
/// right within 1/8 and the memory is the same for a thousand polls and for a million.
struct LatenessHistogram: Sendable {
  /// Buckets for each doubling.
  private static let steps = 8
  /// Anything below is one bucket, in microseconds.
  private static let smallest: Int64 = 64
  /// Doublings from `smallest` on; 64 us times 2 to the 24th are 18 minutes.
  private static let doublings = 24
  static let bucketCount = steps * doublings + 1
  /// A window ends after this time; what is told is the last whole window and the one that runs.
  static let windowMicroseconds: Int64 = 60_000_000

  private var current = [UInt32](repeating: 0, count: bucketCount)
  private var last: [UInt32] = []
  private var currentMaximum: Int64 = 0
  private var lastMaximum: Int64 = 0
  private var windowEnds: Int64 = .min

  mutating func record(_ lateness: Int64, now: Int64) {
    if now >= windowEnds { turn(now) }
    current[Self.bucket(lateness)] &+= 1
    currentMaximum = max(currentMaximum, lateness)
  }

  private mutating func turn(_ now: Int64) {
    let isRecent = windowEnds != .min && now - windowEnds < Self.windowMicroseconds
    if isRecent {
      // The buckets of the older window are used again.
      if last.isEmpty { last = [UInt32](repeating: 0, count: Self.bucketCount) }
      swap(&last, &current)
      lastMaximum = currentMaximum
    } else {
      last = []
      lastMaximum = 0
    }
    for index in current.indices { current[index] = 0 }
    currentMaximum = 0
    windowEnds = now + Self.windowMicroseconds
  }

  var maximum: Int64 { max(currentMaximum, lastMaximum) }

  /// The least value that `share` of the polls did not exceed, in microseconds; 0 where there were none.
  func quantile(_ share: Double) -> Int64 {
    let total = (0..<Self.bucketCount).reduce(UInt64(0)) { $0 + count($1) }
    guard total > 0 else { return 0 }
    let wanted = max(1, UInt64((Double(total) * share).rounded(.up)))
    var seen: UInt64 = 0
    for bucket in 0..<Self.bucketCount {
      seen += count(bucket)
      if seen >= wanted { return min(Self.upperBound(bucket), maximum) }
    }
    return maximum
  }

  private func count(_ bucket: Int) -> UInt64 {
    UInt64(current[bucket]) + (last.isEmpty ? 0 : UInt64(last[bucket]))
  }

  static func bucket(_ value: Int64) -> Int {
    guard value >= smallest else { return 0 }
    let doubling = (Int64.bitWidth - 1 - value.leadingZeroBitCount) - smallest.trailingZeroBitCount
    guard doubling < doublings else { return bucketCount - 1 }
    let base = smallest << Int64(doubling)
    return 1 + doubling * steps + Int((value - base) * Int64(steps) / base)
  }

  /// The greatest value that falls into a bucket.
  static func upperBound(_ bucket: Int) -> Int64 {
    guard bucket > 0 else { return smallest - 1 }
    let base = smallest << Int64((bucket - 1) / steps)
    return base + base / Int64(steps) * Int64((bucket - 1) % steps + 1) - 1
  }
}
