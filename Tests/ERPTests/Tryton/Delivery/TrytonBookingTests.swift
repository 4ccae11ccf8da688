import Foundation
import Harness
import Testing

@testable import ERP

@Suite("What Tryton has booked or counts otherwise", .serialized)
struct TrytonBookingTests {
  @Test("units that differ are named and nothing is written")
  func units() async throws {
    let bench = try TrytonBench("booking")
    var rows = TrytonRows()
    let input = try bench.first(
      "stock.move", [["production_input.reference", "=", "WO-4711"], ["product.code", "=", "FILM-70"]],
      ["unit", "unit.category", "quantity"])
    let unit = try #require(input["unit"] as? Int)
    let category = try #require((input["unit."] as? [String: Any])?["category"] as? Int)
    let other = try bench.first(
      "product.uom", [["category", "=", category], ["id", "!=", unit]], ["symbol"])
    let symbol = try #require(other["symbol"] as? String)
    try bench.look.write(
      "stock.move", id: try #require(input["id"] as? Int), ["unit": try #require(other["id"] as? Int)])
    let pick = try rows.movement(
      "pick", "M-FILM-1",
      ["item": "FILM-70", "quantity": "5", "work_order": "WO-4711", "picked_in_all": "5", "consumed_in_all": "0"])
    let before = try bench.server.dump()
    let answer = await bench.deliver([pick])
    #expect(answer[0].hasPrefix("blocked: unit differs: the ERP counts FILM-70 in \(symbol), we count it in "))
    #expect(try bench.server.dump() == before)
    try await ranByHand(bench, &rows)
    await bench.close()
  }

  /// Somebody ran the production in Tryton with other quantities than the record says: neither the record nor a pick that
  /// comes later is confirmed. Stock that is not there waits for the receipt that may bring it.
  private func ranByHand(_ bench: TrytonBench, _ rows: inout TrytonRows) async throws {
    func made(_ lot: String, _ film: String) -> TrytonRows.Made {
      TrytonRows.Made(
        lot: lot, order: "WO-4712", lots: ["WO-4712"], ordered: "4000", good: "3990",
        uses: [
          .init(material: "M-FILM-1", item: "FILM-70", quantity: film, event: 9),
          .init(material: "M-VALVE-1", item: "VALVE-CS", quantity: "4000", event: 10),
        ])
    }
    let missing = await bench.deliver([try rows.record(made("WO-4712", "999999"))])
    #expect(missing[0].hasPrefix("erp.awaiting_earlier: the production of WO-4712: the ERP has not enough stock for"))
    #expect(await bench.deliver([try rows.record(made("WO-4712", "520"), revision: 1)]) == ["delivered"])
    let other = await bench.deliver([try rows.record(made("WO-4712", "510"), revision: 2)])
    #expect(
      other == [
        "blocked: the production of WO-4712 has booked 520 of M-FILM-1 in the ERP, and the record says 510 were consumed; "
          + "correct the stock there, then set this delivery aside"
      ])
    let pick = try rows.movement(
      "pick", "M-FILM-1",
      ["item": "FILM-70", "quantity": "5", "work_order": "WO-4712", "picked_in_all": "5", "consumed_in_all": "510"])
    let later = await bench.deliver([pick])
    #expect(later[0].hasPrefix("blocked: the production of WO-4712 has booked 520 of M-FILM-1"))
  }
}
