/// When an edge node is asked for its births: at once, then ever more rarely, so that a node that is broken or does not
/// obey is not flooded. Pure; times are of the monotonic clock.
struct RebirthRequests {
  /// Between the first request and the second, in microseconds; then twice as long each time.
  static let firstWaitMicroseconds: Int64 = 2_000_000
  /// Longest time between two requests, in microseconds.
  static let longestWaitMicroseconds: Int64 = 60_000_000
  /// Requests without any sign of the node, after which it is left alone until there is one.
  static let maximumUnanswered = 10
  /// A node that needed no request for this long after a birth begins anew, in microseconds.
  static let calmMicroseconds: Int64 = 60_000_000

  private(set) var isWanted = false
  private(set) var asked: UInt64 = 0
  /// Requests since the last message of the node.
  private(set) var unanswered = 0
  private var wait = firstWaitMicroseconds
  private var notBefore = Int64.min
  private var calmSince: Int64?

  mutating func want(_ now: Int64) {
    guard !isWanted else { return }
    if let calmSince, now - calmSince >= Self.calmMicroseconds { wait = Self.firstWaitMicroseconds }
    calmSince = nil
    isWanted = true
  }

  /// Whether a request leaves now.
  mutating func due(_ now: Int64) -> Bool {
    guard isWanted, unanswered < Self.maximumUnanswered, now >= notBefore else { return false }
    notBefore = now + wait
    wait = min(wait * 2, Self.longestWaitMicroseconds)
    asked += 1
    unanswered += 1
    return true
  }

  mutating func heard() { unanswered = 0 }

  mutating func born(_ now: Int64) {
    isWanted = false
    unanswered = 0
    calmSince = now
  }

  /// The node said good-bye.
  mutating func noLongerWanted() { isWanted = false }

  /// A new connection: the births of before are gone, and what was waited for may be asked at once.
  mutating func connected() {
    isWanted = false
    unanswered = 0
    wait = Self.firstWaitMicroseconds
    notBefore = .min
    calmSince = nil
  }

  var deadline: Int64? { isWanted && unanswered < Self.maximumUnanswered ? notBefore : nil }
}
