import FoundationEssentials
import Glibc
public import Shopfloor

/// Watches a station of a running daemon through its socket. Blocking, for the command line.
public struct FeedbackClient: Sendable {
  let socketPath: String
  let silenceSeconds: Int

  /// - Parameter silenceSeconds: after so long without a heartbeat the daemon is taken for gone.
  public init(socketPath: String, silenceSeconds: Int = 40) {
    self.socketPath = socketPath
    self.silenceSeconds = silenceSeconds
  }

  /// Longest head of an answer, in bytes.
  static let maximumHeadBytes = 16_384

  /// Hands over what happens at the station until the daemon ends the stream.
  ///
  /// - Parameters:
  ///   - after: the last sequence number that was seen; what came since is handed over first.
  ///   - connected: called once the daemon has said that the station is there.
  /// - Throws: `.refused` where the station is not known; `.notRunning`, `.noAnswer` where no daemon is there or it is
  ///   silent; `.unexpectedAnswer`.
  public func watch(
    _ station: StationName, after: Int64?, connected: () -> Void = {}, _ take: (StationFeedback) -> Void
  ) throws(ConsoleFault) {
    guard socketPath.utf8.count <= ConsoleFault.maximumSocketPathBytes else {
      throw .pathTooLong(path: socketPath, bytes: socketPath.utf8.count)
    }
    let descriptor: Int32
    switch UnixSocket.connect(to: socketPath, timeoutSeconds: silenceSeconds) {
    case .success(let opened): descriptor = opened
    case .failure(let code): throw .notRunning(path: socketPath, reason: code.reason)
    }
    defer { close(descriptor) }
    var request = "GET /api/v1/stations/\(Self.percentEncoded(station.text))/feedback HTTP/1.1\r\n"
    request += "Host: lotwire\r\nAccept: text/event-stream\r\nConnection: close\r\n"
    if let after { request += "Last-Event-ID: \(after)\r\n" }
    try send(Array((request + "\r\n").utf8), to: descriptor)
    let rest = try head(from: descriptor)
    connected()
    try follow(descriptor, rest, take)
  }

  /// Reads up to the end of the head.
  ///
  /// - Returns: what came after it.
  private func head(from descriptor: Int32) throws(ConsoleFault) -> [UInt8] {
    var bytes: [UInt8] = []
    let separator: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    while bytes.count <= Self.maximumHeadBytes {
      guard let part = try receive(from: descriptor) else { break }
      bytes += part
      guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else { continue }
      let status = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ").dropFirst().first
      guard status == "200" else { throw try refusal(bytes, descriptor) }
      return Array(bytes[(end + separator.count)...])
    }
    throw .unexpectedAnswer(reason: "it has no end of headers")
  }

  /// The refusal whose beginning was read.
  private func refusal(_ begun: [UInt8], _ descriptor: Int32) throws(ConsoleFault) -> ConsoleFault {
    var bytes = begun
    while bytes.count <= Self.maximumHeadBytes, let part = try receive(from: descriptor) { bytes += part }
    let reply = try ControlReply(parsing: bytes)
    // Anything else than a refusal in words is shown as it is.
    guard let answer = try? JSONDecoder().decode(ConsoleAnswer.self, from: Data(reply.body)) else {
      return .unexpectedAnswer(reason: "HTTP \(reply.status)")
    }
    return .refused(code: answer.code ?? "", words: answer.words)
  }

  private func follow(_ descriptor: Int32, _ begun: [UInt8], _ take: (StationFeedback) -> Void) throws(ConsoleFault) {
    var body = ChunkedBody()
    var stream = EventStream()
    var bytes = begun
    while true {
      for message in try stream.take(try body.take(bytes[...])) where message.event == "feedback" {
        do {
          take(try JSONDecoder().decode(StationFeedback.self, from: Data(message.data.utf8)))
        } catch {
          throw .unexpectedAnswer(reason: displayable("\(error)"))
        }
      }
      guard !body.isComplete, let part = try receive(from: descriptor) else { return }
      bytes = part
    }
  }

  /// Everything but letters and digits as %XX (RFC 3986, section 2.1).
  static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  // MARK: Bytes

  private func send(_ bytes: [UInt8], to descriptor: Int32) throws(ConsoleFault) {
    let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    guard count == bytes.count else { throw .noAnswer(path: socketPath, reason: String(cString: strerror(errno))) }
  }

  /// - Returns: nil at the end of the stream.
  private func receive(from descriptor: Int32) throws(ConsoleFault) -> [UInt8]? {
    var part = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = part.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count > 0 { return Array(part.prefix(count)) }
      if count == 0 { return nil }
      if errno == EINTR { continue }
      let reason = errno == EAGAIN ? "silence for \(silenceSeconds) s" : String(cString: strerror(errno))
      throw .noAnswer(path: socketPath, reason: reason)
    }
  }
}
