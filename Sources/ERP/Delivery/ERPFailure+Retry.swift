public import Ledger

extension RetryPolicy {
  /// The wait after the failed attempt number `attempt` (from 1), in microseconds, shortened at random by up to half.
  public func wait(
    after failure: ERPFailure, attempt: Int, using generator: inout some RandomNumberGenerator
  ) -> Int64 {
    wait(attempt: attempt, needsPerson: failure.needsPerson, using: &generator)
  }
}

extension ContactGate {
  /// Closes where the failure concerns the ERP as a whole.
  mutating func failed(
    _ failure: ERPFailure, at monotonicMicroseconds: Int64, using generator: inout some RandomNumberGenerator
  ) {
    guard failure.concernsWholeERP else { return }
    failed(needsPerson: failure.needsPerson, at: monotonicMicroseconds, using: &generator)
  }
}
