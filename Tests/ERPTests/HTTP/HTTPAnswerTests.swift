import ERP
import Foundation
import Ledger
import Shopfloor
import Testing

/// Answers that no decent ERP gives, and how many calls a comparison costs.
@Suite struct HTTPAnswerTests {
  private func failure(
    _ fault: MemoryERP.Fault, timeout: Int64 = 20_000_000, maximumAnswerBytes: Int = 32_000_000
  ) async throws -> (ERPFailure?, MemoryERP) {
    let erp = try MemoryERP()
    erp.with { $0.faults = [fault] }
    let connector = HTTPConnector(
      HTTPConnectorSettings(
        baseURL: erp.address, requestTimeoutMicroseconds: timeout, maximumAnswerBytes: maximumAnswerBytes))
    let first = await attempt(connector)
    // Whatever it was: the next attempt brings it there once.
    let second = await attempt(connector)
    #expect(second == nil, "\(second?.description ?? "")")
    #expect(erp.records.count == 1)
    await connector.close()
    return (first, erp)
  }

  private func attempt(_ connector: HTTPConnector) async -> ERPFailure? {
    do throws(ERPFailure) {
      guard case .delivered = try await connector.deliver(outboxRow(1)) else {
        Issue.record("blocked")
        return nil
      }
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [500, 502, 503, 504, 408, 425, 429]) func aMomentThatPasses(status: Int) async throws {
    let (told, _) = try await failure(.init(kind: .create, effect: .after(.answer(status, Array("busy".utf8)))))
    #expect(told?.code == .unavailable && told?.problem.contains("busy") == true)
    #expect(told?.needsPerson == false)
  }

  @Test(arguments: [401, 403, 407]) func aCredentialThatIsNotAccepted(status: Int) async throws {
    let (told, _) = try await failure(.init(kind: .search, effect: .instead(.answer(status))))
    #expect(told?.code == .unauthorized)
  }

  @Test func aContentThatMayNotBeCreatedBlocksItsRowAndNoOther() async throws {
    let erp = try MemoryERP()
    erp.with { $0.faults = [.init(kind: .create, effect: .instead(.answer(403, Array("period closed".utf8))))] }
    let connector = HTTPConnector(HTTPConnectorSettings(baseURL: erp.address))
    let verdict = try await connector.deliver(outboxRow(1))
    #expect(verdict == .blocked(reason: "the ERP refused the record: HTTP 403: period closed"))
    guard case .delivered = try await connector.deliver(outboxRow(2)) else {
      Issue.record("the refusal of one row stopped another")
      return
    }
    await connector.close()
  }

  @Test(arguments: [404, 410]) func aContentThatIsGoneIsADifference(status: Int) async throws {
    let (drifts, _) = try await compared(3) { state in
      state.knowsOneKey = true
      state.faults = [.init(kind: .content, effect: .instead(.answer(status)))]
    }
    #expect(drifts.map(\.field) == ["content sha256"])
    #expect(drifts.map(\.found) == ["missing"])
  }

  @Test(arguments: [301, 302, 307, 308]) func redirectsAreNotFollowed(status: Int) async throws {
    let other = try MemoryERP()
    let (told, _) = try await failure(
      .init(kind: .search, effect: .instead(.answer(status, headers: ["Location": "\(other.address)/records"]))))
    #expect(told?.code == .unexpectedAnswer)
    #expect(other.with { $0.requests }.isEmpty)
  }

  @Test func answersThatBreakOff() async throws {
    for kind in [MemoryERP.RequestKind.search, .create, .content] {
      let (cut, _) = try await failure(.init(kind: kind, effect: .after(.cut)))
      #expect(cut?.code == .outcomeUnknown, "\(kind)")
      let half = LoopbackHTTPServer.Reply.cutInTheMiddle(Array("{\"records\":[]}".utf8))
      let (middle, _) = try await failure(.init(kind: kind, effect: .after(half)))
      #expect(middle?.code == .outcomeUnknown, "\(kind)")
    }
  }

  @Test func anAnswerThatNeverComes() async throws {
    let (told, _) = try await failure(.init(kind: .create, effect: .after(.silent)), timeout: 3_000_000)
    #expect(told?.code == .outcomeUnknown)
  }

  @Test func answersThatAreTooLargeOrNoAnswers() async throws {
    let large = LoopbackHTTPServer.Reply.answer(200, [UInt8](repeating: 0x20, count: 300_000))
    let (told, _) = try await failure(.init(kind: .search, effect: .instead(large)), maximumAnswerBytes: 100_000)
    #expect(told?.code == .unexpectedAnswer && told?.problem.contains("larger") == true)
    for body in ["", "<html>", "{\"records\":{}}", "{\"records\":[{\"id\":1}]}"] {
      let (told, _) = try await failure(.init(kind: .search, effect: .instead(.answer(200, Array(body.utf8)))))
      #expect(told?.code == .unexpectedAnswer, "\(body)")
    }
  }

  private func compared(
    _ count: Int, _ change: (inout MemoryERP.State) -> Void = { _ in }
  ) async throws -> ([DeliveryDrift], [MemoryERP.RequestKind: Int]) {
    let rows = (1...count).map { outboxRow(Int64($0), lot: Identifier(stringLiteral: "L-\($0)")) }
    let erp = try MemoryERP()
    erp.with { state in
      for row in rows {
        state.records.append(
          .init(
            id: "r\(row.id)", key: row.idempotencyKey, sha256: hexadecimalSHA256(row.payload), content: row.payload))
      }
      change(&state)
    }
    let connector = HTTPConnector(HTTPConnectorSettings(baseURL: erp.address))
    let found: Result<[DeliveryDrift], ERPFailure>
    do throws(ERPFailure) { found = .success(try await connector.compare(rows)) } catch { found = .failure(error) }
    await connector.close()
    return (try found.get(), erp.with { $0.requests })
  }

  @Test func aComparisonAsksForManyKeysAtOnce() async throws {
    let (drifts, requests) = try await compared(120)
    #expect(drifts.isEmpty)
    #expect(requests == [.search: 3])
  }

  @Test func anERPThatKnowsOneKeyAtATimeIsComparedTooAndNothingIsCalledMissing() async throws {
    let (drifts, requests) = try await compared(20) { $0.knowsOneKey = true }
    #expect(drifts.isEmpty)
    // One for all, one for each that it did not show, and the contents one by one.
    #expect(requests == [.search: 20, .content: 20])
  }

  @Test func whatTheERPSaysOfItsContentDoesNotCount() async throws {
    let (drifts, _) = try await compared(3) { $0.records[1].content = Array("other".utf8) }
    #expect(drifts.map(\.outboxRow) == [2])
    #expect(drifts.first?.field == "content sha256")
    #expect(drifts.first?.found == hexadecimalSHA256(Array("other".utf8)))
    let (missing, _) = try await compared(3) { $0.records.remove(at: 0) }
    #expect(missing.map(\.found) == ["missing"])
  }
}
