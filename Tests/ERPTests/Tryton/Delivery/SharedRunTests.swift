import BatchRecord
import Ledger
import Testing

@testable import ERP

@Suite("Runs with lots of several orders")
struct SharedRunTests {
  private func extract(_ othersLots: [String], _ lots: [String] = ["L-1"]) throws -> LotExtract {
    var rows = TrytonRows()
    let row = try rows.record(
      TrytonRows.Made(
        lot: "L-1", order: "WO-1", lots: lots, good: "10",
        uses: [.init(material: "ML-1", item: "FILM-70", quantity: "10", event: 4)], lotsOfOthers: othersLots))
    return try LotExtract(sealedBytes: row.payload)
  }

  @Test("what a run consumed for two orders is booked for neither: nobody said the shares")
  func ofTwoOrders() throws {
    let shared = try extract(["L-2"])
    let stop = #expect(throws: DeliveryStop.self) { try CompletionInputs.requireOwnRuns([shared]) }
    #expect(
      stop
        == .blocked(
          "run R-WO-1 consumed 10 of ML-1 for WO-1 and for lots of other orders (L-2): nobody said how much went to which "
            + "order; enter the inputs in the ERP and set this delivery aside"))
  }

  @Test("a run of several lots of one order is booked once")
  func ofOneOrder() throws {
    #expect(throws: Never.self) {
      try CompletionInputs.requireOwnRuns([try extract([]), try extract([], ["L-1", "L-2"])])
    }
  }
}
