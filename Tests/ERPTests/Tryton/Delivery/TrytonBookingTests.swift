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
    await bench.close()
  }
}
