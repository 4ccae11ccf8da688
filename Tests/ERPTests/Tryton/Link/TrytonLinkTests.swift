import Foundation
import Shopfloor
import Synchronization
import Testing

@testable import ERP

/// The link against a server that says exactly what a test wants it to say.
@Suite struct TrytonLinkTests {
  func with(
    _ server: ScriptedTryton, _ adapt: (inout TrytonSettings) -> Void = { _ in },
    _ body: (LinkUnderTest) async throws -> Void
  ) async throws {
    let tried = try LinkUnderTest(server.address, adapt)
    defer { server.stop() }
    do {
      try await body(tried)
    } catch {
      await tried.close()
      throw error
    }
    await tried.close()
  }

  @Test func logsInOnceAndSendsTheUsersContextLast() async throws {
    let server = try ScriptedTryton.loggedIn { .answer(200, #"{"id":\#($0.id),"result":[1,2]}"#) }
    try await with(server) { tried in
      #expect(await tried.ask() == .success(.value(.list([.integer(1), .integer(2)]))))
      _ = await tried.ask("model.production.write", context: ["_timestamp": .object([:]), "company": .integer(9)])
      #expect(
        server.methods == [
          "common.db.login", "model.res.user.get_preferences", "model.production.search", "model.production.write",
        ])
      #expect(server.requests[0].authorization == nil)
      #expect(server.requests[0].body.contains(#"["lotwire",{"password":"secret"},"en"]"#))
      let token = Data("lotwire:7:token-1".utf8).base64EncodedString()
      #expect(server.requests.dropFirst().allSatisfy { $0.authorization == "Session \(token)" })
      #expect(server.requests[2].body.hasSuffix(#"[[],{"company":1,"groups":[3],"language":"en"}]}"#))
      #expect(server.requests[3].body.hasSuffix(#"[[],{"_timestamp":{},"company":9,"groups":[3],"language":"en"}]}"#))
      #expect(tried.notes.notes.isEmpty)
    }
  }

  /// Body of an answer of status 200, what it is taken for.
  static let refusals: [(String, TrytonRefusal)] = [
    (
      #"["UserError",["The lot \"M-1\" has expired.","It expired\nin January",null]]"#,
      TrytonRefusal(.userError, "The lot \"M-1\" has expired. — It expired<U+000A>in January")
    ),
    (
      #"["UserWarning",["stock.move,5.origin","Moves without origin","Sure?"]]"#,
      TrytonRefusal(.warning(name: "stock.move,5.origin"), "Moves without origin — Sure?")
    ),
    (#"["ConcurrencyException","Record was modified"]"#, TrytonRefusal(.concurrency, "Record was modified")),
    (#"["LoginException",["code","Your code","char"]]"#, TrytonRefusal(.access, "Your code — char")),
    (
      #"["'stock.lott'",""]"#, TrytonRefusal(.serverError, "error of the ERP in model.production.write: 'stock.lott'")
    ),
  ]

  @Test(arguments: refusals) func anErrorWithStatus200IsARefusal(error: String, refusal: TrytonRefusal) async throws {
    let server = try ScriptedTryton.loggedIn { .answer(200, #"{"id":\#($0.id),"error":\#(error)}"#) }
    try await with(server) { #expect(await $0.refusal() == refusal) }
  }

  /// Act of the server on the call, and the failure.
  static let failures: [(@Sendable (ScriptedTryton.Request) -> ScriptedTryton.Act, ERPFailure.Code, String)] = [
    ({ .answer(200, #"{"id":\#($0.id),"error":["database is locked",""]}"#) }, .unavailable, "locked"),
    ({ _ in .answer(500, "<html>Internal Server Error</html>") }, .unavailable, "HTTP 500"),
    ({ _ in .answer(502, "Bad Gateway") }, .unavailable, "HTTP 502"),
    ({ _ in .answer(504, "") }, .outcomeUnknown, "HTTP 504"),
    ({ _ in .answer(404, "Not Found") }, .unexpectedAnswer, "no such database"),
    ({ _ in .answer(422, "Missing context argument") }, .unexpectedAnswer, "Missing context"),
    ({ _ in .answer(429, "") }, .unavailable, "HTTP 429"),
    ({ _ in .answer(302, "") }, .unexpectedAnswer, "HTTP 302"),
    ({ _ in .answer(200, "<html><body>Log in</body></html>") }, .unexpectedAnswer, "not JSON"),
    ({ _ in .answer(200, #"{"id":99999,"result":1}"#) }, .unexpectedAnswer, "not that to our question"),
    ({ _ in .answer(200, "[]") }, .unexpectedAnswer, "not that to our question"),
    ({ .answer(200, #"{"id":\#($0.id)}"#) }, .unexpectedAnswer, "neither result nor error"),
    ({ _ in .answer(200, "") }, .outcomeUnknown, "cut"),
    // As Tryton sends long answers: without a length, the end of the connection is their end.
    (
      { .raw(Array("HTTP/1.0 200 OK\r\n\r\n{\"id\":\($0.id),\"result\":[1,2".utf8)) }, .outcomeUnknown,
      "cut after"
    ),
    (
      { _ in .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":3".utf8)) }, .outcomeUnknown,
      "broke"
    ),
    ({ _ in .raw(Array("what?\r\n\r\n".utf8)) }, .outcomeUnknown, "broke"),
    ({ _ in .hangUp }, .outcomeUnknown, "broke"),
  ]

  @Test(arguments: failures.indices) func whatIsNoAnswerIsAFailureWithItsReason(index: Int) async throws {
    let (act, code, words) = Self.failures[index]
    let server = try ScriptedTryton.loggedIn(act)
    try await with(server) { tried in
      let failure = try #require(await tried.failure("production.write"))
      #expect(failure.code == code && failure.problem.contains(words), "\(failure)")
      // A call that may have acted is not repeated here.
      #expect(server.methods.filter { $0 == "model.production.write" }.count == 1)
    }
  }

  @Test func aCallThatTakesTooLongMayHaveActed() async throws {
    let server = try ScriptedTryton.loggedIn { _ in .silence }
    try await with(server, { $0.requestTimeoutMicroseconds = 700_000 }) { tried in
      let failure = try #require(await tried.failure("production.search"))
      #expect(failure.code == .outcomeUnknown && failure.problem.contains("in time"))
      #expect(server.methods.filter { $0 == "model.production.search" }.count == 1)
    }
  }

  @Test func anAnswerBeyondTheBoundIsNotRead() async throws {
    let server = try ScriptedTryton.loggedIn {
      .answer(200, #"{"id":\#($0.id),"result":"\#(String(repeating: "x", count: 5_000))"}"#)
    }
    try await with(server, { $0.maximumAnswerBytes = 4_000 }) { tried in
      #expect(await tried.failure()?.problem.contains("larger than the bound") ?? false)
    }
  }

  @Test func tooLargeAndNotAllowedAreRefusalsOfTheContent() async throws {
    let server = try ScriptedTryton.loggedIn { .answer($0.method.hasSuffix("create") ? 413 : 403, "") }
    try await with(server) { tried in
      let large = try #require(await tried.refusal("ir.attachment.create"))
      #expect(large.kind == .other && large.text.contains("too large") && large.text.contains("max_size_authenticated"))
      #expect(await tried.refusal("production.run")?.kind == .access)
    }
  }

  @Test func nobodyThereIsUnreachableAndNoLogInCounts() async throws {
    let server = try ScriptedTryton.loggedIn { _ in .hangUp }
    server.stop()
    try await with(server) { tried in
      for _ in 0..<5 { #expect(await tried.failure()?.code == .unreachable) }
      #expect(await tried.link.logInGuard == LogInGuard(pause: 600_000_000))
    }
  }

  @Test func aQuestionGoesOnWhenTheServerClosesAKeptConnection() async throws {
    let server = try ScriptedTryton.loggedIn { request in
      request.isSecondOnConnection ? .hangUp : .answerAndStay(200, #"{"id":\#(request.id),"result":[]}"#)
    }
    try await with(server) { tried in
      for _ in 0..<4 { #expect(await tried.ask() == .success(.value(.list([])))) }
      // A call that writes is not sent twice: the next attempt looks first.
      _ = await tried.ask()
      let failure = await tried.failure("production.write")
      #expect(failure == nil || failure?.code == .outcomeUnknown)
    }
  }
}
