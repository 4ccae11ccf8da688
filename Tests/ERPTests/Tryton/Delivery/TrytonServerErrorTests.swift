import Ledger
import Shopfloor
import Testing

@testable import ERP

/// Errors of the server itself, such as a database that was not updated: no row is blocked for them.
@Suite struct TrytonServerErrorTests {
  /// Answers everything alike.
  struct OneAnswer: TrytonCalls {
    let answer: TrytonAnswer

    func call(
      _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
    ) async throws(ERPFailure) -> TrytonAnswer { answer }
  }

  static let words = "error of the ERP in model.stock.lot.search_read: column stock_lot.udi does not exist"

  private func connector(_ answer: TrytonAnswer) -> TrytonConnector {
    TrytonConnector(
      calls: OneAnswer(answer: answer),
      settings: TrytonSettings(baseURL: "http://x", database: "d", user: "u", passwordFile: "p"),
      fetch: { _ throws(ERPFailure) in throw ERPFailure(.local, problem: "only delivers", remedy: "none") })
  }

  private func rows() throws -> [OutboxRow] {
    var rows = TrytonRows()
    return [
      try rows.movement("release", "ML-1", ["status": "released", "reason": "good"]),
      try rows.movement("release", "ML-2", ["status": "released", "reason": "good"]),
      try rows.report("quantities", lot: "L-1", order: "WO-1", ["good": "5", "unit": "u"]),
    ]
  }

  @Test func anErrorOfTheServerBlocksNoRow() async throws {
    let broken = connector(.refused(TrytonRefusal(.serverError, Self.words)))
    for row in try rows() {
      let failure = await #expect(throws: ERPFailure.self) { try await broken.deliver(row, KeptNotes()) }
      #expect(failure?.code == .unexpectedAnswer && failure?.problem == Self.words)
    }
    for answer in await broken.deliver(try rows(), KeptNotes()) {
      #expect(throws: ERPFailure.self) { try answer.get() }
    }
    let failure = await #expect(throws: ERPFailure.self) { try await broken.compare(try rows()) }
    #expect(failure?.problem == Self.words)
  }

  @Test func aRefusalInTheERPsWordsStillBlocks() async throws {
    let refusing = connector(.refused(TrytonRefusal(.userError, "not in this period")))
    for row in try rows() {
      guard case .blocked(let reason) = try await refusing.deliver(row, KeptNotes()) else {
        Issue.record("\(row.idempotencyKey) is not blocked")
        continue
      }
      #expect(reason.contains("not in this period"))
    }
  }

  @Test func anActThatMeetsTheErrorIsTriedAloneFirst() async throws {
    let calls = OneAnswer(answer: .refused(TrytonRefusal(.serverError, Self.words)))
    let together = TrytonDesk(calls: calls, options: TrytonDeliveryOptions(), journal: KeptNotes(), row: nil)
    #expect(try await together.create("ir.note", [[:]]) == .refused(TrytonRefusal(.serverError, Self.words)))
    let alone = TrytonDesk(
      calls: calls, options: TrytonDeliveryOptions(), journal: KeptNotes(), row: try rows().first)
    await #expect(throws: DeliveryStop.serverError(Self.words)) { try await alone.create("ir.note", [[:]]) }
  }
}
