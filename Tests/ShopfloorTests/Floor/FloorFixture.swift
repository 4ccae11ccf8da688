import Shopfloor

/// A small plant: a sealer for one lot, an oven for three, two people who may operate, one who may not.
struct FloorFixture {
  var floor = Floor()
  var time = Timestamp(microseconds: 1_795_000_000_000_000)
  private(set) var events: [Event] = []

  init() {
    let plan = LinePlan(
      site: "Suzhou", line: "Pouches",
      stations: [
        StationPlan(name: "sealer", operation: "seal"),
        StationPlan(name: "oven", operation: "cure", loadCapacityLots: 3),
      ])
    perform(.applyPlan(plan, digest: "plan-1", changes: []))
    perform(
      .updatePeople([
        Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
        Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.operate, .acknowledge, .disposition]),
        Person(id: "P-3", name: "Guest", badge: "badge-3", rights: []),
      ]))
    perform(
      .updateWork(
        WorkChange(
          orders: [
            WorkOrder(
              number: "WO-1", product: "pouch", productName: "Pouch", quantity: 10, unit: "pcs",
              operations: ["seal", "cure"], lots: ["L-1", "L-2", "L-3", "L-4"],
              materials: [BillOfMaterialsLine(item: "film", quantityPerUnit: 1)]),
            WorkOrder(
              number: "WO-2", product: "bag", productName: "Bag", quantity: 10, unit: "pcs", operations: ["seal"],
              lots: ["L-9"], materials: [], state: .closed),
          ],
          materials: [
            MaterialLot(number: "M-1", item: "film", status: .released),
            MaterialLot(number: "M-2", item: "film", status: .quarantined),
            MaterialLot(
              number: "M-3", item: "film", status: .released,
              unusableFrom: Timestamp(microseconds: 1_794_000_000_000_000)),
            MaterialLot(number: "M-4", item: "glue", status: .released),
          ])))
  }

  @discardableResult
  mutating func perform(_ command: Command) -> CommandAnswer {
    time = time.advanced(byMicroseconds: 1_000_000)
    let decision = floor.decide(command, at: time)
    for event in decision.events { floor.apply(event) }
    events += decision.events
    return decision.answer
  }

  @discardableResult
  mutating func scan(_ text: String, at station: StationName = "sealer") -> CommandAnswer {
    perform(.scan(ScannedLabel(text: text), station: station))
  }

  mutating func refusal(_ text: String, at station: StationName = "sealer") -> Refusal? {
    if case .refused(let refusal) = scan(text, at: station) { refusal } else { nil }
  }
}
