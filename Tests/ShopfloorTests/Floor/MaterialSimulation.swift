@testable import Shopfloor

/// A made-up day at two docks, two picking places and two fillers: people with and without rights, labels in every form,
/// cards, quantities, mistakes, labels that are scanned again, quality and an ERP that changes its mind. The same seed
/// gives the same day.
struct MaterialSimulation {
  var floor = Floor()
  /// 2026-11-18.
  var time = Timestamp(microseconds: 1_795_000_000_000_000)
  var random: SeededGenerator
  var events: [Event] = []
  /// What was scanned last at each station, as a scanner would repeat it.
  var lastLabels: [StationName: ScannedLabel] = [:]
  /// Labels with which something was received: what is there to be picked and consumed.
  var arrived: [ScannedLabel] = []
  var containerCount = 0

  static let docks: [StationName] = ["dock-1", "dock-2"]
  static let picks: [StationName] = ["pick-1", "pick-2"]
  static let fillers: [StationName] = ["filler-1", "filler-2"]
  static let stations = docks + picks + fillers
  static let badges = ["badge-1", "badge-2", "badge-3", "badge-4"]
  static let orders: [WorkOrderNumber] = (1...9).map { WorkOrderNumber(stringLiteral: "WO-\($0)") }
  static let deliveryCount = 30

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
    perform(.applyPlan(Self.plan(secondPerson: seed % 3 == 0, lineClearance: seed % 2 == 0), digest: "p", changes: []))
    perform(
      .updatePeople([
        Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
        Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.operate]),
        Person(id: "P-3", name: "Guest", badge: "badge-3", rights: []),
        Person(id: "P-4", name: "Omar", badge: "badge-4", rights: [.operate]),
        Person(id: "Q-1", name: "Chen", badge: "badge-q", rights: [.disposition]),
      ]))
    perform(.updateWork(WorkChange(orders: Self.orders.map(Self.order), items: Self.items)))
    perform(.updateWork(WorkChange(materials: Self.erpLots, deliveries: (1...Self.deliveryCount).map(Self.delivery))))
    for station in Self.stations { scan(ScannedLabel(text: "badge-1"), at: station) }
  }

  private static func plan(secondPerson: Bool, lineClearance: Bool) -> LinePlan {
    func station(_ name: StationName, _ role: StationRole) -> StationPlan {
      let asked: [StationStep] = name.text.hasSuffix("1") ? [.consume, .pick] : [.receive, .override, .undo]
      return StationPlan(
        name: name, operation: role == .production ? "fill" : OperationName(stringLiteral: role.rawValue),
        loadCapacityLots: name == "filler-2" ? 2 : 1, role: role, secondPerson: secondPerson ? asked : [],
        lineClearance: lineClearance)
    }
    return LinePlan(
      site: "Suzhou", line: "1",
      stations: docks.map { station($0, .receipt) } + picks.map { station($0, .picking) }
        + fillers.map { station($0, .production) },
      materialRules: MaterialRules(
        substitutes: [.init(item: "CAP", substitute: "CAP-B")], overDeliveryPercent: 10, minimumRemainingLifeDays: 2))
  }

  static let items = [
    Item(code: "FILM", name: "Film 70", unit: "m", otherCodes: ["09521234543213"], requiresExpiry: true),
    Item(code: "CAP", name: "Cap", unit: "pcs", otherCodes: ["S-CAP-1"]),
    Item(code: "CAP-B", name: "Cap blue", unit: "pcs", otherCodes: ["S-CAP-2"]),
    Item(code: "GLUE", name: "Glue", unit: "kg", otherCodes: ["S-GLUE"]),
  ]

  static let erpLots = [
    MaterialLot(number: "M-1", item: "FILM", status: .released, quantity: Quantity(300)),
    MaterialLot(number: "M-2", item: "CAP", status: .released),
    MaterialLot(number: "M-3", item: "GLUE", status: .quarantined, quantity: Quantity(50)),
  ]

  static func order(_ number: WorkOrderNumber) -> WorkOrder {
    WorkOrder(
      number: number, product: "pouch", productName: "Pouch", quantity: 500, unit: "pcs", operations: ["fill"],
      lots: (1...40).map { LotNumber(stringLiteral: "\(number)-L\($0)") },
      materials: [
        BillOfMaterialsLine(item: "FILM", quantityPerUnit: 2), BillOfMaterialsLine(item: "CAP", quantityPerUnit: 4),
      ] + (number == "WO-3" ? [BillOfMaterialsLine(item: "GLUE", quantityPerUnit: 0.25)] : []))
  }

  static func delivery(_ number: Int) -> ExpectedDelivery {
    ExpectedDelivery(
      number: DeliveryNumber(stringLiteral: "PO-\(number)"), supplier: "Films Ltd",
      lines: [
        .init(item: "FILM", quantity: Quantity(400)), .init(item: "CAP", quantity: Quantity(600)),
        .init(item: "GLUE", quantity: Quantity(60), supplierLot: number == 2 ? "G-7" : nil),
      ])
  }

  @discardableResult
  mutating func perform(_ command: Command) -> Decision {
    let decision = floor.decide(command, at: time)
    for event in decision.events { floor.apply(event) }
    events += decision.events
    if case .scan(let label, _) = command, !label.itemCodes.isEmpty,
      decision.events.contains(where: { $0.kind == .materialReceived })
    {
      arrived.append(label)
    }
    return decision
  }

  @discardableResult
  mutating func scan(_ label: ScannedLabel, at station: StationName) -> Decision {
    perform(.scan(label, station: station))
  }
}

/// SplitMix64: the same seed gives the same numbers.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
