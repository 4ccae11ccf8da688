import Foundation
import Testing

@testable import Notifications

@Suite("The conversation with a mail server")
struct SMTPConversationTests {
  private static func settings(
    _ encryption: EmailSettings.Encryption = .none, user: String? = nil, to: [String] = ["q@plant.example"]
  ) throws -> EmailSettings {
    EmailSettings(
      host: "mail.example", port: 25, encryption: encryption, from: try #require(EmailAddress("lotwire@plant.example")),
      to: try to.map { try #require(EmailAddress($0)) }, user: user, passwordFile: user.map { _ in "p" },
      helloName: "line-1.example")
  }

  /// The server's replies, each with what we do then; TLS succeeds at once.
  private static func play(_ settings: EmailSettings, _ replies: [String]) throws -> [String] {
    var conversation = SMTPConversation(settings, password: "pass word")
    var parser = SMTPReplyParser()
    var said: [String] = []
    for text in replies {
      for reply in try parser.take(Array((text + "\r\n").utf8)) {
        var action = conversation.take(reply)
        if action == .startTLS {
          said.append("<TLS>")
          action = conversation.secured()
        }
        switch action {
        case .send(let line): said.append(line)
        case .sendMessage: said.append("<MAIL>")
        case .startTLS: said.append("<TLS again>")
        case .finish(let receipt): said.append("done: \(receipt)")
        case .fail(let failure): said.append("\(failure.code)")
        }
      }
    }
    return said
  }

  @Test("plain, without a user")
  func plain() throws {
    let said = try Self.play(
      Self.settings(to: ["a@x.example", "b@x.example"]),
      ["220 hi", "250-mail\r\n250 SIZE 1000", "250 ok", "250 ok", "251 elsewhere", "354 go", "250 queued as 7"])
    #expect(
      said == [
        "EHLO line-1.example", "MAIL FROM:<lotwire@plant.example>", "RCPT TO:<a@x.example>", "RCPT TO:<b@x.example>",
        "DATA", "<MAIL>", "done: 250 queued as 7",
      ])
  }

  @Test("STARTTLS comes before anything is said, EHLO again after it, and the user then")
  func starttls() throws {
    let said = try Self.play(
      Self.settings(.starttls, user: "line"),
      ["220 hi", "250-mail\r\n250-AUTH PLAIN\r\n250 STARTTLS", "220 go", "250-mail\r\n250 AUTH LOGIN PLAIN", "235 ok"])
    let credentials = Data("\0line\0pass word".utf8).base64EncodedString()
    #expect(
      said == [
        "EHLO line-1.example", "STARTTLS", "<TLS>", "EHLO line-1.example", "AUTH PLAIN \(credentials)",
        "MAIL FROM:<lotwire@plant.example>",
      ])
  }

  @Test("AUTH LOGIN where there is no PLAIN")
  func login() throws {
    let said = try Self.play(
      Self.settings(.implicit, user: "line"),
      ["220 hi", "250-mail\r\n250 auth login", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "235 ok"])
    #expect(
      Array(said.dropFirst()) == [
        "AUTH LOGIN", Data("line".utf8).base64EncodedString(), Data("pass word".utf8).base64EncodedString(),
        "MAIL FROM:<lotwire@plant.example>",
      ])
  }

  @Test(
    "a server that cannot encrypt or does not take our password gets nothing, and nothing is lost",
    arguments: [
      (["554 go away"], "unauthorized"), (["220 hi", "502 what"], "unauthorized"),
      (["220 hi", "250 mail"], "unauthorized"), (["220 hi", "250 STARTTLS"], "unauthorized"),
      (["220 hi", "250-m\r\n250 STARTTLS", "454 later"], "unavailable"),
      (["220 hi", "250-m\r\n250 STARTTLS", "220 go", "250 mail"], "unauthorized"),
      (["220 hi", "250-m\r\n250 STARTTLS", "220 go", "250-m\r\n250 AUTH PLAIN", "535 no"], "unauthorized"),
      (["220 hi", "250-m\r\n250 STARTTLS", "220 go", "250-m\r\n250 AUTH PLAIN", "454 later"], "unavailable"),
    ])
  func noEncryption(replies: [String], code: String) throws {
    let said = try Self.play(Self.settings(.starttls, user: "line"), replies)
    #expect(said.last == code)
    #expect(!said.contains { $0.hasPrefix("MAIL") })
  }

  @Test(
    "what is said of the mail: 4xx comes again, 5xx is for ever; one bad address keeps it from nobody else",
    arguments: [
      (["550 no sender"], "refused"), (["451 later"], "unavailable"),
      (["250 ok", "550 who", "550 who"], "refused"), (["250 ok", "450 full"], "unavailable"),
      (["250 ok", "550 who", "450 full"], "unavailable"),
      (["250 ok", "550 who", "250 ok", "554 no"], "refused"),
      (["250 ok", "250 ok", "250 ok", "354 go", "552 too big"], "refused"),
      (["250 ok", "250 ok", "250 ok", "354 go", "421 bye"], "unavailable"),
      (["250 ok", "550 who", "250 ok", "354 go", "250 q"], "done: 250 q; not taken: a@x.example (550 who)"),
    ])
  func mail(replies: [String], last: String) throws {
    let said = try Self.play(
      Self.settings(to: ["a@x.example", "b@x.example"]), ["220 hi", "250 mail"] + replies)
    #expect(said.last == last)
  }

  @Test("replies in any pieces; what is no reply is not taken")
  func parser() throws {
    let text = Array("250-one\r\n250-two\r\n250\r\n354 go\n".utf8)
    for size in 1...text.count {
      var parser = SMTPReplyParser()
      var replies: [SMTPReply] = []
      for start in stride(from: 0, to: text.count, by: size) {
        replies += try parser.take(text[start..<min(start + size, text.count)])
      }
      #expect(replies == [SMTPReply(code: 250, lines: ["one", "two", ""]), SMTPReply(code: 354, lines: ["go"])])
      #expect(parser.isEmpty)
    }
    for bad in ["hello\r\n", "25\r\n", "999 x\r\n", "250-a\r\n251 b\r\n", "250x\r\n", "\r\n"] {
      var parser = SMTPReplyParser()
      #expect(throws: SMTPReplyParser.Malformed.self) { try parser.take(Array(bad.utf8)) }
    }
    var long = SMTPReplyParser()
    #expect(throws: SMTPReplyParser.Malformed.self) { try long.take([UInt8](repeating: 0x32, count: 5_000)) }
    var many = SMTPReplyParser()
    let lines = String(repeating: "250-x\r\n", count: 200)
    #expect(throws: SMTPReplyParser.Malformed.self) { try many.take(Array(lines.utf8)) }
  }
}
