/// One answer of a mail server: its code and its lines (RFC 5321 section 4.2).
struct SMTPReply: Hashable {
  var code: Int
  var lines: [String]

  var text: String { oneLine("\(code) " + lines.joined(separator: " / ")) }
  var isPositive: Bool { (200..<400).contains(code) }
  var isForEver: Bool { (500..<600).contains(code) }
}

/// Takes bytes as they come and gives whole replies. Bounded: a server that says too much is no mail server.
struct SMTPReplyParser {
  /// Longest line and most lines of a reply (RFC 5321 section 4.5.3.1.5 allows 512 octets a line).
  static let maximumLineBytes = 2_048
  static let maximumLines = 128

  struct Malformed: Error, Hashable { var reason: String }

  private var line: [UInt8] = []
  private var lines: [String] = []
  private var code: Int?

  /// Whether nothing of an unfinished reply is held.
  var isEmpty: Bool { line.isEmpty && lines.isEmpty }

  mutating func take(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [SMTPReply] {
    var replies: [SMTPReply] = []
    for byte in bytes {
      guard byte == 0x0A else {
        line.append(byte)
        guard line.count <= Self.maximumLineBytes else { throw Malformed(reason: "a line is too long") }
        continue
      }
      if line.last == 0x0D { line.removeLast() }
      if let reply = try endLine() { replies.append(reply) }
    }
    return replies
  }

  private mutating func endLine() throws(Malformed) -> SMTPReply? {
    defer { line = [] }
    let digits = line.prefix(3)
    guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let found = Int(String(decoding: digits, as: UTF8.self)), (200..<600).contains(found),
      line.count == 3 || line[3] == UInt8(ascii: " ") || line[3] == UInt8(ascii: "-"), code == nil || code == found
    else {
      throw Malformed(reason: "\"\(oneLine(String(decoding: line, as: UTF8.self)))\" is no reply of a mail server")
    }
    lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
    guard lines.count <= Self.maximumLines else { throw Malformed(reason: "a reply has too many lines") }
    if line.count > 3, line[3] == UInt8(ascii: "-") {
      code = found
      return nil
    }
    defer {
      lines = []
      code = nil
    }
    return SMTPReply(code: found, lines: lines)
  }
}
