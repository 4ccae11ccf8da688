import Foundation
import Glibc

/// One HTTP/1.1 message, head and body.
struct HTTPMessage {
  var startLine: String
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  var body: Data

  var path: String { startLine.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  var status: Int? { startLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The method of a JSON-RPC request.
  var rpcMethod: String {
    // A body that is no JSON has no method.
    ((try? JSONSerialization.jsonObject(with: body)) as? [String: Any])?["method"] as? String ?? ""
  }

  /// As a server answers that leaves the connection open.
  var keptAlive: HTTPMessage {
    var message = self
    message.startLine = startLine.replacingOccurrences(of: "HTTP/1.0", with: "HTTP/1.1")
    message.headers.removeAll { ["connection", "transfer-encoding", "content-length", "keep-alive"].contains($0.name) }
    message.headers.append(("content-length", String(body.count)))
    return message
  }

  /// As a client asks that wants no more than this.
  var alone: HTTPMessage {
    var message = keptAlive
    message.headers.append(("connection", "close"))
    return message
  }

  var bytes: Data {
    let head = startLine + "\r\n" + headers.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
    return Data(head.utf8) + body
  }

  static func plain(status: Int, text: String) -> Data {
    HTTPMessage(
      startLine: "HTTP/1.1 \(status) Fault",
      headers: [("content-type", "text/plain"), ("content-length", "\(text.utf8.count)")],
      body: Data(text.utf8)
    ).bytes
  }
}

/// Blocking reading and writing of HTTP messages.
enum HTTPWire {
  static let maximumHeadBytes = 65_536
  static let answerSeconds = 120

  static func limitWaiting(_ descriptor: Int32, seconds: Int) {
    var patience = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Nil where the other side ends or waits too long before a message is complete.
  static func read(_ descriptor: Int32, _ maximumBytes: Int, untilEnd: Bool = false) -> HTTPMessage? {
    var buffer = Data()
    while true {
      if let end = buffer.range(of: Data("\r\n\r\n".utf8)) {
        guard var message = head(buffer[..<end.lowerBound]) else { return nil }
        let rest = Data(buffer[end.upperBound...])
        guard let body = body(of: message, beginning: rest, descriptor, maximumBytes, untilEnd) else { return nil }
        message.body = body
        return message
      }
      guard buffer.count <= maximumHeadBytes, let piece = receive(descriptor) else { return nil }
      buffer.append(piece)
    }
  }

  private static func head(_ bytes: Data) -> HTTPMessage? {
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    guard let start = lines.first, start.contains(" ") else { return nil }
    let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (
        line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      )
    }
    return HTTPMessage(startLine: start, headers: headers, body: Data())
  }

  private static func body(
    of message: HTTPMessage, beginning: Data, _ descriptor: Int32, _ maximumBytes: Int, _ untilEnd: Bool
  ) -> Data? {
    var body = beginning
    if message.header("transfer-encoding")?.lowercased() == "chunked" {
      while true {
        if let whole = unchunked(body) { return whole }
        guard body.count <= maximumBytes, let piece = receive(descriptor) else { return nil }
        body.append(piece)
      }
    }
    if let text = message.header("content-length"), let length = Int(text) {
      guard length <= maximumBytes else { return nil }
      while body.count < length {
        guard let piece = receive(descriptor) else { return nil }
        body.append(piece)
      }
      return body.prefix(length)
    }
    guard untilEnd else { return body }
    while let piece = receive(descriptor) {
      guard body.count <= maximumBytes else { return nil }
      body.append(piece)
    }
    return body
  }

  /// RFC 9112, 7.1; nil while the last chunk is missing.
  private static func unchunked(_ bytes: Data) -> Data? {
    var whole = Data()
    var rest = bytes[...]
    while let end = rest.range(of: Data("\r\n".utf8)) {
      let size = String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: ";").first.flatMap {
        Int($0, radix: 16)
      }
      guard let size else { return nil }
      if size == 0 { return whole }
      guard rest.endIndex - end.upperBound >= size + 2 else { return nil }
      whole.append(rest[end.upperBound..<(end.upperBound + size)])
      rest = rest[(end.upperBound + size + 2)...]
    }
    return nil
  }

  private static func receive(_ descriptor: Int32) -> Data? {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &piece, piece.count, 0)
    return count > 0 ? Data(piece[0..<count]) : nil
  }

  static func send(_ descriptor: Int32, _ bytes: Data) -> Bool {
    var left = [UInt8](bytes)[...]
    while !left.isEmpty {
      let sent = left.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard sent > 0 else { return false }
      left = left.dropFirst(sent)
    }
    return true
  }

  /// Sends the request on a connection of its own and returns it; -1 where nobody takes it.
  static func ask(port: Int, _ request: HTTPMessage) -> Int32 {
    let server = connectedToLoopback(port: port)
    guard server >= 0 else { return -1 }
    setNoDelay(server)
    limitWaiting(server, seconds: answerSeconds)
    guard send(server, request.alone.bytes) else {
      close(server)
      return -1
    }
    return server
  }
}
