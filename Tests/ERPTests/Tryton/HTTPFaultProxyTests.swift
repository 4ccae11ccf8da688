import Foundation
import Harness
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

  @Test("each fault leaves as many records as it says, and a killed server comes back")
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
