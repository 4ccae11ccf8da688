import ControlCharts
import Shopfloor
import Testing

@Suite("Control plans that do not fit the line")
struct ControlPlanChecksTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    /// What the refusal must name.
    var names: String
    var change: @Sendable (inout StationControl) -> Void

    init(_ names: String, _ change: @escaping @Sendable (inout StationControl) -> Void) {
      self.names = names
      self.change = change
    }

    var testDescription: String { names }
  }

  private static func design(_ kind: ChartKind, size: Int = 1) -> ChartDesign {
    ChartDesign(kind: kind, subgroupSize: size, rules: .shewhart, dispersionRules: .shewhart)
  }

  static let faults: [Fault] = [
    Fault("press") { $0.station = "press" },
    Fault("temperature.mean: of") { $0.characteristics[0].parameter = "seal.force" },
    Fault("temperature.mean: unit") { $0.characteristics[0].unit = "K" },
    Fault("gates: pressed") { $0.characteristics[0].gates?[0].parameter = "seal.force" },
    Fault("specifications") { $0.specifications[0].parameter = "seal.force" },
    Fault("seal.temperature: specification") { $0.specifications[0].limits.low = 190 },
    Fault("seal.temperature: specification: high") { $0.specifications[0].limits.high = .nan },
    Fault("specification: reaction_plan") { $0.specifications[0].limits.reactionPlan = "cool" },
    Fault("chart: reaction_plan") { $0.characteristics[0].chart?.reactionPlan = "cool" },
    Fault("temperature.mean: chart") { $0.characteristics[0].chart?.limits = .frozen(center: 180, sigma: .infinity) },
    Fault("temperature.mean: chart") { $0.characteristics[0].chart?.limits = .establish(points: 1) },
    Fault("temperature.mean: chart") { $0.characteristics[0].chart?.design = design(.xbarRange) },
    Fault("chart: kind") {
      $0.characteristics[0].chart?.limits = .baseline(ChartBaseline(mean: 0.1, sigma: 0))
      $0.characteristics[0].chart?.design = design(.p)
    },
    Fault("chart: subgroup") { $0.characteristics[0].chart?.subgroup = .run },
    Fault("chart: subgroup_by") {
      $0.characteristics[0].chart?.design = design(.xbarRange, size: 3)
      $0.characteristics[0].chart?.subgroup = .window(microseconds: 0)
    },
    Fault("temperature.mean: every") { $0.characteristics[0].sampling = .window(microseconds: 99_999) },
    Fault("sealer: temperature.mean") { $0.characteristics.append($0.characteristics[0]) },
    Fault("specifications: seal.temperature") { $0.specifications.append($0.specifications[0]) },
    Fault("oven: temperature.mean") {
      $0.station = "oven"
      $0.specifications = []
      $0.characteristics[0].gates = nil
    },
  ]

  @Test("a plan that the line cannot judge is refused, and the refusal names the field", arguments: faults)
  func imported(fault: Fault) throws {
    var line = ControlPlanFixture()
    let refused = line.bringIn(ControlPlanFixture.plan(version: 1, fault.change))
    let refusal = try #require(refused)
    #expect(refusal.code == .controlPlanFault && refusal.read.contains("CP-1 version 1"))
    #expect(refusal.read.contains(fault.names), "\(refusal.read)")
    #expect(!refusal.remedy.english.isEmpty && !refusal.why.chinese.isEmpty)
  }

  struct Reload: Sendable, CustomTestStringConvertible {
    var names: String?
    var change: @Sendable (inout StationPlan) -> Void

    init(_ names: String?, _ change: @escaping @Sendable (inout StationPlan) -> Void) {
      self.names = names
      self.change = change
    }

    var testDescription: String { names ?? "fits" }
  }

  static let reloads: [Reload] = [
    Reload("temperature.mean: of") {
      $0.characteristics = []; $0.parameters[0].name = "seal.heat"
    },
    Reload("temperature.mean: unit") { $0.parameters[0].unit = "K" },
    Reload("gates: pressed") { $0.parameters.remove(at: 1) },
    Reload("sealer: temperature.mean") { $0.cycle = nil },
    Reload("stations: sealer") { $0.name = "sealer-1" },
    Reload(nil) { $0.parameters[0].alarm = LimitPlan(low: 150, high: 200) },
    Reload(nil) { $0.parameters[0].point = "temperature_2" },
  ]

  @Test("a configuration that a plan in force no longer fits is refused, and names plan and field", arguments: reloads)
  func reload(reload: Reload) throws {
    var line = ControlPlanFixture()
    // Without specifications, so that each case is about its own field.
    line.bringIn(ControlPlanFixture.plan { $0.specifications = [] })
    var waiting = line
    #expect(waiting.reload("line-2", reload.change) == nil, "a plan that waits for approval binds nobody")
    #expect((waiting.approve()?.code == .controlPlanFault) == (reload.names != nil), "it is checked again then")

    line.approve()
    var withdrawn = line
    let refusal = line.reload("line-2", reload.change)
    #expect(refusal?.code == (reload.names == nil ? nil : .controlPlanFault))
    if let refusal, let names = reload.names {
      #expect(refusal.read.contains("CP-1 version 1") && refusal.read.contains(names), "\(refusal.read)")
      #expect(line.floor.planDigest == "line-1")
    }
    withdrawn.withdraw()
    #expect(withdrawn.reload("line-2", reload.change) == nil, "a withdrawn plan binds nobody")
  }

  @Test("a plan that will take effect, and one that an active run pinned, bind the configuration too")
  func toComeAndPinned() {
    func change(_ station: inout StationPlan) { station.parameters[0].unit = "K" }
    var coming = ControlPlanFixture()
    coming.bringIn(ControlPlanFixture.plan())
    coming.approve(in: 3_600)
    #expect(coming.reload("line-2", change)?.code == .controlPlanFault)

    var pinned = ControlPlanFixture()
    pinned.bringIn(ControlPlanFixture.plan())
    pinned.approve()
    pinned.scan("L-1")
    pinned.withdraw()
    #expect(pinned.reload("line-2", change)?.code == .controlPlanFault)
    pinned.scan("LOTWIRE:PAUSE")
    #expect(pinned.reload("line-2", change) == nil)
  }

  @Test("a version that another one has taken the place of binds nobody")
  func replaced() {
    var line = ControlPlanFixture()
    line.bringIn(ControlPlanFixture.plan())
    line.approve()
    line.bringIn(ControlPlanFixture.plan(version: 2) { $0.characteristics[0].gates = nil })
    line.approve("CP-1", 2)
    #expect(line.reload("line-2") { $0.parameters.remove(at: 1) } == nil)
  }
}
