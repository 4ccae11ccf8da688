import ERP
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// The connector alone, attempt by attempt, against the real simulated ERP.
@Suite struct HTTPConnectorTests {
  func withConnector(
    _ settings: HTTPConnectorSettings, _ body: (HTTPConnector) async throws -> Void
  ) async throws {
    let connector = HTTPConnector(settings)
    do {
      try await body(connector)
    } catch {
      await connector.close()
      throw error
    }
    await connector.close()
  }

  func failure(_ connector: HTTPConnector, _ row: OutboxRow) async -> ERPFailure? {
    do throws(ERPFailure) {
      _ = try await connector.deliver(row)
      return nil
    } catch {
      return error
    }
  }

  @Test func deliversOnceHoweverOftenAsked() async throws {
    let erp = try SimulatedERP()
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address + "/")) { connector async throws in
      let row = outboxRow(1, lot: "批 1/2?&+#%", content: "Ü \u{0} \"x\"")
      #expect(try await connector.deliver(row) == .delivered(receipt: "000001"))
      #expect(try await connector.deliver(row) == .delivered(receipt: "000001"))
      #expect(try erp.stored().map(\.content) == [Data(row.payload)])
    }
  }

  @Test(arguments: ["answer_lost", "answer_500"])
  func answerLostAfterTheWriteIsFoundByTheNextAttempt(effect: String) async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: \(effect)}")
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      let first = try #require(await failure(connector, outboxRow(1)))
      #expect(first.code == (effect == "answer_500" ? .unavailable : .outcomeUnknown))
      #expect(try await connector.deliver(outboxRow(1)) == .delivered(receipt: "000001"))
      #expect(try erp.storedKeys().count == 1)
    }
  }

  @Test func timeOutIsAnUnknownOutcome() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: slow, seconds: 30}")
    let settings = HTTPConnectorSettings(baseURL: erp.address, requestTimeoutMicroseconds: 2_000_000)
    try await withConnector(settings) { connector async throws in
      let late = await failure(connector, outboxRow(1))
      #expect(late?.code == .outcomeUnknown, "\(late?.description ?? "no failure")")
    }
  }

  @Test func successThatStoredNothingIsNotSuccess() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: false_success}")
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      #expect(await failure(connector, outboxRow(1))?.problem.contains("does not show it") == true)
      #expect(try await connector.deliver(outboxRow(1)) == .delivered(receipt: "000001"))
    }
  }

  @Test func damagedContentIsBlocked() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: truncated}")
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      guard case .blocked(let reason) = try await connector.deliver(outboxRow(1)) else {
        Issue.record("damaged content counted as delivered")
        return
      }
      #expect(reason.contains("other content"))
    }
  }

  @Test func otherContentUnderOurKeyIsBlocked() async throws {
    let erp = try SimulatedERP()
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      var other = outboxRow(2, content: "other")
      other.idempotencyKey = outboxRow(1).idempotencyKey
      _ = try await connector.deliver(other)
      guard case .blocked = try await connector.deliver(outboxRow(1)) else {
        Issue.record("other content counted as ours")
        return
      }
      #expect(try erp.storedKeys().count == 1)
    }
  }

  @Test func businessRefusalIsBlockedWithTheWordsOfTheERP() async throws {
    let erp = try SimulatedERP(scenario: "faults:\n  - {request: create, effect: refused}")
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      guard case .blocked(let reason) = try await connector.deliver(outboxRow(1)) else {
        Issue.record("a refusal counted as delivered")
        return
      }
      #expect(reason.contains("HTTP 422: the lot is closed in the books"))
    }
  }

  @Test func wrongToken() async throws {
    let erp = try SimulatedERP(scenario: "token: right-token")
    let file = erp.folder.file("token")
    try "wrong-token\n".write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let settings = HTTPConnectorSettings(baseURL: erp.address, tokenFile: file.path)
    try await withConnector(settings) { connector async throws in
      let refused = try #require(await failure(connector, outboxRow(1)))
      #expect(refused.code == .unauthorized)
      #expect(!refused.description.contains("wrong-token"))
      // A token that was exchanged counts at once.
      try Data("right-token".utf8).write(to: file)
      #expect(try await connector.deliver(outboxRow(1)) == .delivered(receipt: "000001"))
    }
  }

  @Test func nobodyThere() async throws {
    try await withConnector(HTTPConnectorSettings(baseURL: "http://127.0.0.1:\(freeLoopbackPort())")) {
      connector async throws in
      let refused = await failure(connector, outboxRow(1))
      #expect(refused?.code == .unreachable, "\(refused?.description ?? "no failure")")
    }
    try await withConnector(HTTPConnectorSettings(baseURL: "erp without scheme")) { connector async throws in
      #expect(await failure(connector, outboxRow(1))?.code == .local)
    }
  }

  @Test func wrongPathIsNotARefusalOfTheContent() async throws {
    let erp = try SimulatedERP()
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address + "/elsewhere")) { connector async throws in
      #expect(await failure(connector, outboxRow(1))?.code == .unexpectedAnswer)
    }
  }

  @Test func workAndCursor() async throws {
    let erp = try SimulatedERP(
      scenario: """
        orders:
          - {number: WO-1, product: P, product_name: N, quantity: 1, unit: pcs, operations: [seal], lots: [L1]}
          - {number: "WO\\u202e2", product: P, product_name: N, quantity: 1, unit: pcs, operations: [seal], lots: [L2]}
        material_lots:
          - {number: M1, item: F, status: blocked, expires_on: "2027-12-31"}
        """)
    try await withConnector(HTTPConnectorSettings(baseURL: erp.address)) { connector async throws in
      let update = try await connector.fetchWork(since: nil)
      #expect(update.change.orders.map(\.number) == ["WO-1"])
      #expect(update.refusals.map(\.field) == ["number"])
      #expect(update.change.materials.map(\.status) == [.blocked])
      let cursor = try #require(update.cursor)
      #expect(try await connector.fetchWork(since: cursor).change.orders.isEmpty)
    }
    let tight = HTTPConnectorSettings(baseURL: erp.address, maximumAnswerBytes: 50)
    try await withConnector(tight) { connector async throws in
      await #expect(throws: ERPFailure.self) { try await connector.fetchWork(since: nil) }
    }
  }
}
