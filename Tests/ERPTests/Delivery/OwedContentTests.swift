import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite struct OwedContentTests {
  private func row(_ kind: String, _ payload: String) -> OutboxRow {
    OutboxRow(
      id: 1, kind: kind, lot: nil, orderKey: nil, idempotencyKey: "lotwire:x", payloadSHA256: "",
      payload: Array(payload.utf8), state: .pending, attempts: 0, createdAt: Timestamp(microseconds: 0),
      nextAttemptAt: Timestamp(microseconds: 0), lastAnswer: nil)
  }

  @Test func aMovementWithItsTotals() throws {
    let text =
      #"{"at":"2026-11-20T10:00:00.000000Z","consumed_in_all":"250.5","event":3,"event_hash":"ab","item":"FILM-70","#
      + #""material_lot":"ML-1","movement":"consumption","person":"P-1","picked_in_all":"9.5","quantity":"1","#
      + #""work_order":"WO-1"}"#
    guard case .movement(let movement) = try OwedContent(row("material-movement", text)) else {
      Issue.record("no movement")
      return
    }
    #expect(movement.atOrderInAll == Quantity(260) && movement.order == "WO-1" && movement.item == "FILM-70")
    #expect(DeliveryFamily(.movement(movement)) == .allocation)
    var older = movement
    (older.pickedInAll, older.consumedInAll) = (nil, nil)
    #expect(DeliveryFamily(.movement(older)) == .note)
  }

  @Test(arguments: [
    ("notification", "{}", "not know"), ("material-movement", "{}", "is missing"),
    ("material-movement", "x", "cannot be read"),
    ("production-report", #"{"report":"dance"}"#, "report"), ("batch-record", "[]", ".record.lot"),
  ])
  func whatCannotBeReadIsNamed(_ kind: String, _ payload: String, _ words: String) {
    do throws(OwedContentFault) {
      _ = try OwedContent(row(kind, payload))
      Issue.record("it was read")
    } catch {
      #expect("\(error)".contains(words))
    }
  }
}
