import ERP
import Foundation
import Glibc
import Shopfloor

/// The least that bringing the same to the ERP costs: a plain client on one connection that is kept, one call for each
/// object that is created or changed and each button, each as soon as the last was answered. It looks nothing up, reads
/// nothing back and keeps nothing.
final class PlainTrytonClient {
  private let port: Int
  private var descriptor: Int32 = -1
  private var authorization = ""
  private var context: [String: Any] = [:]
  private(set) var connections = 0

  init(port: Int, user: String, password: String) throws {
    self.port = port
    let session = try ask("common.db.login", [user, ["password": password], "en"]) as? [Any] ?? []
    guard session.count >= 2 else { throw BenchFault("Tryton did not let \(user) in") }
    authorization = Data("\(user):\(session[0]):\(session[1])".utf8).base64EncodedString()
    context = try ask("model.res.user.get_preferences", [true, [String: Any]()]) as? [String: Any] ?? [:]
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The requests for calls that were recorded, one for each object.
  func requests(for calls: [RecordedCalls.Call]) throws -> [Data] {
    // What was refused brought nothing, and changes of other calls between two of ours are none of its business.
    try calls.filter { $0.writes && $0.answer != nil }.flatMap { call -> [Data] in
      let method = call.method.hasPrefix("model.") ? call.method : "model." + call.method
      return try Self.single(call).map { parameters in
        var own = context.merging(call.context.mapValues(Self.json)) { _, new in new }
        own["_timestamp"] = nil
        return try body(method, parameters.map(Self.json) + [own])
      }
    }
  }

  /// Parameters of a call that creates several objects, one by one.
  private static func single(_ call: RecordedCalls.Call) -> [[TrytonValue]] {
    guard call.method.hasSuffix(".create"), case .list(let values)? = call.parameters.first, values.count > 1 else {
      return [call.parameters]
    }
    return values.map { [.list([$0])] + call.parameters.dropFirst() }
  }

  /// Sends a request and takes the answer.
  func send(_ body: Data) throws -> Data {
    var head = "POST /factory/rpc/ HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
    if !authorization.isEmpty { head += "Authorization: Session \(authorization)\r\n" }
    head += "Content-Length: \(body.count)\r\n\r\n"
    let request = Data(head.utf8) + body
    // A server may have closed a connection that it kept.
    for attempt in 0...1 {
      let isFresh = descriptor < 0
      if isFresh { try connectAnew() }
      if write(request), let answer = read() { return answer }
      hangUp()
      if isFresh || attempt == 1 { break }
    }
    throw BenchFault("Tryton gave no answer")
  }

  private func ask(_ method: String, _ parameters: [Any]) throws -> Any {
    let answer = try JSONSerialization.jsonObject(with: try send(try body(method, parameters))) as? [String: Any]
    guard let result = answer?["result"] else { throw BenchFault("\(method): \(answer ?? [:])") }
    return result
  }

  private func body(_ method: String, _ parameters: [Any]) throws -> Data {
    try JSONSerialization.data(withJSONObject: ["id": 1, "method": method, "params": parameters])
  }

  static func json(_ value: TrytonValue) -> Any {
    switch value {
    case .null: return NSNull()
    case .flag(let flag): return flag
    case .integer(let number): return number
    case .number(let number): return number
    case .decimal(let text): return ["__class__": "Decimal", "decimal": text]
    case .text(let text): return text
    case .date(let year, let month, let day): return ["__class__": "date", "year": year, "month": month, "day": day]
    case .instant(let time):
      let date = Date(timeIntervalSince1970: Double(time.microseconds) / 1e6)
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = .gmt
      let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
      return [
        "__class__": "datetime", "year": parts.year ?? 0, "month": parts.month ?? 0, "day": parts.day ?? 0,
        "hour": parts.hour ?? 0, "minute": parts.minute ?? 0, "second": parts.second ?? 0,
        "microsecond": time.microseconds % 1_000_000,
      ] as [String: Any]
    case .duration(let seconds): return ["__class__": "timedelta", "seconds": seconds] as [String: Any]
    case .bytes(let bytes): return ["__class__": "bytes", "base64": Data(bytes).base64EncodedString()]
    case .list(let elements): return elements.map(json)
    case .object(let members): return members.mapValues(json)
    }
  }

  // MARK: The connection

  private func connectAnew() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    connections += 1
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw BenchFault("nobody answers on port \(port)") }
  }

  private func hangUp() {
    close(descriptor)
    descriptor = -1
  }

  private func write(_ data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.send(
          descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }

  private func read() -> Data? {
    var buffer = Data()
    var part = [UInt8](repeating: 0, count: 65_536)
    var end: Int?
    var isLast = false
    while true {
      if end == nil, let blank = buffer.range(of: Data("\r\n\r\n".utf8)) {
        let head = String(decoding: buffer[..<blank.lowerBound], as: UTF8.self).lowercased()
        let length = head.components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
        isLast = head.contains("connection: close") || head.hasPrefix("http/1.0")
        buffer.removeSubrange(..<blank.upperBound)
        buffer = Data(buffer)
        end = length ?? .max
      }
      if let end, buffer.count >= end {
        if isLast { hangUp() }
        return buffer
      }
      let count = recv(descriptor, &part, part.count, 0)
      guard count > 0 else {
        guard end == .max else { return nil }
        hangUp()
        return buffer
      }
      buffer.append(contentsOf: part.prefix(count))
    }
  }
}
