import Devices

/// Whether the ERP as a whole may be contacted now. After a failure everything pauses, so that a backlog of a thousand
/// rows does not become a thousand wrong log-ins.
struct ContactGate {
  let policy: RetryPolicy
  private(set) var failuresInRow = 0
  /// Monotonic time, in microseconds.
  private(set) var closedUntil: Int64 = .min

  init(policy: RetryPolicy) { self.policy = policy }

  func isOpen(at monotonicMicroseconds: Int64) -> Bool { monotonicMicroseconds >= closedUntil }

  mutating func succeeded() {
    failuresInRow = 0
    closedUntil = .min
  }

  mutating func failed(
    _ failure: ERPFailure, at monotonicMicroseconds: Int64, using generator: inout some RandomNumberGenerator
  ) {
    guard failure.concernsWholeERP else { return }
    failuresInRow += 1
    closedUntil = monotonicMicroseconds + policy.wait(after: failure, attempt: failuresInRow, using: &generator)
  }
}
