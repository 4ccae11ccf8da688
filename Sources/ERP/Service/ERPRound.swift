import Ledger

/// What the run loop of the service remembers between two rounds. Times are monotonic microseconds.
struct ERPRound {
  var gate: ContactGate
  var generator = SystemRandomNumberGenerator()
  private var nextFetch: Int64 = 0
  private var fetchFailures = 0

  init(policy: RetryPolicy) { gate = ContactGate(policy: policy) }

  func isFetchDue(at now: Int64) -> Bool { now >= nextFetch && gate.isOpen(at: now) }

  mutating func fetched(at now: Int64, next interval: Int64) {
    fetchFailures = 0
    nextFetch = now + interval
  }

  mutating func fetchFailed(_ failure: ERPFailure, at now: Int64) {
    fetchFailures += 1
    nextFetch = now + gate.policy.wait(after: failure, attempt: fetchFailures, using: &generator)
  }

  /// The time until the next fetch, the next due row or the opening of the gate.
  func wait(nextDelivery: Int64?, poll: Int64, now: Int64) -> Int64 {
    guard gate.isOpen(at: now) else { return max(1_000, gate.closedUntil - now) }
    return max(1_000, min(nextFetch - now, nextDelivery ?? poll, poll))
  }
}
