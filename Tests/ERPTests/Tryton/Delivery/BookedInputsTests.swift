import BatchRecord
import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite("What a production has booked, judged")
struct BookedInputsTests {
  private func judged(
    _ total: String, booked: Int, record: String?, _ movement: String = "consumption",
    shares: KeyValuePairs<String, String> = [:]
  ) throws -> DeliveryStop? {
    var rows = TrytonRows()
    let row = try rows.movement(
      movement, "ML-1",
      ["item": "FILM-70", "work_order": "WO-1", "picked_in_all": "0", "consumed_in_all": total, "quantity": "1"])
    guard case .movement(let owed) = try OwedContent(row) else { throw DeliveryStop.blocked("no movement") }
    let job = AllocationFlow.Job(
      row: row, movement: owed, order: WorkOrderNumber("WO-1"), item: ItemCode("FILM-70"),
      total: try #require(owed.atOrderInAll))
    let records = try record.map { quantity in
      let made = TrytonRows.Made(
        lot: "WO-1", order: "WO-1", lots: ["WO-1"],
        uses: [.init(material: "ML-1", item: "FILM-70", quantity: quantity, event: 4, shares: shares)],
        orders: shares.map(\.key))
      return try LotExtract(sealedBytes: rows.record(made).payload)
    }
    do throws(DeliveryStop) {
      try AllocationFlow.judge(job, booked: Quantity(booked), records: records.map { [$0] } ?? [])
      return nil
    } catch {
      return error
    }
  }

  @Test("an older total is not asked for where the record that stands there is booked")
  func olderTotal() throws {
    #expect(try judged("10", booked: 5, record: "5") == nil)
    #expect(try judged("5", booked: 5, record: "5") == nil)
  }

  @Test("of a run of several orders, the share of the order is what is booked")
  func share() throws {
    #expect(try judged("2", booked: 3, record: "5", "pick", shares: ["WO-1": "3", "WO-2": "2"]) == nil)
    let whole = try judged("2", booked: 5, record: "5", "pick", shares: ["WO-1": "3", "WO-2": "2"])
    guard case .blocked(let reason) = whole else {
      Issue.record("\(String(describing: whole))")
      return
    }
    #expect(reason.contains("has booked 5 of ML-1 in the ERP, and the record says 3 were consumed"))
  }

  @Test("what is booked otherwise than the record says is told with both values")
  func otherThanRecord() throws {
    for booked in [3, 7] {
      #expect(
        try judged("5", booked: booked, record: "5")
          == .blocked(
            "the production of WO-1 has booked \(booked) of ML-1 in the ERP, and the record says 5 were consumed; correct "
              + "the stock there, then set this delivery aside"))
    }
  }

  @Test("a production that somebody ran before its record takes no further step in silence")
  func ranByHand() throws {
    #expect(try judged("5", booked: 5, record: nil) == nil)
    #expect(
      try judged("4", booked: 5, record: nil)
        == .blocked(
          "the production of WO-1 has booked 5 of ML-1 in the ERP, and this step says 4 are at the order; correct the stock "
            + "there, then set this delivery aside"))
  }
}
