import Testing

@testable import Shopfloor

@Suite("Counting what an operation made")
struct QuantityReportTests {
  private static let reasons = QuantityRules(
    scrapReasons: [ListedCode(code: "burnt", words: Words("burnt", "烧焦"))],
    reworkReasons: [ListedCode(code: "creased", words: Words("creased", "折皱"))])

  private func plant(rules: QuantityRules? = reasons) -> FloorFixture {
    var plant = FloorFixture()
    var plan = plant.floor.plan
    plan.quantities = rules
    plant.perform(.applyPlan(plan, digest: "plan-2", changes: []))
    plant.scan("badge-1")
    return plant
  }

  private func report(
    good: Int? = nil, scrap: [(Int, String)] = [], rework: [(Int, String)] = [], operation: OperationName = "seal",
    lot: LotNumber = "L-1", person: PersonID = "P-1", because: String? = nil
  ) -> Command {
    .reportQuantity(
      QuantityReported(
        lot: lot, operation: operation, good: good.map { Quantity($0) },
        scrap: scrap.map { RejectedQuantity(quantity: Quantity($0.0), reason: $0.1) },
        rework: rework.map { RejectedQuantity(quantity: Quantity($0.0), reason: $0.1) }, person: person,
        at: Timestamp(microseconds: 0), correction: because))
  }

  private func code(_ plant: inout FloorFixture, _ command: Command) -> Refusal.Code? {
    if case .refused(let refusal) = plant.perform(command) { refusal.code } else { nil }
  }

  private func counts(_ plant: FloorFixture) -> [QuantityReported] {
    plant.events.compactMap { if case .quantityReported(let counted) = $0 { counted } else { nil } }
  }

  @Test("refuses what cannot be counted")
  func refusals() {
    var plant = plant()
    #expect(code(&plant, report(good: 5)) == .quantityEarly)
    plant.scan("L-1")
    #expect(code(&plant, report(good: 5, lot: "L-77")) == .lotUnknown)
    #expect(code(&plant, report(good: 5, operation: "print")) == .operationForeign)
    #expect(code(&plant, report(good: 5, operation: "cure")) == .quantityEarly)
    #expect(code(&plant, report(good: 5, person: "P-3")) == .personRight)
    #expect(code(&plant, report()) == .quantityMissing)
    #expect(code(&plant, report(good: -1)) == .quantityMissing)
    #expect(code(&plant, report(scrap: [(0, "burnt")])) == .quantityInvalid)
    #expect(code(&plant, report(scrap: [(1, "creased")])) == .quantityReason)
    #expect(code(&plant, report(rework: [(1, "burnt")])) == .quantityReason)
    #expect(counts(plant).isEmpty)
    var free = self.plant(rules: nil)
    free.scan("L-1")
    #expect(code(&free, report(scrap: [(1, "")])) == .quantityReason)
    #expect(
      code(&free, report(scrap: [(1, String(repeating: "x", count: maximumRejectReasonBytes + 1))])) == .quantityReason)
    let many = (0...maximumRejectReasons).map { (1, "reason \($0)") }
    #expect(code(&free, report(scrap: many)) == .quantityReason)
    #expect(code(&free, report(scrap: Array(many.dropLast()))) == nil)
  }

  @Test("a later count replaces the former one, with both values, who and why")
  func corrections() throws {
    var plant = plant()
    plant.scan("L-1")
    plant.scan("LOTWIRE:END")
    #expect(code(&plant, report(good: 8, scrap: [(1, "burnt"), (1, "burnt")])) == nil)
    let first = try #require(counts(plant).last)
    #expect(first.scrap == [RejectedQuantity(quantity: Quantity(2), reason: "burnt")])
    #expect(first.run == "R-000001" && first.station == "sealer" && first.at == plant.time && first.replaces == nil)
    // The same again changes nothing; another one needs a reason.
    #expect(code(&plant, report(good: 8, scrap: [(2, "burnt")], person: "P-2")) == nil)
    #expect(counts(plant).count == 1)
    #expect(code(&plant, report(good: 7)) == .reasonMissing)
    #expect(code(&plant, report(good: 7, rework: [(1, "creased")], person: "P-2", because: "miscounted")) == nil)
    let second = try #require(counts(plant).last)
    #expect(second.replaces == first.counted && second.correction == "miscounted" && second.person == "P-2")
    #expect(plant.floor.lots["L-1"]?.quantities?["seal"] == second)
  }

  @Test("at the station each card adds to the count of the lot")
  func cards() throws {
    var plant = plant()
    #expect(plant.refusal("LOTWIRE:GOOD")?.code == .quantityMissing)
    plant.scan("LOTWIRE:QUANTITY:10")
    #expect(plant.refusal("LOTWIRE:GOOD")?.code == .runMissing)
    plant.scan("L-1")
    for text in ["LOTWIRE:QUANTITY:5", "LOTWIRE:GOOD", "LOTWIRE:QUANTITY:2", "LOTWIRE:SCRAP:burnt"] {
      #expect(plant.scan(text).isAccepted, "\(text)")
    }
    plant.scan("LOTWIRE:END")
    // Counted after the end, for the lot that ran here last.
    for text in ["LOTWIRE:QUANTITY:3", "LOTWIRE:GOOD", "LOTWIRE:QUANTITY:1", "LOTWIRE:SCRAP:burnt"] {
      #expect(plant.scan(text).isAccepted, "\(text)")
    }
    let last = try #require(counts(plant).last)
    #expect(counts(plant).count == 4 && last.good == Quantity(8) && last.correction == nil)
    #expect(last.scrap == [RejectedQuantity(quantity: Quantity(3), reason: "burnt")])
    #expect(last.replaces?.scrap == [RejectedQuantity(quantity: Quantity(2), reason: "burnt")])
    plant.scan("LOTWIRE:QUANTITY:1")
    #expect(plant.refusal("LOTWIRE:REWORK:burnt")?.code == .quantityReason)
    plant.scan("LOTWIRE:REWORK:creased")
    #expect(counts(plant).last?.rework.first?.reason == "creased")
    #expect(plant.floor.station("sealer").preparation.isEmpty)
    // The report to the ERP says the whole.
    let reports = plant.floor.productionReports(after: .quantityReported(last), at: plant.time)
    #expect(reports.first?.good == Quantity(8) && reports.first?.unit == "pcs")
  }

  @Test("the lots of a load are counted one by one elsewhere")
  func load() {
    var plant = plant()
    for lot in ["L-1", "L-2"] {
      plant.scan(lot)
      plant.scan("LOTWIRE:END")
    }
    plant.scan("badge-1", at: "oven")
    for text in ["L-1", "L-2", "LOTWIRE:START", "LOTWIRE:QUANTITY:5"] { plant.scan(text, at: "oven") }
    #expect(plant.refusal("LOTWIRE:GOOD", at: "oven")?.code == .quantityLot)
    #expect(code(&plant, report(good: 5, operation: "cure", lot: "L-2")) == nil)
    #expect(counts(plant).last?.station == "oven")
  }
}
