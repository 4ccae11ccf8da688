/// An HTTP/1.1 answer as the daemon's console gives it: status and a body of announced length (RFC 9112, section 6.2).
struct ControlReply: Hashable {
  var status: Int
  var body: [UInt8]

  init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  /// Reads everything that came until the connection closed.
  init(parsing bytes: [UInt8]) throws(ConsoleFault) {
    let separator: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    guard let headEnd = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else {
      throw .unexpectedAnswer(reason: "it has no end of headers")
    }
    let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      throw .unexpectedAnswer(reason: "it does not begin like HTTP")
    }
    var announced: Int?
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      announced = Int(parts[1].filter { $0 != " " })
    }
    let body = Array(bytes[(headEnd + separator.count)...])
    guard let announced else { throw .unexpectedAnswer(reason: "it does not announce its length") }
    guard announced == body.count else {
      throw .unexpectedAnswer(reason: "it announced \(announced) bytes and brought \(body.count)")
    }
    self.init(status: status, body: body)
  }
}
