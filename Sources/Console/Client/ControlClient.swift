import FoundationEssentials
import Glibc
public import Shopfloor

/// Asks a running daemon through its socket: what the command line uses. Blocking, one connection a request, for short
/// programs only.
public struct ControlClient: Sendable {
  let socketPath: String
  let timeoutSeconds: Int
  let maximumAnswerBytes: Int

  /// - Parameters:
  ///   - timeoutSeconds: longest silence of the daemon.
  ///   - maximumAnswerBytes: a longer answer is refused.
  public init(socketPath: String, timeoutSeconds: Int = 15, maximumAnswerBytes: Int = 16_000_000) {
    self.socketPath = socketPath
    self.timeoutSeconds = timeoutSeconds
    self.maximumAnswerBytes = maximumAnswerBytes
  }

  public func status() throws(ConsoleFault) -> LineStatus {
    let reply = try ask("GET", "/status")
    guard reply.status == 200 else { throw unexpected(reply) }
    return try decode(LineStatus.self, from: reply)
  }

  /// The status as the daemon sent it, for programs.
  public func statusJSON() throws(ConsoleFault) -> String {
    let reply = try ask("GET", "/status")
    guard reply.status == 200 else { throw unexpected(reply) }
    return String(decoding: reply.body, as: UTF8.self)
  }

  /// A refusal is an answer, not an error.
  public func acknowledge(_ request: AcknowledgeRequest) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/acknowledge", request)
  }

  /// As above.
  public func change(_ command: AlarmCommand) throws(ConsoleFault) -> ConsoleAnswer { try change("/alarm", command) }

  /// As above.
  public func hold(_ request: HoldRequest) throws(ConsoleFault) -> ConsoleAnswer { try change("/hold", request) }

  /// As above.
  public func dispose(_ request: DispositionRequest) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/dispose", request)
  }

  /// As above.
  public func controlPlan(_ command: ControlPlanCommand) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/control-plan", command)
  }

  /// As above.
  public func count(_ report: QuantityReported) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/quantity", report)
  }

  /// As above; one answer for every row.
  public func decide(_ request: DeliveryDecisionRequest) throws(ConsoleFault) -> [ConsoleAnswer] {
    try change("/outbox", request)
  }

  /// As above; the comparison goes on by itself.
  public func compare(_ wish: ComparisonWish) throws(ConsoleFault) -> ComparisonAnswer {
    try change("/outbox/compare", wish)
  }

  /// How the comparison with the ERP stands and what it found; nil where no ERP is configured.
  public func comparison() throws(ConsoleFault) -> ComparisonFindings? {
    let reply = try ask("GET", "/outbox/comparison")
    if reply.status == 404 { return nil }
    guard reply.status == 200 else { throw unexpected(reply) }
    return try decode(ComparisonFindings.self, from: reply)
  }

  /// As above; waits for what became of it, as long as the daemon does.
  public func write(_ request: WriteRequest) throws(ConsoleFault) -> ConsoleAnswer { try change("/write", request) }

  /// As above.
  public func forgetLimits(_ request: ForgetRequest) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/forget-limits", request)
  }

  /// As above.
  public func commission(_ done: DeviceCommissioning) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/commission", done)
  }

  /// As above.
  public func recordCalibration(_ done: Calibration) throws(ConsoleFault) -> ConsoleAnswer {
    try change("/calibration", done)
  }

  /// Reads points of a device now.
  public func read(_ request: ReadDeviceRequest) throws(ConsoleFault) -> DeviceValues {
    let reply = try ask("POST", "/read-device", body: try body(of: request))
    guard reply.status == 200 else { throw unexpected(reply) }
    return try decode(DeviceValues.self, from: reply)
  }

  private func change<Answer: Decodable>(_ path: String, _ request: some Encodable) throws(ConsoleFault) -> Answer {
    let reply = try ask("POST", path, body: try body(of: request))
    guard [200, 400, 409].contains(reply.status) else { throw unexpected(reply) }
    return try decode(Answer.self, from: reply)
  }

  private func body(of request: some Encodable) throws(ConsoleFault) -> [UInt8] {
    do {
      return Array(try JSONEncoder().encode(request))
    } catch {
      throw .unexpectedAnswer(reason: "the request cannot be written: \(error)")
    }
  }

  public func reload() throws(ConsoleFault) -> ReloadAnswer {
    let reply = try ask("POST", "/reload", body: [])
    guard [200, 409].contains(reply.status) else { throw unexpected(reply) }
    return try decode(ReloadAnswer.self, from: reply)
  }

  /// Whether a daemon answers.
  public func health() throws(ConsoleFault) -> Bool { try ask("GET", "/health").status == 200 }

  func ask(_ method: String, _ path: String, body: [UInt8]? = nil) throws(ConsoleFault) -> ControlReply {
    guard socketPath.utf8.count <= ConsoleFault.maximumSocketPathBytes else {
      throw .pathTooLong(path: socketPath, bytes: socketPath.utf8.count)
    }
    let descriptor: Int32
    switch UnixSocket.connect(to: socketPath, timeoutSeconds: timeoutSeconds) {
    case .success(let connected): descriptor = connected
    case .failure(let code): throw .notRunning(path: socketPath, reason: code.reason)
    }
    defer { close(descriptor) }
    var head = "\(method) \(path) HTTP/1.1\r\nHost: lotwire\r\nConnection: close\r\n"
    if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
    try write(Array((head + "\r\n").utf8) + (body ?? []), to: descriptor)
    return try ControlReply(parsing: readAll(from: descriptor))
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws(ConsoleFault) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        send(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .noAnswer(path: socketPath, reason: String(cString: strerror(errno))) }
      sent += count
    }
  }

  private func readAll(from descriptor: Int32) throws(ConsoleFault) -> [UInt8] {
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = part.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      if count < 0 {
        let reason = errno == EAGAIN ? "silence for \(timeoutSeconds) s" : String(cString: strerror(errno))
        throw .noAnswer(path: socketPath, reason: reason)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: part.prefix(count))
      guard bytes.count <= maximumAnswerBytes else {
        throw .unexpectedAnswer(reason: "it is longer than \(maximumAnswerBytes) bytes")
      }
    }
  }

  private func decode<Value: Decodable>(_ type: Value.Type, from reply: ControlReply) throws(ConsoleFault) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(reply.body))
    } catch {
      throw .unexpectedAnswer(reason: displayable("\(error)"))
    }
  }

  private func unexpected(_ reply: ControlReply) -> ConsoleFault {
    let text = displayable(String(decoding: reply.body.prefix(1_000), as: UTF8.self))
    return .unexpectedAnswer(reason: "HTTP \(reply.status) \(text)")
  }
}
