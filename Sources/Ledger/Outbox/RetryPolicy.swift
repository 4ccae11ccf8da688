import Devices

/// How long to wait after a failure.
public struct RetryPolicy: Hashable, Sendable {
  /// First and longest wait after a failure that passes by itself, in microseconds.
  public var firstMicroseconds: Int64
  public var capMicroseconds: Int64
  /// Wait after a failure that a person must mend, in microseconds. Long, because a receiver may lock an account after a
  /// few wrong credentials.
  public var personMicroseconds: Int64

  /// - Parameters:
  ///   - firstMicroseconds: longer than the receiver may go on working on a request that we gave up: a search before
  ///     that finds nothing.
  public init(
    firstMicroseconds: Int64 = 5_000_000, capMicroseconds: Int64 = 300_000_000,
    personMicroseconds: Int64 = 600_000_000
  ) {
    precondition(firstMicroseconds > 0 && capMicroseconds >= firstMicroseconds && personMicroseconds > 1)
    self.firstMicroseconds = firstMicroseconds
    self.capMicroseconds = capMicroseconds
    self.personMicroseconds = personMicroseconds
  }

  public var longestMicroseconds: Int64 { max(capMicroseconds, personMicroseconds) }

  /// The wait after the failed attempt number `attempt` (from 1), in microseconds, shortened at random by up to half.
  ///
  /// - Parameter needsPerson: whether fast repetition would do harm or cannot help.
  public func wait(attempt: Int, needsPerson: Bool, using generator: inout some RandomNumberGenerator) -> Int64 {
    if needsPerson {
      return Int64.random(in: (personMicroseconds / 2)...personMicroseconds, using: &generator)
    }
    var backoff = Backoff(firstMicroseconds: firstMicroseconds, capMicroseconds: capMicroseconds)
    var wait = firstMicroseconds
    // More doublings than an Int64 has bits change nothing.
    for _ in 0..<max(1, min(attempt, 63)) { wait = backoff.next(using: &generator) }
    return wait
  }
}
