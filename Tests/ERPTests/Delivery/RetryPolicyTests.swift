import Ledger
import Testing

@testable import ERP

@Suite struct RetryPolicyTests {
  let policy = RetryPolicy(firstMicroseconds: 1_000, capMicroseconds: 16_000, personMicroseconds: 100_000)

  func failure(_ code: ERPFailure.Code) -> ERPFailure { ERPFailure(code, problem: "p", remedy: "r") }

  @Test(arguments: [(1, 1_000), (2, 2_000), (4, 8_000), (5, 16_000), (6, 16_000), (1_000_000, 16_000)])
  func growsToTheCap(attempt: Int, full: Int64) {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let wait = policy.wait(after: failure(.unavailable), attempt: attempt, using: &generator)
      #expect((full / 2...full).contains(wait))
    }
  }

  @Test(arguments: [ERPFailure.Code.unauthorized, .unexpectedAnswer, .local])
  func noFastRetryWhereAPersonIsNeeded(code: ERPFailure.Code) {
    var generator = SeededGenerator(seed: 2)
    #expect((50_000...100_000).contains(policy.wait(after: failure(code), attempt: 1, using: &generator)))
  }

  @Test func gateStaysShutAfterAFailureAndOpensAfterASuccess() {
    var generator = SeededGenerator(seed: 3)
    var gate = ContactGate(policy: policy)
    #expect(gate.isOpen(at: 0))
    gate.failed(failure(.unauthorized), at: 0, using: &generator)
    #expect(!gate.isOpen(at: 49_999))
    #expect(gate.isOpen(at: 100_000))
    gate.succeeded()
    #expect(gate.isOpen(at: 0))
    gate.failed(failure(.awaitingReceiver), at: 0, using: &generator)
    #expect(gate.isOpen(at: 0))
  }
}
