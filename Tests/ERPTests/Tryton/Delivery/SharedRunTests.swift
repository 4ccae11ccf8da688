import BatchRecord
import Ledger
import Shopfloor
import Testing

@testable import ERP

@Suite("Runs with lots of several orders")
struct SharedRunTests {
  /// The record of L-1, of WO-1, in a run with L-2, of WO-2.
  private func extract(_ uses: [TrytonRows.Use], orders: [String] = ["WO-1", "WO-2"]) throws -> LotExtract {
    var rows = TrytonRows()
    let row = try rows.record(
      TrytonRows.Made(
        lot: "L-1", order: "WO-1", lots: ["L-1"], good: "10", uses: uses, lotsOfOthers: ["L-2"], orders: orders))
    return try LotExtract(sealedBytes: row.payload)
  }

  private func refusal(_ uses: [TrytonRows.Use]) throws -> String? {
    let extracts = [try extract(uses)]
    do throws(DeliveryStop) {
      try ConsumptionShare.require(extracts)
      return nil
    } catch {
      guard case .blocked(let reason) = error else { return "\(error)" }
      return reason
    }
  }

  private static let whatToDo =
    "enter in the ERP what WO-1 took and run its production there, then have this delivery tried again"

  @Test("each order took what had been picked for it")
  func shares() throws {
    let use = TrytonRows.Use(
      material: "ML-1", item: "FILM-70", quantity: "10", event: 4, shares: ["WO-1": "6.5", "WO-2": "3.5"])
    #expect(try refusal([use]) == nil)
    #expect(ConsumptionShare.once([try extract([use])]).map(\.quantity) == [Quantity(millionths: 6_500_000)])
  }

  @Test("lots that were picked for one order each: nothing of the other's, and no other line for it")
  func ownLots() throws {
    let uses = [
      TrytonRows.Use(material: "ML-1", item: "FILM-70", quantity: "6", event: 4, shares: ["WO-1": "6"]),
      TrytonRows.Use(material: "ML-2", item: "FILM-70", quantity: "4", event: 5, shares: ["WO-2": "4"]),
    ]
    #expect(try refusal(uses) == nil)
    let shares = ConsumptionShare.once([try extract(uses)])
    #expect(shares.map(\.quantity) == [Quantity(6), .zero] && shares.map(\.isOfOthers) == [false, true])
  }

  @Test(
    "what nobody divided is booked for neither",
    arguments: [
      (TrytonRows.Use(material: "ML-1", item: "FILM-70", quantity: "10", event: 4), "10 of ML-1"),
      (
        TrytonRows.Use(
          material: "ML-1", item: "FILM-70", quantity: "10", event: 4, shares: ["WO-1": "6", "WO-2": "3"]),
        "10 of ML-1"
      ),
      (TrytonRows.Use(material: "ML-1", item: "FILM-70", event: 4), "ML-1, which nobody counted,"),
      (
        TrytonRows.Use(
          material: "ML-1", item: "FILM-70", quantity: "10", event: 4, shares: ["WO-1": "6", "WO-9": "4"]),
        "10 of ML-1"
      ),
    ])
  func undivided(_ use: TrytonRows.Use, _ words: String) throws {
    #expect(
      try refusal([use])
        == "run R-WO-1 (lots L-1, L-2) consumed \(words) for WO-1 and WO-2 and the record does not say the shares: "
        + Self.whatToDo)
  }

  @Test("an order for which nothing of an item was picked, in a run that consumed it, is not taken to have used none")
  func nothingPicked() throws {
    let use = TrytonRows.Use(material: "ML-1", item: "FILM-70", quantity: "10", event: 4, shares: ["WO-2": "10"])
    #expect(
      try refusal([use])
        == "run R-WO-1 (lots L-1, L-2) consumed ML-1 for WO-1 and WO-2, and no FILM-70 was picked for WO-1: "
        + Self.whatToDo)
    // It has the item, or what stands in for it, from elsewhere.
    for own in [
      TrytonRows.Use(material: "ML-3", item: "FILM-70", quantity: "5", event: 5, shares: ["WO-1": "5"]),
      TrytonRows.Use(
        material: "ML-4", item: "FILM-75", quantity: "5", event: 6, shares: ["WO-1": "5"], substituteFor: "FILM-70"),
    ] {
      #expect(try refusal([use, own]) == nil)
    }
  }

  @Test("a run of several lots of one order is booked once")
  func ofOneOrder() throws {
    let use = TrytonRows.Use(material: "ML-1", item: "FILM-70", quantity: "10", event: 4, shares: ["WO-1": "2"])
    let extracts = [try extract([use], orders: ["WO-1"]), try extract([use], orders: ["WO-1"])]
    #expect(ConsumptionShare.once(extracts).map(\.quantity) == [Quantity(10)])
    #expect(throws: Never.self) { try ConsumptionShare.require(extracts) }
  }
}
