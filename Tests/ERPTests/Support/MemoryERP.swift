import Crypto
import Foundation
import NIOSSL
import Synchronization

/// An ERP behind the JSON interface in this process, as the room's README describes it, and nothing of the connector's
/// code: it knows no keys of its own and stores whatever it is sent.
final class MemoryERP: Sendable {
  struct Record: Hashable, Sendable {
    var id: String
    var key: String
    var sha256: String
    var content: [UInt8]
  }

  enum RequestKind: Hashable, Sendable { case work, search, create, content }

  /// What the next request of a kind meets.
  struct Fault: Sendable {
    enum Effect: Sendable {
      /// Instead of the work.
      case instead(LoopbackHTTPServer.Reply)
      /// The work is done, and this comes in place of the answer.
      case after(LoopbackHTTPServer.Reply)
    }

    var kind: RequestKind
    var effect: Effect
  }

  struct State: Sendable {
    var records: [Record] = []
    /// Elements of "orders", in the order in which they were changed.
    var orders: [String] = []
    var token: String?
    /// Keys of signed requests by their names; empty: requests need no signature.
    var keys: [String: [UInt8]] = [:]
    var nonces: Set<String> = []
    var faults: [Fault] = []
    /// Answers only to one key at a time, as ERPs of the first edition of the interface do.
    var knowsOneKey = false
    var isAway = false
    /// Searches for these keys end with an error of the server.
    var brokenKeys: Set<String> = []
    var refusal: String?
    var requests: [RequestKind: Int] = [:]
    var refusedCredentials = 0
    /// The clock that signatures are compared with, in seconds since 1970.
    var unixSeconds: Int64?
  }

  private let state: Mutex<State>
  // Made after the state that it answers from, and never changed.
  nonisolated(unsafe) private var server: LoopbackHTTPServer?

  init(_ start: State = State(), security: NIOSSLContext? = nil) throws {
    state = Mutex(start)
    server = try LoopbackHTTPServer(security: security) { [weak self] in self?.answer($0) ?? .cut }
  }

  var address: String { "http://127.0.0.1:\(server?.port ?? 0)" }
  var port: Int { server?.port ?? 0 }

  func with<Value: Sendable>(_ body: (inout State) -> Value) -> Value { state.withLock { body(&$0) } }

  var records: [Record] { with { $0.records } }

  private func answer(_ request: LoopbackHTTPServer.Request) -> LoopbackHTTPServer.Reply {
    state.withLock { state in
      if state.isAway { return .answer(503, Array("maintenance".utf8)) }
      if let refused = Self.refusedCredential(request, &state) {
        state.refusedCredentials += 1
        return .answer(401, Array(refused.utf8))
      }
      guard let kind = Self.kind(of: request) else { return .answer(404) }
      state.requests[kind, default: 0] += 1
      guard let index = state.faults.firstIndex(where: { $0.kind == kind }) else { return Self.work(request, &state) }
      switch state.faults.remove(at: index).effect {
      case .instead(let reply): return reply
      case .after(let reply):
        _ = Self.work(request, &state)
        return reply
      }
    }
  }

  private static func kind(of request: LoopbackHTTPServer.Request) -> RequestKind? {
    switch (request.method, request.path) {
    case ("GET", "/work-orders"): .work
    case ("GET", "/records"): .search
    case ("POST", "/records"): .create
    case ("GET", let path) where path.hasPrefix("/records/") && path.hasSuffix("/content"): .content
    default: nil
    }
  }

  private static func work(_ request: LoopbackHTTPServer.Request, _ state: inout State) -> LoopbackHTTPServer.Reply {
    switch kind(of: request) {
    case .work:
      let since = request.query("since").first.flatMap { Int($0) } ?? 0
      let orders = state.orders.dropFirst(since).joined(separator: ",")
      return .answer(200, Array("{\"cursor\":\"\(state.orders.count)\",\"orders\":[\(orders)]}".utf8))
    case .search: return search(request, state)
    case .create: return create(request, &state)
    case .content:
      let id = request.path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
      guard let record = state.records.first(where: { $0.id == id }) else { return .answer(404) }
      return .answer(200, record.content)
    case nil: return .answer(404)
    }
  }

  private static func search(_ request: LoopbackHTTPServer.Request, _ state: State) -> LoopbackHTTPServer.Reply {
    var keys = request.query("key")
    guard state.brokenKeys.isDisjoint(with: keys) else { return .answer(500, Array("out of memory".utf8)) }
    if state.knowsOneKey { keys = Array(keys.suffix(1)) }
    let withContent = request.query("content") == ["1"] && !state.knowsOneKey
    let found = state.records.filter { keys.contains($0.key) }.map { record -> [String: String] in
      var shown = ["id": record.id, "key": record.key, "sha256": record.sha256, "received_at": "2026-11-21T10:00:00Z"]
      if withContent { shown["content"] = Data(record.content).base64EncodedString() }
      return shown
    }
    do {
      return .answer(200, Array(try JSONEncoder().encode(["records": found])))
    } catch {
      return .answer(500, Array("\(error)".utf8))
    }
  }

  private static func create(
    _ request: LoopbackHTTPServer.Request, _ state: inout State
  ) -> LoopbackHTTPServer.Reply {
    struct New: Decodable {
      var key: String
      var sha256: String
      var content: Data
    }
    if let refusal = state.refusal { return .answer(422, Array(refusal.utf8)) }
    do {
      let new = try JSONDecoder().decode(New.self, from: Data(request.body))
      state.records.append(
        Record(id: "r\(state.records.count + 1)", key: new.key, sha256: new.sha256, content: Array(new.content)))
      return .answer(201)
    } catch {
      return .answer(400, Array("\(error)".utf8))
    }
  }

  /// Why the ERP does not know who asks; nil where it does.
  private static func refusedCredential(_ request: LoopbackHTTPServer.Request, _ state: inout State) -> String? {
    if let token = state.token, request.headers["authorization"] != "Bearer \(token)" { return "unknown token" }
    guard !state.keys.isEmpty else { return nil }
    let now = state.unixSeconds ?? Int64(Date().timeIntervalSince1970)
    return ReferenceSignatureCheck.fault(request, keys: state.keys, nonces: &state.nonces, now: now)
  }
}

/// The receiver's side of a signed request, written from the words of the README alone.
enum ReferenceSignatureCheck {
  static func fault(
    _ request: LoopbackHTTPServer.Request, keys: [String: [UInt8]], nonces: inout Set<String>, now: Int64
  ) -> String? {
    func field(_ name: String) -> String { request.headers["lotwire-\(name)"] ?? "" }
    guard let key = keys[field("key")] else { return "unknown key" }
    guard let time = Int64(field("time")), abs(now - time) <= 300 else { return "the clocks differ" }
    let body = hex(SHA256.hash(data: request.body))
    let text = [
      "lotwire-hmac-sha256-1", field("key"), request.method, request.target, body, field("time"), field("nonce"),
    ].joined(separator: "\n")
    let code = hex(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
    guard field("signature") == "lotwire-hmac-sha256-1 \(code)" else { return "wrong signature" }
    guard nonces.insert(field("nonce")).inserted else { return "played again" }
    return nil
  }

  private static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
  }
}
