import Foundation
import Harness
import Ledger
import Notifications
import Shopfloor
import Testing

@Suite("Mail over a real server")
struct EmailConnectorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("email") }

  private func settings(
    _ sink: MailSink, _ encryption: EmailSettings.Encryption = .none, to: [String] = ["q@plant.example"],
    user: String? = nil, password: String = "päss word", trusts: Bool = true
  ) throws -> EmailSettings {
    EmailSettings(
      host: "127.0.0.1", port: sink.port, encryption: encryption,
      from: try #require(EmailAddress("lotwire@plant.example")), to: try to.map { try #require(EmailAddress($0)) },
      user: user, passwordFile: try user.map { _ in try folder.secret("password", password + "\n") },
      authoritiesFile: encryption != .none && trusts ? sink.certificate : nil)
  }

  private func send(_ settings: EmailSettings) async -> Result<String, NotificationFailure> {
    let payload = #"""
      {"version":1,"id":"lotwire:notification:000000000007:abab","subscription":"s","occasion":"raised","site":"苏州",
       "line":"Line 1","at":"2026-11-21T00:00:00.000000Z","lots":["L-1"],"work_orders":[],
       "alarm":{"id":"A-1","station":"oven","source":"cure.temperature"},
       "text":{"en":"It is too hot.\r\n.\r\nQUIT","zh-CN":"温度过高。"}}
      """#
    let message = OutgoingNotification(
      id: "lotwire:notification:000000000007:abab", payload: Array(payload.utf8),
      owedAt: Timestamp(microseconds: 1_795_000_000_000_000))
    do throws(NotificationFailure) {
      return .success(try await EmailConnector(settings).send(message))
    } catch {
      return .failure(error)
    }
  }

  private func code(_ result: Result<String, NotificationFailure>) -> NotificationFailure.Code? {
    if case .failure(let failure) = result { failure.code } else { nil }
  }

  @Test("a mail arrives whole, in both languages")
  func plain() async throws {
    let sink = try MailSink()
    let result = await send(try settings(sink, to: ["a@x.example", "b@x.example"]))
    #expect(result == .success("250 2.0.0 kept"))
    let mail = try #require(try sink.received().first)
    #expect(mail.from == "lotwire@plant.example" && mail.to == ["a@x.example", "b@x.example"])
    #expect(mail.subject == "苏州, Line 1: alarm A-1 raised (oven, cure.temperature)")
    #expect(mail.messageID == "<lotwire.notification.000000000007.abab@plant.example>")
    #expect(mail.body.contains("It is too hot.") && mail.body.contains("温度过高。") && mail.body.contains("L-1"))
    #expect(mail.body.contains("QUIT"), "what follows a dot of the text still belongs to it")
  }

  @Test("encrypted both ways, with a user", arguments: [EmailSettings.Encryption.starttls, .implicit])
  func encrypted(_ encryption: EmailSettings.Encryption) async throws {
    let sink = try MailSink(encryption == .starttls ? .starttls : .implicit, user: "line-1")
    #expect(await send(try settings(sink, encryption, user: "line-1")) == .success("250 2.0.0 kept"))
    let mail = try #require(try sink.received().first)
    #expect(mail.isEncrypted && mail.user == "line-1")
    // A certificate of an authority that is not ours, and a wrong password: nobody's mail is lost for that.
    #expect(code(await send(try settings(sink, encryption, user: "line-1", trusts: false))) == .unauthorized)
    #expect(code(await send(try settings(sink, encryption, user: "line-1", password: "no"))) == .unauthorized)
    #expect(try sink.received().count == 1)
  }

  @Test("a server without STARTTLS gets neither password nor mail")
  func stripped() async throws {
    let sink = try MailSink()
    #expect(code(await send(try settings(sink, .starttls, user: "line-1", trusts: false))) == .unauthorized)
    #expect(try sink.received().isEmpty)
  }

  @Test("what the server says of the mail")
  func answers() async throws {
    let sink = try MailSink(failures: ["451 4.3.0 later", "554 5.7.1 spam", "421 4.3.2 bye"])
    #expect(code(await send(try settings(sink))) == .unavailable)
    #expect(code(await send(try settings(sink))) == .refused)
    #expect(code(await send(try settings(sink))) == .unavailable)
    #expect(code(await send(try settings(sink, to: ["nobody@x.example"]))) == .refused)
    #expect(code(await send(try settings(sink, to: ["a@x.example", "full@x.example"]))) == .unavailable)
    #expect(try sink.received().isEmpty)
    let result = await send(try settings(sink, to: ["nobody@x.example", "a@x.example"]))
    #expect(
      result == .success("250 2.0.0 kept; not taken: nobody@x.example (550 5.1.1 no such mailbox)"))
  }

  @Test("no server, and one that says nothing")
  func silence() async throws {
    let address = try #require(EmailAddress("a@b.example"))
    let closed = EmailSettings(
      host: "127.0.0.1", port: freeLoopbackPort(), encryption: .none, from: address, to: [address])
    #expect(code(await send(closed)) == .unreachable)
    // A broker of another trade waits for us to speak.
    let broker = try MosquittoBroker(folder: folder.url)
    let mute = EmailSettings(
      host: "127.0.0.1", port: broker.port, encryption: .none, from: address, to: [address],
      conversationTimeoutMicroseconds: 300_000)
    #expect(code(await send(mute)) == .outcomeUnknown)
  }

  @Test("a mail server that was away gets every message; a copy has the Message-ID of the first")
  func atLeastOnce() async throws {
    let line = try NotifiedLine("mail")
    let ids = try await line.owe("quality", alarms: 1...3)
    await line.lose(reports: 1)
    let port = freeLoopbackPort()
    let address = try #require(EmailAddress("a@b.example"))
    let service = NotificationService(ports: line.ports(), policy: NotificationServiceTests.quick)
    service.configure([
      NotificationSubscription(
        name: "quality",
        connector: EmailConnector(
          EmailSettings(host: "127.0.0.1", port: port, encryption: .none, from: address, to: [address])))
    ])
    try await whileRunning({ await service.run() }) {
      try await eventually("tried") { service.status()[0].lastError != nil }
      let sink = try MailSink(failures: ["451 later"], port: port)
      try await eventually("delivered") { try await line.waiting("quality") == 0 }
      let expected = Set(ids.map { "<\($0.replacing(":", with: "."))@b.example>" })
      #expect(Set(try sink.received().map(\.messageID)) == expected)
    }
    await line.close()
  }
}
