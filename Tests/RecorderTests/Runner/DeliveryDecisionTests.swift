import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Decisions of people about outbox rows")
struct DeliveryDecisionTests {
  /// A recorder on a ledger of its own, with a hold that the ERP is owed a report of.
  private func line() throws -> DecidingLine { try DecidingLine() }

  @Test("a blocked or refused row is tried again or set aside, with person, reason and what the ERP had said")
  func decisions() throws {
    let line = try line()
    defer { line.core.stop() }
    let row = try #require(try line.rows().first)
    #expect(line.decide(row.id, .retry) == .deliveryDone, "not tried yet")
    #expect(line.decide(99, .retry) == .deliveryUnknown)
    line.report(row, .blocked(reason: "The production is closed"))
    #expect(try line.rows().first?.state == .refused)
    #expect(line.decide(row.id, .retry, person: "P-1") == .personRight)
    #expect(line.decide(row.id, .retry, reason: "") == .reasonMissing)
    #expect(line.decide(row.id, .retry) == nil)
    let waiting = try #require(try line.rows().first)
    #expect(waiting.state == .pending && waiting.attempts == 1)
    #expect(waiting.nextAttemptAt <= line.clock.now().utc)
    line.report(row, .blocked(reason: "still closed"))
    #expect(line.decide(row.id, .setAside) == nil)
    #expect(line.decide(row.id, .setAside) == .deliveryDone)
    #expect(try line.rows().first?.state == .setAside)
    #expect(try line.store.reader.outboxBacklog().setAsideRows == 1)
    // Set aside is not for ever.
    #expect(line.decide(row.id, .retry) == nil)
    line.report(row, .delivered(receipt: "note 7"))
    #expect(line.decide(row.id, .setAside) == .deliveryDone)

    let history = try line.store.reader.history(of: row).map(\.event)
    #expect(
      history.map(\.kind) == [
        .deliveryBlocked, .deliveryDecided, .deliveryBlocked, .deliveryDecided, .deliveryDecided, .delivered,
      ])
    guard case .deliveryDecided(let first) = history[1] else { return }
    #expect(first.lot == "L-1" && first.idempotencyKey == row.idempotencyKey && first.person == "P-2")
    #expect(first.formerAnswer == "The production is closed" && first.reason == "put right")
    var verification = LedgerVerification(line.store.reader)
    #expect(verification.run().findings.isEmpty)
  }

  @Test("what was set aside or refused and is then reported delivered is delivered")
  func deliveredAfterAll() throws {
    let line = try line()
    defer { line.core.stop() }
    let row = try #require(try line.rows().first)
    line.report(row, .failed(reason: "no answer", retryAt: line.clock.now().utc))
    #expect(line.decide(row.id, .setAside) == nil)
    line.report(row, .delivered(receipt: "note 7"))
    #expect(try line.rows().first?.state == .delivered)
    var verification = LedgerVerification(line.store.reader)
    #expect(verification.run().findings.isEmpty)
  }

  @Test("a movement is not tried again once a later one of its material lot is there")
  func laterMovementIsThere() throws {
    let line = try line()
    defer { line.core.stop() }
    _ = line.perform(
      .updateWork(WorkChange(materials: [MaterialLot(number: "M-1", item: "FILM", status: .quarantined)])))
    for status in [MaterialLot.Status.released, .blocked] {
      _ = line.perform(.disposeMaterial(material: "M-1", status: status, person: "P-2", reason: "checked"))
    }
    let rows = try line.rows().filter { $0.material == "M-1" }
    try #require(rows.count == 2)
    line.report(rows[0], .blocked(reason: "the period is closed"))
    line.report(rows[1], .delivered(receipt: "move 8"))
    #expect(line.decide(rows[0].id, .retry) == .deliveryDone)
    #expect(try line.rows().first { $0.id == rows[0].id }?.state == .refused)
    #expect(line.decide(rows[0].id, .setAside) == nil)
  }

  @Test("a ledger with refused decisions is taken again as it was")
  func replays() throws {
    let line = try line()
    defer { line.core.stop() }
    let row = try #require(try line.rows().first)
    _ = line.decide(row.id, .retry)
    line.report(row, .blocked(reason: "closed"))
    _ = line.decide(row.id, .setAside)
    var fresh = LineEngine()
    let groups = try line.store.reader.groups(after: 0, limit: 1_000)
    #expect(groups.map { fresh.replay($0) }.allSatisfy { $0 })
    #expect(fresh.floor == line.core.engine.floor)
  }
}
