import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import ERP

/// Never lock our own account.
@Suite struct TrytonLogInTests {
  /// A server that knows one password and ends sessions when it is told to.
  final class Gate: Sendable {
    struct State {
      var password = "right"
      var token = 1
      var logIns = 0
      var logInAct: ScriptedTryton.Act?
    }
    let state = Mutex(State())

    func act(_ request: ScriptedTryton.Request) -> ScriptedTryton.Act {
      state.withLock { state in
        switch request.method {
        case "common.db.login":
          state.logIns += 1
          if let act = state.logInAct { return act }
          guard request.body.contains("{\"password\":\"\(state.password)\"}") else { return .answer(401, "") }
          return .answer(200, #"{"id":\#(request.id),"result":[7,"t\#(state.token)",null]}"#)
        default:
          let session = Data("lotwire:7:t\(state.token)".utf8).base64EncodedString()
          guard request.authorization == "Session \(session)" else { return .answer(401, "") }
          return .answer(200, #"{"id":\#(request.id),"result":{}}"#)
        }
      }
    }

    var logIns: Int { state.withLock { $0.logIns } }
    func endSessions() { state.withLock { $0.token += 1 } }
  }

  func with(
    _ adapt: (inout TrytonSettings) -> Void = { _ in }, _ body: (LinkUnderTest, Gate) async throws -> Void
  ) async throws {
    let gate = Gate()
    let server = try ScriptedTryton { gate.act($0) }
    defer { server.stop() }
    let tried = try LinkUnderTest(server.address, password: "right", adapt)
    do {
      try await body(tried, gate)
    } catch {
      await tried.close()
      throw error
    }
    await tried.close()
  }

  @Test func aWrongPasswordIsTriedOnceUntilItsFileChanges() async throws {
    try await with { tried, gate in
      try tried.write("wrong")
      for _ in 0..<20 {
        let failure = try #require(await tried.failure())
        #expect(failure.code == .unauthorized && !failure.description.contains("wrong"))
        tried.clock.pass(seconds: 60)
      }
      #expect(gate.logIns == 1)
      #expect(tried.notes.notes.map(\.kind) == [.credentialRefused])
      // The same content again is the same password.
      try tried.write("wrong")
      _ = await tried.failure()
      #expect(gate.logIns == 1)
      try tried.write("right")
      #expect(await tried.failure() == nil)
      #expect(gate.logIns == 2)
      #expect(tried.notes.notes.map(\.kind) == [.credentialRefused, .credentialAccepted])
      #expect(tried.notes.notes.allSatisfy { $0.name == "lotwire" && !$0.text.contains("right") })
    }
  }

  @Test func aRefusedPasswordIsTriedAgainAfterHalfAnHourWithoutAnotherNote() async throws {
    try await with { tried, gate in
      try tried.write("wrong")
      for number in 1...4 {
        _ = await tried.failure()
        #expect(gate.logIns == number)
        tried.clock.pass(seconds: 1_801)
      }
      #expect(tried.notes.notes.map(\.kind) == [.credentialRefused])
    }
  }

  @Test func theFirstLogInAfterARefusalBeforeTheStartWaits() async throws {
    try await with { tried, gate in
      let link = TrytonLink(
        await tried.link.settings, journal: tried.notes, clock: tried.clock, wasRefused: true)
      func isLetIn() async -> Bool {
        do throws(ERPFailure) {
          _ = try await link.call("ir.model.search", [], context: [:])
          return true
        } catch { return false }
      }
      #expect(await !isLetIn())
      #expect(gate.logIns == 0)
      tried.clock.pass(seconds: 150)
      #expect(await isLetIn())
      #expect(gate.logIns == 1)
      await link.close()
    }
  }

  @Test func howeverOftenTheFileIsWrittenFewLogInsAreRefused() async throws {
    try await with { tried, gate in
      for number in 0..<30 {
        try tried.write("wrong-\(number)")
        let failure = try #require(await tried.failure())
        #expect(failure.code == (number < 3 ? .unauthorized : .unavailable))
        tried.clock.pass(seconds: 10)
      }
      #expect(gate.logIns == 3)
      // The right one waits for the end of the pause too, and then goes first.
      try tried.write("right")
      #expect(await tried.failure()?.code == .unavailable)
      tried.clock.pass(seconds: 300)
      #expect(await tried.failure() == nil)
      #expect(gate.logIns == 4)
      #expect(tried.notes.notes.map(\.kind) == Array(repeating: .credentialRefused, count: 3) + [.credentialAccepted])
    }
  }

  @Test func anExpiredSessionIsRenewedOnceForACallAndIsNoWrongPassword() async throws {
    try await with { tried, gate in
      for _ in 0..<3 {
        #expect(await tried.failure() == nil)
        gate.endSessions()
      }
      #expect(gate.logIns == 3 && tried.notes.notes.isEmpty)
    }
  }

  @Test func aSessionThatIsNeverAcceptedDoesNotLoop() async throws {
    let server = try ScriptedTryton.loggedIn { _ in .answer(401, "") }
    defer { server.stop() }
    let tried = try LinkUnderTest(server.address)
    let failure = await tried.failure()
    #expect(failure?.code == .unauthorized && failure?.problem.contains("just given") ?? false)
    #expect(server.methods.filter { $0 == "common.db.login" }.count == 2 && tried.notes.notes.isEmpty)
    await tried.close()
  }

  @Test func aPasswordThatWasChangedInTheERPIsFoundOutOnce() async throws {
    try await with { tried, gate in
      #expect(await tried.failure() == nil)
      gate.state.withLock { $0.password = "new" }
      gate.endSessions()
      for _ in 0..<5 { #expect(await tried.failure()?.code == .unauthorized) }
      #expect(gate.logIns == 2)
    }
  }

  @Test func aLockedAccountIsLeftAloneForALongTime() async throws {
    try await with { tried, gate in
      gate.state.withLock { $0.logInAct = .answer(429, "") }
      for _ in 0..<10 {
        #expect(await tried.failure()?.code == .unavailable)
        tried.clock.pass(seconds: 30)
      }
      #expect(gate.logIns == 1)
      tried.clock.pass(seconds: 600)
      gate.state.withLock { $0.logInAct = nil }
      #expect(await tried.failure() == nil)
      #expect(gate.logIns == 2)
    }
  }

  @Test func logInsWithoutAnAnswerAreFewBecauseTheyMayCount() async throws {
    try await with { tried, gate in
      gate.state.withLock { $0.logInAct = .hangUp }
      for _ in 0..<50 {
        _ = await tried.failure()
        tried.clock.pass(seconds: 10)
      }
      // 500 s are less than the pause.
      #expect(gate.logIns == LogInGuard.maximumCounted / LogInGuard.mostOfOne)
      gate.state.withLock { $0.logInAct = nil }
      tried.clock.pass(seconds: 600)
      #expect(await tried.failure() == nil)
    }
  }

  @Test func manyCallersShareOneLogIn() async throws {
    try await with { tried, gate in
      let link = tried.link
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          // A failure is what the test looks for.
          group.addTask { (try? await link.call("production.search", [], context: [:])) != nil }
        }
        for await isAnswered in group { #expect(isAnswered) }
      }
      #expect(gate.logIns == 1)
    }
  }

  @Test func thePasswordFileIsReadOnlyWhereItIsClosedAndWhole() async throws {
    try await with { tried, gate in
      for (content, mode, words) in [
        ("right", 0o644, "chmod 600"), ("", 0o600, "is empty"), ("right\nsecond", 0o600, "other than one password"),
        (String(repeating: "p", count: 1_100), 0o600, "longer than"),
      ] {
        try tried.write(content, mode: mode)
        let failure = try #require(await tried.failure())
        #expect(failure.code == .local && failure.description.contains(words), "\(failure)")
      }
      try FileManager.default.removeItem(at: tried.folder.file("password"))
      #expect(await tried.failure()?.code == .local)
      #expect(gate.logIns == 0)
    }
  }

  @Test func nothingIsCalledBeforeARefusalIsWrittenDown() async throws {
    let gate = Gate()
    let server = try ScriptedTryton { gate.act($0) }
    defer { server.stop() }
    let tried = try LinkUnderTest(server.address, password: "wrong")
    let journal = ClosedJournal()
    let link = TrytonLink(await tried.link.settings, journal: journal, clock: tried.clock)
    for _ in 0..<3 {
      await #expect(throws: ERPFailure.self) { try await link.call("production.search", [], context: [:]) }
    }
    #expect(gate.logIns == 1 && journal.count == 3)
    await link.close()
    await tried.close()
  }
}
