import Foundation
import Harness
import Synchronization
import Testing

@Suite("What the fault proxy does to a call, seen by the ERP behind it", .serialized)
struct HTTPFaultProxyTests {
  /// The fault, whether the client gets its answer, and how many records there are afterwards.
  static let cases: [(fault: HTTPFault, isAnswered: Bool, records: Int)] = [
    (.none, true, 1), (.refuseConnection, false, 0), (.cutBeforeServer, false, 0), (.cutBeforeAnswer, false, 1),
    (.cutInsideAnswer, false, 1), (.delayRequest(milliseconds: 5), true, 1), (.delayAnswer(milliseconds: 5), true, 1),
    (.repeatRequest, true, 2), (.answer(status: 502), false, 0), (.answer(status: 429), false, 0),
    (.closeReusedConnection, true, 1),
  ]

  /// A server that the thread of the proxy kills and starts again.
  private final class KilledServer: Sendable {
    let port: Int
    private let server: Mutex<TrytonServer>
    private let failures = Mutex<[String]>([])

    init(folder: URL) throws {
      let started = try TrytonServer(folder: folder)
      port = started.port
      server = Mutex(started)
    }

    func killAndRestart() {
      server.withLock { server in
        server.killNow()
        do { try server.restart() } catch { failures.withLock { $0.append("\(error)") } }
      }
    }

    var processIdentifier: Int32? { server.withLock { $0.processIdentifier } }
    var problems: [String] { failures.withLock { $0 } }
  }

  @Test("a server that is killed in the middle of a call has done it once or not at all, and comes back")
  func killed() throws {
    let folder = try TemporaryFolder("proxy-killed")
    let server = try KilledServer(folder: folder.url)
    let look = TrytonClient(port: server.port)
    let proxy = HTTPFaultProxy(target: server.port, restart: { server.killAndRestart() })
    defer { proxy.stop() }
    let through = TrytonClient(port: proxy.port, user: TrytonServer.integration)
    #expect(try through.count("production", []) == 2)
    let pid = try #require(server.processIdentifier)
    proxy.set { call in call.method == "model.ir.note.create" ? .restartServer : .none }
    let note: (String) throws -> Void = { words in
      _ = try through.create("ir.note", ["resource": "production,1", "message": words])
    }
    #expect(throws: (any Error).self) { try note("killed") }
    #expect(proxy.waitUntilQuiet())
    #expect(server.problems == [] && server.processIdentifier != pid)
    #expect(try look.count("ir.note", [["message", "=", "killed"]]) <= 1)
    let story = try #require(proxy.calls.last { $0.fault == .restartServer })
    #expect(story.forwarded == 1 && story.status == nil)
    // What it knew before is there, and it works again.
    proxy.set { _ in .none }
    try note("after")
    #expect(try look.count("ir.note", [["message", "=", "after"]]) == 1)
    #expect(try through.count("production", []) == 2)
  }

  @Test("each fault leaves as many records as it says, and the same seed draws the same faults")
  func faults() throws {
    let folder = try TemporaryFolder("proxy")
    let server = try TrytonServer(folder: folder.url)
    let look = server.client()
    let proxy = HTTPFaultProxy(target: server.port)
    defer { proxy.stop() }
    let through = server.client(TrytonServer.integration, through: proxy.port)
    #expect(try through.count("production", []) == 2)
    for (number, expected) in Self.cases.enumerated() {
      proxy.set { call in call.method == "model.ir.note.create" ? expected.fault : .none }
      let words = "case \(number)"
      let answer = Result { try through.create("ir.note", ["resource": "production,1", "message": words]) }
      let isAnswered = if case .success = answer { true } else { false }
      #expect(isAnswered == expected.isAnswered, "\(expected.fault): \(answer)")
      // A connection that was refused comes again.
      if expected.fault == .refuseConnection {
        #expect(throws: ChildProcess.Failure.self) { try through.count("ir.note", []) }
      }
      #expect(proxy.waitUntilQuiet())
      #expect(try look.count("ir.note", [["message", "=", words]]) == expected.records, "\(expected.fault)")
    }
    let story = try #require(proxy.calls.last { $0.method == "model.ir.note.create" && $0.fault == .repeatRequest })
    #expect(story.forwarded == 2 && story.status == 200)

    // The same seed draws the same faults.
    var dice = HTTPFaultDice(seed: 7, faultRate: 0.5, faults: [.cutBeforeAnswer, .repeatRequest])
    var again = dice
    let drawn = (0..<200).map { _ in dice.next() }
    #expect(drawn == (0..<200).map { _ in again.next() })
    #expect(Set(drawn) == [.none, .cutBeforeAnswer, .repeatRequest])
  }
}
