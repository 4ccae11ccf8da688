import ControlCharts
import Shopfloor

/// A sealer with a temperature, a pressure and a cycle bit, and an oven without readings; two people of quality.
struct ControlPlanFixture {
  var floor = Floor()
  var time = Timestamp(microseconds: 1_795_000_000_000_000)

  static func line(_ change: (inout StationPlan) -> Void = { _ in }) -> LinePlan {
    var sealer = StationPlan(
      name: "sealer", operation: "seal",
      parameters: [
        ParameterPlan(
          name: "seal.temperature", device: "plc-1", point: "temperature", unit: "°C",
          expectedIntervalMicroseconds: 0),
        ParameterPlan(
          name: "seal.pressure", device: "plc-1", point: "pressure", unit: "bar", expectedIntervalMicroseconds: 0),
        ParameterPlan(
          name: "seal.cycle", device: "plc-1", point: "cycle", unit: "", expectedIntervalMicroseconds: 0),
      ], cycle: CyclePlan(parameter: "seal.cycle", condition: .bit))
    change(&sealer)
    return LinePlan(
      site: "Suzhou", line: "Pouches", stations: [sealer, StationPlan(name: "oven", operation: "cure")])
  }

  init() {
    perform(.applyPlan(Self.line(), digest: "line-1", changes: []))
    perform(
      .updatePeople([
        Person(id: "P-1", name: "Li Wei", badge: "badge-1", rights: [.operate]),
        Person(id: "P-3", name: "Wang", badge: "badge-3", rights: [.quality]),
        Person(id: "P-4", name: "Ana", badge: "badge-4", rights: [.quality]),
      ]))
    func order(_ number: WorkOrderNumber, _ product: ItemCode, _ lots: [LotNumber]) -> WorkOrder {
      WorkOrder(
        number: number, product: product, productName: "", quantity: 10, unit: "pcs", operations: ["seal"], lots: lots,
        materials: [])
    }
    perform(
      .updateWork(
        WorkChange(orders: [order("WO-1", "pouch", ["L-1", "L-2", "L-3"]), order("WO-2", "bag", ["L-9"])])))
    perform(.scan(ScannedLabel(text: "badge-1"), station: "sealer"))
  }

  static func plan(
    _ number: ControlPlanNumber = "CP-1", version: Int = 1, products: [ItemCode] = ["pouch"],
    _ change: (inout StationControl) -> Void = { _ in }
  ) -> ControlPlan {
    var control = StationControl(
      station: "sealer",
      specifications: [
        .init(parameter: "seal.temperature", limits: LimitPlan(low: 170, high: 190, reactionPlan: "heat"))
      ],
      characteristics: [
        CharacteristicPlan(
          name: "temperature.mean", parameter: "seal.temperature", feature: .mean, unit: "°C",
          chart: ChartPlan(limits: .frozen(center: 180, sigma: 1), reactionPlan: "heat"),
          gates: [GatePlan(name: "pressed", parameter: "seal.pressure", condition: .above(level: 2, hysteresis: 0))])
      ])
    change(&control)
    return ControlPlan(
      number: number, version: version, title: "Pouches", products: products, stations: [control],
      reactionPlans: [ReactionPlan(name: "heat", steps: [Words("Look at the heater", "检查加热器")])])
  }

  @discardableResult
  mutating func perform(_ command: Command) -> Decision {
    time = time.advanced(byMicroseconds: 60_000_000)
    let decision = floor.decide(command, at: time)
    for event in decision.events { floor.apply(event) }
    return decision
  }

  @discardableResult
  mutating func bringIn(_ plan: ControlPlan, by author: PersonID = "P-3", digest: String? = nil) -> Refusal? {
    perform(
      .controlPlan(
        .importPlan(plan, digest: digest ?? "\(plan.number)-\(plan.version)", author: author, changes: []))
    ).refusal
  }

  @discardableResult
  mutating func approve(
    _ number: ControlPlanNumber = "CP-1", _ version: Int = 1, by person: PersonID = "P-4", in seconds: Int64? = nil,
    endsRuns: Bool = false
  ) -> Refusal? {
    // The command is decided one minute on.
    let effective = seconds.map { time.advanced(byMicroseconds: 60_000_000 + $0 * 1_000_000) }
    return perform(
      .controlPlan(
        .approve(
          number: number, version: version, person: person, effectiveFrom: effective, endsRuns: endsRuns))
    ).refusal
  }

  @discardableResult
  mutating func withdraw(
    _ number: ControlPlanNumber = "CP-1", _ version: Int = 1, by person: PersonID = "P-3", reason: String = "wrong"
  ) -> Refusal? {
    perform(.controlPlan(.withdraw(number: number, version: version, person: person, reason: reason))).refusal
  }

  @discardableResult
  mutating func scan(_ text: String) -> Decision { perform(.scan(ScannedLabel(text: text), station: "sealer")) }

  /// The version that a run of this product would pin now.
  func pinned(_ product: ItemCode = "pouch") -> String? {
    floor.controlPlan(for: product, at: "sealer", time: time).map { "\($0.number) \($0.version)" }
  }

  mutating func reload(_ digest: String, _ change: (inout StationPlan) -> Void) -> Refusal? {
    perform(.applyPlan(Self.line(change), digest: digest, changes: ["changed"])).refusal
  }
}

extension Decision {
  var refusal: Refusal? { if case .refused(let refusal) = answer { refusal } else { nil } }
}
