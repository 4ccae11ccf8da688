/// Whether a receiver as a whole may be contacted now. After a failure everything for it pauses, so that a backlog of a
/// thousand rows does not become a thousand wrong log-ins.
public struct ContactGate: Sendable {
  public let policy: RetryPolicy
  public private(set) var failuresInRow = 0
  /// Monotonic time, in microseconds.
  public private(set) var closedUntil: Int64 = .min

  public init(policy: RetryPolicy) { self.policy = policy }

  public func isOpen(at monotonicMicroseconds: Int64) -> Bool { monotonicMicroseconds >= closedUntil }

  public mutating func succeeded() {
    failuresInRow = 0
    closedUntil = .min
  }

  public mutating func failed(
    needsPerson: Bool, at monotonicMicroseconds: Int64, using generator: inout some RandomNumberGenerator
  ) {
    failuresInRow += 1
    closedUntil =
      monotonicMicroseconds + policy.wait(attempt: failuresInRow, needsPerson: needsPerson, using: &generator)
  }
}
