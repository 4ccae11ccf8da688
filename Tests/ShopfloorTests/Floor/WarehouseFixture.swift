@testable import Shopfloor

/// A dock, a picking place and a filler, with items, a delivery and an order from the ERP.
struct WarehouseFixture {
  var floor = Floor()
  /// 2026-11-18.
  var time = Timestamp(microseconds: 1_795_000_000_000_000)
  private(set) var events: [Event] = []

  static let film = Item(
    code: "FILM", name: "Film 70", unit: "m", otherCodes: ["09521234543213"], minimumRemainingLifeDays: 30,
    requiresExpiry: true)
  static let cap = Item(code: "CAP", name: "Cap", unit: "pcs", otherCodes: ["S-CAP-1"])
  static let capBlue = Item(code: "CAP-B", name: "Cap blue", unit: "pcs", otherCodes: ["S-CAP-2"])

  static let order = WorkOrder(
    number: "WO-1", product: "pouch", productName: "Pouch", quantity: 100, unit: "pcs", operations: ["fill"],
    lots: ["L-1", "L-2"],
    materials: [
      BillOfMaterialsLine(item: "FILM", quantityPerUnit: 0.5),
      BillOfMaterialsLine(item: "CAP", quantityPerUnit: 1, substitutes: ["CAP-B"]),
    ])
  static let otherOrder = WorkOrder(
    number: "WO-2", product: "bag", productName: "Bag", quantity: 100, unit: "pcs", operations: ["fill"],
    lots: ["L-9"], materials: [BillOfMaterialsLine(item: "FILM", quantityPerUnit: 1)])
  static let delivery = ExpectedDelivery(
    number: "PO-7", supplier: "Films Ltd",
    lines: [.init(item: "FILM", quantity: Quantity(200)), .init(item: "CAP", quantity: Quantity(500))],
    overDeliveryPercent: 10)

  init(secondPerson: [StationStep] = [], lineClearance: Bool = false, rules: MaterialRules? = nil) {
    func station(_ name: StationName, _ role: StationRole) -> StationPlan {
      StationPlan(
        name: name, operation: role == .production ? "fill" : OperationName(stringLiteral: role.rawValue), role: role,
        secondPerson: secondPerson, lineClearance: lineClearance)
    }
    let plan = LinePlan(
      site: "Suzhou", line: "1",
      stations: [station("dock", .receipt), station("pick", .picking), station("filler", .production)],
      materialRules: rules)
    perform(.applyPlan(plan, digest: "plan-1", changes: []))
    perform(
      .updatePeople([
        Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
        Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.operate]),
        Person(id: "P-3", name: "Guest", badge: "badge-3", rights: []),
        Person(id: "Q-1", name: "Chen", badge: "badge-q", rights: [.disposition]),
      ]))
    perform(
      .updateWork(
        WorkChange(
          orders: [Self.order, Self.otherOrder], items: [Self.film, Self.cap, Self.capBlue],
          deliveries: [Self.delivery])))
    for name: StationName in ["dock", "pick", "filler"] { scan("badge-1", at: name) }
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
  mutating func scan(_ text: String, at station: StationName) -> CommandAnswer {
    perform(.scan(ScannedLabel(text: text), station: station))
  }

  @discardableResult
  mutating func scan(_ label: ScannedLabel, at station: StationName) -> CommandAnswer {
    perform(.scan(label, station: station))
  }

  /// The code of the refusal; nil where the scan was accepted.
  mutating func code(_ label: ScannedLabel, at station: StationName) -> Refusal.Code? {
    if case .refused(let refusal) = scan(label, at: station) { refusal.code } else { nil }
  }

  mutating func code(_ text: String, at station: StationName) -> Refusal.Code? {
    code(ScannedLabel(text: text), at: station)
  }

  /// A roll of film as its maker labels it.
  static func film(
    lot: String = "F1", quantity: Quantity? = Quantity(50), expires: String? = "2027-12-31", container: String? = nil
  ) -> ScannedLabel {
    ScannedLabel(
      text: "film \(lot) \(quantity.map { "\($0)" } ?? "") \(expires ?? "") \(container ?? "")", scheme: "gs1",
      itemCodes: ["09521234543213"], lot: lot, container: container,
      unusableFrom: expires.flatMap { Timestamp(iso8601: $0) }, quantity: quantity)
  }

  static func caps(_ code: String = "S-CAP-1", lot: String = "C1", quantity: Quantity? = Quantity(100)) -> ScannedLabel
  {
    ScannedLabel(
      text: "\(code) \(lot) \(quantity.map { "\($0)" } ?? "")", scheme: "iso15434", itemCodes: [code], lot: lot,
      quantity: quantity)
  }

  /// Receives a blind lot and releases it; gives its number.
  mutating func stocked(_ label: ScannedLabel) -> MaterialLotNumber {
    scan("LOTWIRE:BLIND", at: "dock")
    scan(label, at: "dock")
    scan("LOTWIRE:END", at: "dock")
    let number = received.last?.material ?? "none"
    perform(.disposeMaterial(material: number, status: .released, person: "Q-1", reason: "inspected"))
    return number
  }

  var received: [MaterialReceived] {
    events.compactMap { if case .materialReceived(let received) = $0 { received } else { nil } }
  }

  var consumed: [MaterialConsumed] {
    events.compactMap { if case .materialConsumed(let use) = $0 { use } else { nil } }
  }

  var picks: [MaterialPicked] {
    events.compactMap { if case .materialPicked(let picked) = $0 { picked } else { nil } }
  }
}
