import ControlCharts
import Shopfloor
import Testing

@testable import lotwire

@Suite("A control plan as it is written and read")
struct ControlPlanWriterTests {
  private static let charts: [ChartPlan] = [
    ChartPlan(limits: .frozen(center: 180, sigma: 1e-5), runLength: 8),
    ChartPlan(limits: .establish(points: 25), runLength: 9, stagePerWorkOrder: true),
    ChartPlan(
      limits: .baseline(ChartBaseline(version: 3, mean: 180.25, sigma: 0.4)),
      design: ChartDesign(
        kind: .xbarRange, subgroupSize: 5,
        rules: RuleSet(name: "own", rules: [RatedRule(.beyondLimits), RatedRule(.run(points: 9), severity: .warning)]),
        dispersionRules: .dispersion, gapPolicy: .skip, ewma: .init(lambda: 0.1, width: 2.7)),
      subgroup: .window(microseconds: 600_000_000), priority: .high, reactionPlan: "OCAP \"1\"",
      autocorrelationAccepted: "known: slow oven", expectedEveryMicroseconds: 1_800_000_000),
    ChartPlan(
      limits: .baseline(ChartBaseline(version: 1, mean: 0.02, sigma: 0)),
      design: ChartDesign(kind: .p, rules: .westgard, dispersionRules: .dispersion)),
    ChartPlan(
      limits: .baseline(
        ChartBaseline(
          version: 2, mean: 0, sigma: 1, parts: [.init(name: "bolt: \"M3\"", target: 6, sigma: 0.5)])),
      design: ChartDesign(kind: .shortRunZ, rules: .nelson, dispersionRules: .dispersion, cusum: nil)),
  ]

  private static func plan(_ chart: ChartPlan) -> ControlPlan {
    let isManual = chart.isAttribute || chart.design?.kind == .shortRunZ
    let characteristic = CharacteristicPlan(
      name: "seal.mean", parameter: isManual ? "seal.mean" : "seal.temperature", feature: isManual ? .end : .mean,
      unit: "°C", specification: LimitPlan(low: 170, high: 190.5, response: .hold, priority: .high), chart: chart,
      sampling: isManual ? .manual : .window(microseconds: 1_500_000),
      gates: [
        GatePlan(
          name: "warm", parameter: "oven", condition: .above(level: 150, hysteresis: 2), afterMicroseconds: 60_000_000),
        GatePlan(name: "running", parameter: "run", condition: .bit),
      ])
    return ControlPlan(
      number: "CP-7", version: 4, title: "Sealing: \"pouch\" # 7", products: ["POUCH-7", "P 8"],
      stations: [
        StationControl(
          station: "sealer-1",
          specifications: [
            .init(
              parameter: "seal.temperature",
              limits: LimitPlan(
                low: nil, high: 195, deadband: 0.5, onDelayMicroseconds: 2_500_000, response: .stop,
                reactionPlan: "OCAP \"1\""))
          ], characteristics: [characteristic])
      ],
      reactionPlans: [ReactionPlan(name: "OCAP \"1\"", steps: [Words("Compare: probe", "核对：探头")])],
      changeNote: "new limits")
  }

  @Test("is the same plan again", arguments: charts)
  func comesBack(chart: ChartPlan) throws {
    let plan = Self.plan(chart)
    let text = ControlPlanWriter.text(of: plan, remarks: ["from a study\nwith a line break"])
    #expect(try ControlPlanReader.read(text, file: "cp.yaml") == plan, "\(text)")
  }
}
