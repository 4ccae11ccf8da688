import Devices
import Foundation
import Harness
import Ledger
import Notifications
import Shopfloor
import Testing

@Suite("Webhooks")
struct WebhookConnectorTests {
  let folder: TemporaryFolder
  let hook: Hook

  init() throws {
    folder = try TemporaryFolder("webhook")
    hook = Hook(secret: try folder.secret("key", String(decoding: HookServer.key, as: UTF8.self) + "\n"))
  }

  struct Hook {
    var secret: String

    func connector(_ url: String, timeout: Int64 = 10_000_000) -> WebhookConnector {
      WebhookConnector(WebhookSettings(url: url, secretFile: secret, requestTimeoutMicroseconds: timeout))
    }
  }

  static let quick = RetryPolicy(firstMicroseconds: 20_000, capMicroseconds: 100_000, personMicroseconds: 100_000)

  private static func send(_ connector: WebhookConnector) async -> Result<String, NotificationFailure> {
    let message = OutgoingNotification(
      id: "lotwire:notification:1", payload: Array(#"{"a":"µ"}"#.utf8), owedAt: Timestamp(microseconds: 0))
    do throws(NotificationFailure) {
      return .success(try await connector.send(message))
    } catch {
      return .failure(error)
    }
  }

  private static func code(_ result: Result<String, NotificationFailure>) -> NotificationFailure.Code? {
    if case .failure(let failure) = result { failure.code } else { nil }
  }

  @Test("a published example of HMAC-SHA256, over time, dot and body")
  func signature() {
    // printf '1795000000.{}' | openssl dgst -sha256 -hmac key
    #expect(
      WebhookSignature.value(body: Array("{}".utf8), unixSeconds: 1_795_000_000, key: Array("key".utf8))
        == "t=1795000000,v1=71f6cd81e7ac967a6bfd8d621347e9ee7792b1fde3a9a64c3161a631437c7fb6")
  }

  @Test("signed, with the id, byte for byte")
  func delivered() async throws {
    let server = HookServer()
    try await server.serve { [hook] url in
      let connector = hook.connector(url)
      let result = await Self.send(connector)
      #expect(result == .success("HTTP 204"))
      await connector.close()
    }
    #expect(server.received.map(\.id) == ["lotwire:notification:1"])
    #expect(server.received.map(\.isSigned) == [true])
    #expect(server.received.map(\.body) == [Array(#"{"a":"µ"}"#.utf8)])
  }

  @Test(
    "what each answer means",
    arguments: [
      (200, nil), (408, .unavailable), (425, .unavailable), (429, .unavailable), (500, .unavailable),
      (503, .unavailable), (400, .refused), (401, .refused), (404, .refused), (410, .refused), (422, .refused),
    ] as [(Int, NotificationFailure.Code?)])
  func answers(status: Int, expected: NotificationFailure.Code?) async throws {
    let server = HookServer()
    server.answer([.status(status)])
    try await server.serve { [hook] url in
      let connector = hook.connector(url)
      let result = await Self.send(connector)
      #expect(Self.code(result) == expected)
      await connector.close()
    }
  }

  @Test("a redirect is not followed")
  func redirect() async throws {
    let server = HookServer()
    server.answer([.redirect])
    try await server.serve { [hook] url in
      let connector = hook.connector(url)
      let result = await Self.send(connector)
      #expect(Self.code(result) == .local)
      await connector.close()
    }
    #expect(server.received.map(\.path) == ["/hook"])
  }

  @Test("silence, a closed port and a bad key file are told apart")
  func failures() async throws {
    let server = HookServer()
    server.answer([.silent])
    try await server.serve { [hook] url in
      let silent = hook.connector(url, timeout: 300_000)
      let result = await Self.send(silent)
      #expect(Self.code(result) == .outcomeUnknown)
      await silent.close()
    }
    let closed = hook.connector("http://127.0.0.1:\(freeLoopbackPort())/hook")
    #expect(Self.code(await Self.send(closed)) == .unreachable)
    await closed.close()
    for path in [
      try folder.secret("open", "x", permissions: 0o644), try folder.secret("empty", "\n"), folder.file("none").path,
    ] {
      let connector = WebhookConnector(WebhookSettings(url: "http://127.0.0.1:1/hook", secretFile: path))
      #expect(Self.code(await Self.send(connector)) == .local)
      await connector.close()
    }
  }

  @Test("at least once, with the same id, through failures, silence and reports that were lost with the daemon")
  func atLeastOnce() async throws {
    let line = try NotifiedLine("at-least-once")
    let ids = try await line.owe("acme", alarms: 1...5)
    await line.lose(reports: 2)
    let server = HookServer()
    server.answer([.status(500), .status(204), .silent, .status(429), .status(503)])
    try await server.serve { [hook] url in
      let service = NotificationService(ports: line.ports(), policy: Self.quick)
      service.configure([NotificationSubscription(name: "acme", connector: hook.connector(url, timeout: 500_000))])
      try await whileRunning({ await service.run() }) {
        try await eventually("all are delivered") { try await line.waiting("acme") == 0 }
        #expect(service.status().first?.deliveredRows == 5)
      }
    }
    let received = server.received
    #expect(received.allSatisfy { $0.isSigned })
    #expect(Set(received.map(\.id)) == Set(ids))
    #expect(received.count >= 5 + 5 - 1, "what failed or was lost came again")
    // The same id always came with the same bytes.
    #expect(Dictionary(grouping: received, by: \.id).values.allSatisfy { Set($0.map(\.body)).count == 1 })
    await line.close()
  }

  @Test("a receiver that comes back on its port gets everything")
  func restart() async throws {
    let line = try NotifiedLine("restart")
    try await line.owe("acme", alarms: 1...3)
    let port = freeLoopbackPort()
    let service = NotificationService(ports: line.ports(), policy: Self.quick)
    service.configure([
      NotificationSubscription(
        name: "acme", connector: hook.connector("http://127.0.0.1:\(port)/hook"), lateAfterMicroseconds: 1)
    ])
    let server = HookServer()
    try await whileRunning({ await service.run() }) {
      try await eventually("the failure shows, and that it is late") {
        let status = service.status()[0]
        return status.lastError?.contains("no connection") == true && status.isLate(at: SystemClock().now().utc)
      }
      try await server.serve(port: port) { _ in
        try await eventually("all are delivered") { try await line.waiting("acme") == 0 }
        try await eventually("and shown so") {
          service.status()[0].lastError == nil && !service.status()[0].isLate(at: SystemClock().now().utc)
        }
      }
    }
    #expect(Set(server.received.map(\.id)).count == 3)
    await line.close()
  }
}
