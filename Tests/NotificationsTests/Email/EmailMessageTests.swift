import Foundation
import Shopfloor
import Testing

@testable import Notifications

@Suite("A mail as bytes")
struct EmailMessageTests {
  private static func mail(_ subject: String, body: String = "text", id: String = "lotwire:notification:1:ab") throws
    -> EmailMessage
  {
    EmailMessage(
      id: id, from: try #require(EmailAddress("lotwire@plant.example")),
      to: [try #require(EmailAddress("a@x.example")), try #require(EmailAddress("b@x.example"))], subject: subject,
      body: body, at: Timestamp(microseconds: 1_795_000_000_000_000))
  }

  @Test("the headers")
  func headers() throws {
    let lines = try Self.mail("Suzhou: alarm A-1 raised").lines
    #expect(
      lines.prefix { !$0.isEmpty } == [
        "Date: Wed, 18 Nov 2026 11:06:40 +0000", "From: <lotwire@plant.example>", "To: <a@x.example>,",
        " <b@x.example>", "Message-ID: <lotwire.notification.1.ab@plant.example>",
        "Subject: Suzhou: alarm A-1 raised", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
      ])
  }

  @Test("dates of every weekday", arguments: 0..<400) func dates(day: Int) {
    let seconds = Double(day * 86_400 * 29 + 3_661)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "EEE, d MMM yyyy HH:mm:ss '+0000'"
    #expect(
      EmailMessage.date(Timestamp(microseconds: Int64(seconds) * 1_000_000))
        == formatter.string(from: Date(timeIntervalSince1970: seconds)))
  }

  /// Reads a header back as a mail program does (RFC 2047).
  private static func subject(in lines: [String]) -> String {
    let start = lines.firstIndex { $0.hasPrefix("Subject: ") } ?? 0
    let folded =
      [String(lines[start].dropFirst(9))]
      + lines[(start + 1)...].prefix { $0.hasPrefix(" ") }
      .map { String($0.dropFirst()) }
    return folded.map { part -> String in
      guard part.hasPrefix("=?UTF-8?B?"), part.hasSuffix("?=") else { return part }
      let bytes = Data(base64Encoded: String(part.dropFirst(10).dropLast(2))) ?? Data()
      return String(decoding: bytes, as: UTF8.self)
    }.joined()
  }

  @Test(
    "no text ends a header, a line or the message",
    arguments: [
      "x\r\nBcc: evil@evil.example", "x\nBcc: evil@evil.example\n\nbody", "x\r\n.\r\nMAIL FROM:<evil@evil.example>",
      "=?UTF-8?B?evil?=", "报警 A-1 已触发：温度高于 190.0 °C，请检查封口机并确认。" + String(repeating: "很长", count: 90), "",
      " x ", String(repeating: "a", count: 5_000), "\u{0}\u{85}\u{2028}", "🏭👩‍🔬 x",
    ])
  func injection(text: String) throws {
    let mail = try Self.mail(text, body: "\(text)\r\n.\r\n\(text)", id: "id\r\nBcc: evil@evil.example \(text)")
    let lines = mail.lines
    let headers = lines.prefix { !$0.isEmpty }
    let names = headers.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
    #expect(
      names == [
        "Date", "From", "To", "Message-ID", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
      ])
    for line in lines {
      #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
      #expect(line.utf8.count <= 300)
    }
    // An encoded word of at most 75 characters with the name of the header before it: 78 a line (RFC 2047, section 2).
    #expect(headers.filter { $0.contains("=?UTF-8") }.allSatisfy { $0.utf8.count <= 78 })
    #expect(Self.subject(in: lines) == displayable(text, maximumCharacters: 300))
    let body = lines.drop { !$0.isEmpty }.dropFirst().joined()
    let decoded = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
    #expect(decoded == mail.body.replacing("\n", with: "\r\n") + "\r\n")
    let bytes = EmailMessage.transparentBytes(of: lines)
    let content = String(decoding: bytes, as: UTF8.self)
    #expect(content.hasSuffix("\r\n.\r\n") && content.components(separatedBy: "\r\n.\r\n").count == 2)
  }

  @Test("a line that begins with a dot gets another one")
  func dots() {
    #expect(
      String(decoding: EmailMessage.transparentBytes(of: [".", "..a", "b.", ""]), as: UTF8.self)
        == "..\r\n...a\r\nb.\r\n\r\n.\r\n")
  }

  @Test("addresses", arguments: ["a@b.example", "first.last+tag@mail.plant-1.example", "x@localhost", "!#$%&'*@a.b"])
  func addresses(text: String) { #expect(EmailAddress(text)?.text == text) }

  @Test(
    "what is no address",
    arguments: [
      "", "a", "@b", "a@", "a@b@c", "a b@c.example", "a@b.example\r\nRCPT TO:<x@y>", "<a@b.example>", "A <a@b.example>",
      "a@b..example", "a@-b.example", ".a@b.example", "a..b@c.example", "ä@b.example", "a@b.example,c@d.example",
      "\"a\"@b.example", "a@[127.0.0.1]", "a@b.example ", String(repeating: "a", count: 65) + "@b.example",
    ])
  func noAddresses(text: String) { #expect(EmailAddress(text) == nil) }
}
