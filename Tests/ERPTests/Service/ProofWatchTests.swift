import Foundation
import Harness
import Testing

@testable import ERP

/// When a mended password, token or key is tried before its time.
@Suite struct ProofWatchTests {
  private static let minute: Int64 = 60_000_000

  private func refused(_ first: String? = "a") -> ProofWatch {
    var watch = ProofWatch()
    let isWorthIt = watch.looked(first, at: 0)
    #expect(!isWorthIt)
    watch.failed(ERPFailure(.unauthorized, problem: "wrong", remedy: "Mend it"), .work)
    return watch
  }

  @Test func aChangeAfterARefusalIsTriedOnce() {
    var watch = refused()
    #expect(watch.isWatching && !watch.looked("a", at: 1))
    #expect(watch.looked("b", at: 2) && !watch.looked("b", at: 3))
    watch.succeeded(.work)
    #expect(!watch.isWatching && !watch.looked("c", at: 4))
  }

  @Test func withoutARefusalOrFilesNothingIsTried() {
    var watch = ProofWatch()
    #expect(!watch.looked("a", at: 0) && !watch.looked("b", at: 1))
    for code in ERPFailure.Code.allCases {
      watch.failed(ERPFailure(code, problem: "", remedy: ""), .work)
      #expect(watch.isWatching == [.unauthorized, .local].contains(code))
      watch.succeeded(.work)
    }
    var without = refused(nil)
    #expect(!without.isWatching && !without.looked(nil, at: 1))
  }

  @Test func anotherActivityThatGoesThroughEndsNothing() {
    var watch = refused()
    watch.succeeded(.delivery)
    let isWorthIt = watch.looked("b", at: 1)
    #expect(isWorthIt)
  }

  @Test func aChangeThatComesTooSoonIsNotForgotten() {
    var watch = refused()
    let tried = [("b", 1), ("c", 1), ("d", 1), ("e", 2), ("e", 10), ("e", 11)].map { name, minute in
      watch.looked(name, at: minute * Self.minute)
    }
    #expect(tried == [true, true, true, false, false, true])
  }

  /// As an editor and `chmod` write a secret: empty, then open to everyone, then as it must be.
  @Test func whatCannotBeReadWhileItIsWrittenIsNoAttempt() {
    var watch = refused()
    let local = ERPFailure(.local, problem: "", remedy: "")
    let wrong = ERPFailure(.unauthorized, problem: "", remedy: "")
    for number in 1...10 {
      let isWorthIt = watch.looked("empty \(number)", at: Self.minute)
      #expect(isWorthIt)
      watch.failed(local, .work)
      watch.failed(local, .delivery)
    }
    // The file is whole between the two activities: the ERP was asked.
    let tried = ["b", "c", "d", "e"].map { name in
      let isWorthIt = watch.looked(name, at: 2 * Self.minute)
      watch.failed(local, .work)
      watch.failed(wrong, .delivery)
      // What comes in its own time gives nothing back.
      watch.failed(local, .work)
      return isWorthIt
    }
    #expect(tried == [true, true, true, false])
  }

  @Test func whatWasTriedInItsTimeIsNotTriedBeforeItAgain() {
    var watch = refused()
    for name in ["b", "c", "d", "e"] { _ = watch.looked(name, at: Self.minute) }
    // The pause was over, and the attempt that came then was refused too.
    watch.failed(ERPFailure(.unauthorized, problem: "wrong", remedy: "Mend it"), .work)
    let tried = ["e", "f"].map { watch.looked($0, at: 12 * Self.minute) }
    #expect(tried == [false, true])
  }

  @Test(arguments: 0..<10)
  func neverMoreThanTheBoundInAnyWindow(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var watch = refused()
    var (now, early): (Int64, [Int64]) = (0, [])
    for _ in 0..<3_000 {
      now += .random(in: 0...(2 * Self.minute), using: &generator)
      if watch.looked("\(Int.random(in: 0..<9, using: &generator))", at: now) { early.append(now) }
      if Bool.random(using: &generator) { watch.succeeded(.work) }
      if Bool.random(using: &generator) {
        watch.failed(ERPFailure(.unauthorized, problem: "wrong", remedy: "Mend it"), .work)
      }
    }
    #expect(early.count > 100)
    for (first, fourth) in zip(early, early.dropFirst(ProofWatch.maximumEarly)) {
      #expect(fourth - first >= ProofWatch.windowMicroseconds)
    }
  }

  @Test func digestsOfFilesTellEveryChange() throws {
    let folder = try TemporaryFolder("proof")
    let (token, key) = (folder.file("token").path, folder.file("key").path)
    var seen: Set<String> = []
    func look() throws { seen.insert(try #require(ProofFiles.digest(of: [token, key]))) }
    try look()
    try folder.secret("token", "one")
    try look()
    try look()
    try folder.secret("token", "two")
    try look()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: token)
    try look()
    try folder.secret("key", "two")
    try look()
    #expect(seen.count == 5)
    #expect(ProofFiles.digest(of: []) == nil && seen.allSatisfy { !$0.contains("two") && $0.utf8.count == 64 })
  }
}
