import ControlCharts
import Devices
import Shopfloor

@testable import Recorder

/// The line of ``LineFixture`` under a control plan, with people who may approve, and a short way to read and measure.
struct ControlPlanLine {
  var line = LineFixture()
  private var version = 0

  /// Brings the first version into force.
  init(_ characteristics: [CharacteristicPlan], specifications: [StationControl.ParameterSpecification] = []) {
    let quality = ["P-3", "P-4"].map {
      Person(id: PersonID(stringLiteral: $0), name: $0, badge: "", rights: [.quality])
    }
    line.perform(0, .updatePeople(LineFixture.people + quality))
    var bag = LineFixture.order
    bag.number = "WO-2"
    bag.product = "bag"
    bag.lots = ["L-5"]
    line.perform(0, .updateWork(WorkChange(orders: [bag])))
    approve(0, characteristics, specifications: specifications)
  }

  /// Imports and approves the next version, effective at once; an active run that would pin it ends.
  @discardableResult
  mutating func approve(
    _ milliseconds: Int64, _ characteristics: [CharacteristicPlan],
    specifications: [StationControl.ParameterSpecification] = [], from effective: Int64? = nil, endsRuns: Bool = false
  ) -> [Event] {
    version += 1
    let plan = ControlPlan(
      number: "CP-1", version: version, title: "Pouches",
      stations: [
        StationControl(station: "sealer", specifications: specifications, characteristics: characteristics)
      ])
    return line.perform(
      milliseconds, .controlPlan(.importPlan(plan, digest: "digest-\(version)", author: "P-3", changes: [])),
      .controlPlan(
        .approve(
          number: "CP-1", version: version, person: "P-4", effectiveFrom: effective.map { LineFixture.utc($0) },
          endsRuns: endsRuns)))
  }

  @discardableResult
  mutating func measure(
    _ milliseconds: Int64, _ characteristic: CharacteristicName, _ values: Double..., inspected: Double? = nil
  ) -> [Event] {
    line.perform(
      milliseconds,
      .controlPlan(
        .measure(
          station: "sealer", characteristic: characteristic, values: values, inspected: inspected, person: "P-1")))
  }

  static func manual(
    _ name: CharacteristicName, _ limits: ChartPlan.Limits, _ kind: ChartKind = .individuals, size: Int = 1,
    rules: RuleSet = .shewhart, subgroup: SubgroupPlan? = nil, specification: LimitPlan? = nil,
    stagePerWorkOrder: Bool? = nil
  ) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: .mean, unit: "mm", specification: specification,
      chart: ChartPlan(
        limits: limits,
        design: ChartDesign(
          kind: kind, subgroupSize: size, rules: rules, dispersionRules: RuleSet(name: "", rules: [])),
        subgroup: subgroup, stagePerWorkOrder: stagePerWorkOrder),
      sampling: .manual)
  }

  static func window(
    _ name: CharacteristicName, _ milliseconds: Int64, gates: [GatePlan]? = nil, subgroup: SubgroupPlan? = nil,
    size: Int = 1, expectedEvery: Int64? = nil, specification: LimitPlan? = nil
  ) -> CharacteristicPlan {
    CharacteristicPlan(
      name: name, parameter: "seal.temperature", feature: .mean, unit: "°C", specification: specification,
      chart: ChartPlan(
        limits: .frozen(center: 180, sigma: 1),
        design: ChartDesign(
          kind: size == 1 ? .individuals : .xbarRange, subgroupSize: size, rules: .shewhart, dispersionRules: .shewhart),
        subgroup: subgroup, expectedEveryMicroseconds: expectedEvery.map { $0 * 1_000 }),
      sampling: .window(microseconds: milliseconds * 1_000), gates: gates)
  }
}

extension [Event] {
  var subgroups: [SubgroupCharted] { compactMap { if case .subgroupCharted(let one) = $0 { one } else { nil } } }
  var stages: [ChartStageBegun] { compactMap { if case .chartStageBegun(let one) = $0 { one } else { nil } } }
  var blocked: [ChartRulesBlocked] { compactMap { if case .chartRulesBlocked(let one) = $0 { one } else { nil } } }
  var measured: [MeasurementTaken] { compactMap { if case .measurementTaken(let one) = $0 { one } else { nil } } }
  var signals: [Alarm] { raised.filter { $0.kind == .controlSignal } }
  var runsEnded: [RunEnded] { compactMap { if case .runEnded(let one) = $0 { one } else { nil } } }
  var runsStarted: [Run] { compactMap { if case .runStarted(let one) = $0 { one } else { nil } } }
  var held: [LotHeld] { compactMap { if case .lotHeld(let one) = $0 { one } else { nil } } }
  var refusals: [Refusal] { compactMap { if case .commandRefused(let one) = $0 { one.refusal } else { nil } } }
}
