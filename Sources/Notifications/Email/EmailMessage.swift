import FoundationEssentials
import Shopfloor

/// A mail as the bytes that follow DATA. Whatever the texts hold, they end neither a header nor the message: addresses
/// are checked, every other header text is encoded unless it is plain, and the body is base64.
struct EmailMessage: Hashable {
  var id: String
  var from: EmailAddress
  var to: [EmailAddress]
  var subject: String
  var body: String
  var at: Timestamp

  /// Longest line of a header before it is folded, and of base64, in characters (RFC 2047 section 2, RFC 2045 section 6.8).
  static let maximumLineCharacters = 76

  /// Lines without their ends, none longer than 998 characters (RFC 5322 section 2.1.1).
  var lines: [String] {
    var lines = [
      "Date: \(Self.date(at))",
      "From: <\(from)>",
    ]
    lines += Self.folded("To", to.map { "<\($0)>" })
    lines += ["Message-ID: \(messageID)"]
    lines += EncodedWord.headerLines("Subject", displayable(subject, maximumCharacters: 300))
    lines += [
      // Keeps out-of-office answers away (RFC 3834).
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
    ]
    lines += Self.base64Lines(Array((body.replacing("\n", with: "\r\n") + "\r\n").utf8))
    return lines
  }

  /// The same for every attempt, so that a mailbox recognises the second copy (RFC 5322 section 3.6.4).
  var messageID: String {
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-".utf8)
    let left = id.utf8.prefix(200).map { allowed.contains($0) ? $0 : UInt8(ascii: ".") }
    return "<\(String(decoding: left, as: UTF8.self))@\(from.domain)>"
  }

  /// What is sent after DATA, with its end: a line that begins with a dot gets another one (RFC 5321 section 4.5.2).
  static func transparentBytes(of lines: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in lines {
      if line.hasPrefix(".") { bytes.append(UInt8(ascii: ".")) }
      bytes += Array(line.utf8)
      bytes += [0x0D, 0x0A]
    }
    return bytes + Array(".\r\n".utf8)
  }

  /// One address a line, however many there are.
  private static func folded(_ name: String, _ values: [String]) -> [String] {
    values.enumerated().map { index, value in
      (index == 0 ? "\(name): " : " ") + value + (index + 1 < values.count ? "," : "")
    }
  }

  static func base64Lines(_ bytes: [UInt8]) -> [String] {
    let text = Array(Data(bytes).base64EncodedString().utf8)
    return stride(from: 0, to: text.count, by: maximumLineCharacters).map {
      String(decoding: text[$0..<min($0 + maximumLineCharacters, text.count)], as: UTF8.self)
    }
  }

  /// `Sat, 21 Nov 2026 04:20:48 +0000` (RFC 5322 section 3.3).
  static func date(_ time: Timestamp) -> String {
    let text = time.description
    let digits = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
    guard digits.count >= 6, (1...12).contains(digits[1]) else { return text }
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let day = Int((Double(time.microseconds) / 86_400e6).rounded(.down))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(days[((day % 7) + 7) % 7]), \(digits[2]) \(months[digits[1] - 1]) \(digits[0]) "
      + "\(two(digits[3])):\(two(digits[4])):\(two(digits[5])) +0000"
  }
}
