/// Waiting times between attempts: doubling from a first value to a cap, each shortened at random by up to half, so that
/// a hundred devices that went away together do not come back together.
public struct Backoff: Hashable, Sendable {
  public var firstMicroseconds: Int64
  public var capMicroseconds: Int64
  public private(set) var attempts = 0

  public init(firstMicroseconds: Int64 = 500_000, capMicroseconds: Int64 = 60_000_000) {
    precondition(firstMicroseconds > 0 && capMicroseconds >= firstMicroseconds)
    self.firstMicroseconds = firstMicroseconds
    self.capMicroseconds = capMicroseconds
  }

  /// The wait before the next attempt, in microseconds.
  public mutating func next(using generator: inout some RandomNumberGenerator) -> Int64 {
    let doublings = min(attempts, 40)
    let full = firstMicroseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
    let wait = full.overflow ? capMicroseconds : min(full.partialValue, capMicroseconds)
    attempts += 1
    return Int64.random(in: (wait / 2)...wait, using: &generator)
  }

  public mutating func reset() { attempts = 0 }
}
