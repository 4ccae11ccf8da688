import Devices
import Testing

@Suite struct BackoffTests {
  @Test func waitsDoubleUpToTheCapAndAreAtLeastHalf() {
    var generator = SystemRandomNumberGenerator()
    var backoff = Backoff(firstMicroseconds: 100, capMicroseconds: 1_000)
    for full in [100, 200, 400, 800, 1_000, 1_000] as [Int64] {
      let wait = backoff.next(using: &generator)
      #expect(wait >= full / 2 && wait <= full)
    }
    #expect(backoff.attempts == 6)
  }

  @Test func resetBeginsAgain() {
    var generator = SystemRandomNumberGenerator()
    var backoff = Backoff(firstMicroseconds: 100, capMicroseconds: 100_000)
    for _ in 0..<5 { _ = backoff.next(using: &generator) }
    backoff.reset()
    #expect(backoff.next(using: &generator) <= 100)
  }

  @Test func staysAtTheCapForever() {
    var generator = SystemRandomNumberGenerator()
    var backoff = Backoff(firstMicroseconds: .max / 4, capMicroseconds: .max / 2)
    for _ in 0..<200 { #expect(backoff.next(using: &generator) <= .max / 2) }
  }
}
