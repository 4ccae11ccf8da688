import Foundation
import Synchronization
import Testing

/// A server that answers each request with the bytes that a script says, on a loopback socket.
final class ScriptedTryton: Sendable {
  enum Act: Sendable {
    /// Status and body, with its length; the connection ends.
    case answer(Int, String)
    /// As `answer`; the connection stays for another request.
    case answerAndStay(Int, String)
    /// These bytes and the end of the connection.
    case raw([UInt8])
    /// The end of the connection without a byte.
    case hangUp
    /// Nothing until the client goes away.
    case silence
  }

  struct Request: Sendable, Hashable {
    var method: String
    var id: Int
    var authorization: String?
    var body: String
    /// Whether it came over a connection that had carried one before.
    var isSecondOnConnection: Bool
  }

  let port: Int
  private let listener: Int32
  private let script: @Sendable (Request) -> Act
  private let seen = Mutex<[Request]>([])

  var requests: [Request] { seen.withLock { $0 } }
  var methods: [String] { requests.map(\.method) }
  var address: String { "http://127.0.0.1:\(port)" }

  init(_ script: @escaping @Sendable (Request) -> Act) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = listener
    let isBound = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
      }
    }
    try #require(isBound && listen(listener, 16) == 0)
    port = Int(UInt16(bigEndian: place.sin_port))
    Thread.detachNewThread { [self] in accept() }
  }

  /// A script that logs in and then answers by method name.
  static func loggedIn(_ script: @escaping @Sendable (Request) -> Act) throws -> ScriptedTryton {
    try ScriptedTryton { request in
      switch request.method {
      case "common.db.login": .answer(200, #"{"id":\#(request.id),"result":[7,"token-1",null]}"#)
      case "model.res.user.get_preferences":
        .answer(
          200, #"{"id":\#(request.id),"result":{"company":1,"company.rec_name":"X","language":"en","groups":[3]}}"#)
      default: script(request)
      }
    }
  }

  /// Nobody answers any more.
  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else { return }
      Thread.detachNewThread { [self] in
        serve(connection)
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    var isSecond = false
    while let request = read(connection, isSecond) {
      seen.withLock { $0.append(request) }
      isSecond = true
      switch script(request) {
      case .answer(let status, let body):
        write(connection, head(status, body, stays: false) + body)
        return
      case .answerAndStay(let status, let body): write(connection, head(status, body, stays: true) + body)
      case .raw(let bytes):
        write(connection, bytes)
        return
      case .hangUp: return
      case .silence:
        var byte: UInt8 = 0
        _ = recv(connection, &byte, 1, 0)
        return
      }
    }
  }

  private func head(_ status: Int, _ body: String, stays: Bool) -> String {
    // Tryton says gzip of long answers that are not packed.
    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
      + "Content-Length: \(body.utf8.count)\r\nConnection: \(stays ? "keep-alive" : "close")\r\n\r\n"
  }

  private func write(_ connection: Int32, _ text: String) { write(connection, Array(text.utf8)) }

  private func write(_ connection: Int32, _ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  private func read(_ connection: Int32, _ isSecond: Bool) -> Request? {
    var data = Data()
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      if let end = data.range(of: Data("\r\n\r\n".utf8)) {
        let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        func header(_ name: String) -> String? {
          lines.first { $0.lowercased().hasPrefix(name + ":") }.map {
            String($0.dropFirst(name.count + 1)).trimmingCharacters(in: .whitespaces)
          }
        }
        let length = header("content-length").flatMap { Int($0) } ?? 0
        if data.count - end.upperBound >= length {
          let body = data[end.upperBound..<(end.upperBound + length)]
          // A request that is no JSON has neither method nor id.
          let call = (try? JSONSerialization.jsonObject(with: body)) as? [String: Any]
          return Request(
            method: call?["method"] as? String ?? "", id: call?["id"] as? Int ?? -1,
            authorization: header("authorization"), body: String(decoding: body, as: UTF8.self),
            isSecondOnConnection: isSecond)
        }
      }
      let count = recv(connection, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      data.append(contentsOf: piece[0..<count])
    }
  }
}
