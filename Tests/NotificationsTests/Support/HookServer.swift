import Crypto
import Foundation
import Hummingbird
import Notifications
import Synchronization

/// A real HTTP server that takes webhooks, checks their signature, and fails as it is told.
final class HookServer: Sendable {
  struct Received: Hashable {
    var id: String
    var body: [UInt8]
    var isSigned: Bool
    var path: String
  }

  enum Behaviour: Sendable {
    case status(Int)
    /// Takes the message and never answers.
    case silent
    case redirect
  }

  private struct State {
    var received: [Received] = []
    var behaviour: [Behaviour] = []
  }

  static let key = Array("hook-key-0123456789".utf8)
  private let state = Mutex(State())

  var received: [Received] { state.withLock { $0.received } }

  /// The next answers in order; after them 204.
  func answer(_ behaviour: [Behaviour]) { state.withLock { $0.behaviour = behaviour } }

  /// Runs the server while the body runs; the body gets its address.
  func serve(port: Int = 0, _ body: @escaping @Sendable (String) async throws -> Void) async throws {
    let router = Router()
    router.post("/hook") { [self] request, _ in try await take(request) }
    router.post("/elsewhere") { [self] request, _ in try await take(request) }
    let ready = AsyncStream<Int>.makeStream()
    let app = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in ready.continuation.yield(channel.localAddress?.port ?? 0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await app.run() }
      for await bound in ready.stream {
        do {
          try await body("http://127.0.0.1:\(bound)/hook")
        } catch {
          group.cancelAll()
          throw error
        }
        break
      }
      group.cancelAll()
    }
  }

  private func take(_ request: Request) async throws -> Response {
    let buffer = try await request.body.collect(upTo: 1_000_000)
    let body = [UInt8](buffer.readableBytesView)
    let signature = Self.header(WebhookSignature.header, of: request)
    let id = Self.header("Idempotency-Key", of: request)
    let behaviour = state.withLock { state in
      state.received.append(
        Received(id: id, body: body, isSigned: Self.isValid(signature, body), path: request.uri.path))
      return state.behaviour.isEmpty ? Behaviour.status(204) : state.behaviour.removeFirst()
    }
    switch behaviour {
    case .status(let code): return Response(status: .init(code: code), headers: [.contentLength: "0"])
    case .redirect:
      return Response(status: .temporaryRedirect, headers: [.location: "/elsewhere", .contentLength: "0"])
    case .silent:
      try await Task.sleep(for: .seconds(600))
      return Response(status: .noContent)
    }
  }

  private static func header(_ name: String, of request: Request) -> String {
    request.headers.first { $0.name.canonicalName == name.lowercased() }?.value ?? ""
  }

  /// As a receiver does it, from the words of the README alone.
  static func isValid(_ signature: String, _ body: [UInt8], now: Date = Date()) -> Bool {
    var fields: [Substring: Substring] = [:]
    for part in signature.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { fields[pair[0]] = pair[1] }
    }
    guard let time = fields["t"], let seconds = Double(time), abs(now.timeIntervalSince1970 - seconds) < 300,
      let given = fields["v1"]
    else { return false }
    let code = HMAC<SHA256>.authenticationCode(
      for: Array("\(time).".utf8) + body, using: SymmetricKey(data: key))
    return given == code.map { String(format: "%02x", $0) }.joined()
  }
}
