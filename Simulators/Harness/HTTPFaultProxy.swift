import Foundation
import Glibc
import Synchronization

/// An HTTP proxy between the daemon and an ERP that can be told what happens to each call.
///
/// One thread accepts, one thread carries each connection; at most ``maximumConnections`` at a time, later ones wait.
public final class HTTPFaultProxy: Sendable {
  /// Says what happens to a call; called one at a time, in the order of arrival.
  public typealias Plan = @Sendable (HTTPCall) -> HTTPFault

  public let port: Int
  private let listener: Int32
  private let target: Int
  private let restart: @Sendable () -> Void
  private let state: Mutex<State>
  private let isStopped = Atomic(false)
  private let room = DispatchSemaphore(value: maximumConnections)

  private struct State {
    var plan: Plan
    var calls: [HTTPCall] = []
    var callCount = 0
    var running = 0
    /// The next connection is to be refused.
    var refusals = 0
    var carriers = 0
  }

  static let maximumConnections = 64
  /// Calls whose story is kept; the newest go on being counted.
  static let maximumStories = 200_000
  static let maximumRequestBytes = 256 << 20
  static let idleSeconds = 60

  /// - Parameter restart: kills the server and starts it again; returns when it answers.
  public init(target: Int, restart: @escaping @Sendable () -> Void = {}, plan: @escaping Plan = { _ in .none }) {
    self.target = target
    self.restart = restart
    state = Mutex(State(plan: plan))
    (listener, port) = loopbackListener(backlog: 64)
    Thread.detachNewThread { [self] in acceptAll() }
  }

  public var address: String { "http://127.0.0.1:\(port)" }

  public func set(_ plan: @escaping Plan) { state.withLock { $0.plan = plan } }

  /// The calls so far, in the order of arrival.
  public var calls: [HTTPCall] { state.withLock { $0.calls } }

  public func forgetCalls() { state.withLock { $0.calls = [] } }

  /// Waits until no call is on its way: what a client gave up may still be worked on by the server.
  public func waitUntilQuiet(patienceSeconds: Double = 120) -> Bool {
    let deadline = Date().addingTimeInterval(patienceSeconds)
    while state.withLock({ $0.running }) > 0 {
      guard Date() < deadline else { return false }
      usleep(2_000)
    }
    return true
  }

  /// Takes no more connections; those that stand end within ``idleSeconds``.
  public func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  // MARK: Connections

  private func acceptAll() {
    while !isStopped.load(ordering: .relaxed) {
      let client = accept(listener, nil, nil)
      guard client >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      let isRefused = state.withLock { state in
        guard state.refusals > 0 else { return false }
        state.refusals -= 1
        return true
      }
      if isRefused {
        resetAndClose(client)
        continue
      }
      room.wait()
      Thread.detachNewThread { [self] in
        carry(client)
        room.signal()
      }
    }
    close(listener)
  }

  private func carry(_ client: Int32) {
    setNoDelay(client)
    HTTPWire.limitWaiting(client, seconds: Self.idleSeconds)
    var goesOn = true
    while goesOn, !isStopped.load(ordering: .relaxed), let request = HTTPWire.read(client, Self.maximumRequestBytes) {
      var call = begin(request)
      goesOn = run(&call, request, client) && request.header("connection")?.lowercased() != "close"
      end(call)
    }
    close(client)
  }

  private func begin(_ request: HTTPMessage) -> HTTPCall {
    state.withLock { state in
      state.callCount += 1
      state.running += 1
      var call = HTTPCall(number: state.callCount, method: request.rpcMethod, path: request.path)
      call.requestBytes = request.bytes.count
      call.fault = state.plan(call)
      if call.fault == .refuseConnection { state.refusals += 1 }
      return call
    }
  }

  private func end(_ call: HTTPCall) {
    state.withLock { state in
      state.running -= 1
      if state.calls.count < Self.maximumStories { state.calls.append(call) }
    }
  }

  // MARK: One call

  /// Returns whether the connection goes on.
  private func run(_ call: inout HTTPCall, _ request: HTTPMessage, _ client: Int32) -> Bool {
    switch call.fault {
    // A refused connection: this one ends before its request went anywhere, and so does the next at once.
    case .refuseConnection, .cutBeforeServer: return false
    case .answer(let status):
      return HTTPWire.send(client, HTTPMessage.plain(status: status, text: "a middle box says \(status)"))
    case .restartServer:
      let asked = HTTPWire.ask(port: target, request)
      restart()
      if asked >= 0 { close(asked) }
      call.forwarded += 1
      return false
    case .delayRequest(let milliseconds): usleep(UInt32(milliseconds) * 1_000)
    case .repeatRequest: _ = forward(&call, request)
    case .none, .cutBeforeAnswer, .cutInsideAnswer, .delayAnswer, .closeReusedConnection: break
    }
    guard let answer = forward(&call, request) else { return false }
    switch call.fault {
    case .cutBeforeAnswer: return false
    case .cutInsideAnswer:
      _ = HTTPWire.send(client, answer.bytes.prefix(answer.bytes.count / 2 + 1))
      return false
    case .delayAnswer(let milliseconds):
      usleep(UInt32(milliseconds) * 1_000)
      return HTTPWire.send(client, answer.bytes)
    case .closeReusedConnection:
      _ = HTTPWire.send(client, answer.bytes)
      return false
    default: return HTTPWire.send(client, answer.bytes)
    }
  }

  private func forward(_ call: inout HTTPCall, _ request: HTTPMessage) -> HTTPMessage? {
    call.forwarded += 1
    let server = HTTPWire.ask(port: target, request)
    guard server >= 0 else { return nil }
    defer { close(server) }
    let answer = HTTPWire.read(server, Self.maximumRequestBytes, untilEnd: true)
    call.status = answer?.status
    call.answerBytes = answer?.bytes.count ?? 0
    return answer?.keptAlive
  }
}
