import Harness
import Testing

@testable import ERP

/// Our own account is never locked, whatever people write into the password file.
@Suite struct LogInGuardTests {
  private static let pause: Int64 = 600_000_000

  private func waits(_ steps: [(LogInGuard.Outcome, String, Int64)], _ digest: String, at now: Int64) -> Int64? {
    var logIns = LogInGuard(pause: Self.pause)
    for (outcome, digest, second) in steps { _ = logIns.note(outcome, of: digest, now: second * 1_000_000) }
    guard case .waitUntil(let time) = logIns.advice(on: digest, now: now * 1_000_000) else { return nil }
    return time / 1_000_000
  }

  @Test func fewAreRefusedInAWindowAndItMovesOn() {
    let three: [(LogInGuard.Outcome, String, Int64)] = [(.refused, "a", 0), (.refused, "b", 10), (.refused, "c", 20)]
    #expect(waits(Array(three.prefix(2)), "d", at: 11) == nil)
    #expect(waits(three, "d", at: 21) == 600)
    #expect(waits(three, "d", at: 599) == 600)
    #expect(waits(three, "d", at: 600) == nil)
    #expect(waits(three + [(.refused, "d", 600)], "e", at: 601) == 610)
    #expect(waits([(.unanswered, "a", 0), (.refused, "b", 10)], "c", at: 11) == 600)
    #expect(waits([(.unanswered, "a", 0), (.unanswered, "a", 5)], "a", at: 6) == 600)
    #expect(waits([(.locked, "a", 0)], "b", at: 1) == 600)
    #expect(waits(three + [(.locked, "d", 700)], "e", at: 701) == 1_300)
    #expect(waits(three + [(.accepted, "d", 600)], "e", at: 601) == nil)
    #expect(waits(Array(repeating: (.notTried, "a", 0), count: 50), "a", at: 0) == nil)
  }

  @Test func whatWasRefusedIsNotTriedAgainAlsoAfterOthers() {
    var logIns = LogInGuard(pause: 1)
    let news = ["a", "b", "a"].map { logIns.note(.refused, of: $0, now: 10) }
    #expect(news == [true, true, false])
    #expect(logIns.advice(on: "a", now: 100) == .refusedBefore && logIns.advice(on: "b", now: 100) == .refusedBefore)
    for number in 0..<LogInGuard.maximumRefused { _ = logIns.note(.refused, of: "\(number)", now: 200) }
    #expect(logIns.refusedDigests.count == LogInGuard.maximumRefused)
    #expect(logIns.note(.accepted, of: "z", now: 300) && !logIns.note(.accepted, of: "z", now: 301))
    #expect(logIns.refusedDigests.isEmpty)
  }

  @Test func whatWasRefusedIsTriedAgainAfterHalfAnHour() {
    var logIns = LogInGuard(pause: Self.pause)
    let again = LogInGuard.againMicroseconds
    let first = logIns.note(.refused, of: "a", now: 0)
    #expect(first && logIns.advice(on: "a", now: again - 1) == .refusedBefore)
    #expect(logIns.advice(on: "a", now: again) == .mayTry)
    let second = logIns.note(.refused, of: "a", now: again)
    #expect(!second && logIns.advice(on: "a", now: 2 * again - 1) == .refusedBefore)
    let accepted = logIns.note(.accepted, of: "a", now: 2 * again)
    #expect(accepted)
  }

  /// A daemon that falls and is started again and again with a wrong password.
  @Test(arguments: [1, 20, 74, 80, 151, 299] as [Int64])
  func startsAreCountedToo(secondsOfALife: Int64) {
    var server = Tryton()
    server.password = "right"
    var now: Int64 = 0
    var isFirst = true
    while now < 7_200_000_000 {
      var logIns =
        isFirst ? LogInGuard(pause: Self.pause) : LogInGuard(pause: Self.pause, refusedBeforeStartAt: now)
      isFirst = false
      for second in 0..<secondsOfALife {
        let at = now + second * 1_000_000
        if logIns.advice(on: "wrong", now: at) == .mayTry {
          _ = logIns.note(server.logIn("wrong", at: at), of: "wrong", now: at)
        }
      }
      now += secondsOfALife * 1_000_000
    }
    #expect(server.timesLocked == 0)
  }

  /// The rule of trytond 8.0 (res/user.py, `get_login`), with its default settings.
  private struct Tryton {
    var password = "0"
    var failed: [Int64] = []
    var timesLocked = 0

    mutating func logIn(_ tried: String, at now: Int64) -> LogInGuard.Outcome {
      failed.removeAll { $0 < now - 300_000_000 }
      guard failed.count <= 5 else {
        failed.append(now)
        timesLocked += 1
        return .locked
      }
      guard tried == password else {
        failed.append(now)
        return .refused
      }
      failed = []
      return .accepted
    }
  }

  @Test(arguments: 0..<40)
  func anyoneMayWriteAnythingIntoTheFileAndTheAccountIsNeverLocked(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var (server, logIns, file) = (Tryton(), LogInGuard(pause: Self.pause), "0")
    var now: Int64 = 0
    var counted: [(at: Int64, counts: Int)] = []
    var mistypedAt: [Int64] = []
    for step in 0..<1_500 {
      now += [0, 1, 5, 30, 200, 700][Int.random(in: 0..<6, using: &generator)] * 1_000_000
      if Int.random(in: 0..<2, using: &generator) == 0 { file = "\(Int.random(in: 0..<40, using: &generator))" }
      if Int.random(in: 0..<20, using: &generator) == 0 { server.password = "\(step % 40)" }
      if mistypedAt.count(where: { $0 > now - Self.pause }) < 2, Int.random(in: 0..<8, using: &generator) == 0 {
        mistypedAt.append(now)
        _ = server.logIn("mistyped", at: now)
      }
      guard logIns.advice(on: file, now: now) == .mayTry else { continue }
      var outcome = LogInGuard.Outcome.notTried
      switch Int.random(in: 0..<20, using: &generator) {
      case 0: break
      case 1, 2, 3:
        for _ in 0..<Int.random(in: 0...LogInGuard.mostOfOne, using: &generator) { _ = server.logIn(file, at: now) }
        outcome = .unanswered
      default: outcome = server.logIn(file, at: now)
      }
      _ = logIns.note(outcome, of: file, now: now)
      switch outcome {
      case .accepted: counted = []
      case .refused: counted.append((now, 1))
      case .unanswered: counted.append((now, LogInGuard.mostOfOne))
      case .locked, .notTried: break
      }
      let recent = counted.filter { $0.at > now - Self.pause }.reduce(0) { $0 + $1.counts }
      #expect(recent <= LogInGuard.maximumCounted)
    }
    #expect(server.timesLocked == 0)
    // What is new and right is tried within the pause.
    #expect(logIns.advice(on: "new", now: now + Self.pause) == .mayTry)
  }
}
