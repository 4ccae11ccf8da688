import ControlCharts
import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Line engine: control plans and what is measured by hand")
struct LineEngineChartTests {
  private typealias Plan = ControlPlanLine

  @Test("values measured by hand are held to the specification and charted one by one")
  func manual() throws {
    var plan = Plan([
      Plan.manual("width", .frozen(center: 10, sigma: 1), specification: LimitPlan(low: 5, high: 15))
    ])
    plan.line.scan(100, "L-1")
    let taken = plan.measure(200, "width", 10, 13.5, 10)
    #expect(taken.measured.first?.run == "R-000001" && taken.measured.first?.values == [10, 13.5, 10])
    #expect(taken.signals.map(\.value) == [13.5], "the second value is a point of its own")
    #expect(taken.returned.count == 1, "and so is the third")
    let violated = plan.measure(300, "width", 15, 15.5)
    #expect(violated.raised.map(\.kind) == [.specification, .controlSignal])
    #expect(
      violated.raised.map(\.value) == [15.5, 15], "15 lies on the specification limit, and beyond the control limit")
    #expect(plan.measure(400, "nothing", 1).refusals.map(\.code) == [.chartUnknown])
  }

  @Test("counts are judged by how much was inspected", arguments: [ChartKind.p, .np, .u, .laneyP, .laneyU])
  func attribute(kind: ChartKind) throws {
    let sigma = kind == .laneyP || kind == .laneyU ? 1.0 : 0
    var plan = Plan([Plan.manual("seals", .baseline(ChartBaseline(mean: 0.1, sigma: sigma)), kind)])
    plan.line.scan(100, "L-1")
    #expect(plan.measure(200, "seals", 19, inspected: 100).signals.isEmpty, "p 0.19 with UCL 0.19: not beyond")
    #expect(plan.measure(300, "seals", 22, inspected: 100).signals.count == 1)
    #expect(plan.measure(400, "seals", 22, inspected: 400).returned.count == 1)
    #expect(plan.measure(500, "seals", 3).refusals.map(\.code) == [.measurementInvalid])
    #expect(plan.measure(600, "seals", 3, inspected: 0).refusals.map(\.code) == [.measurementInvalid])
  }

  @Test("a change of lot closes the open subgroup; what stands in it is plotted as partial")
  func lotChange() throws {
    var plan = Plan([Plan.manual("width", .frozen(center: 10, sigma: 1), .xbarRange, size: 3, subgroup: .count)])
    plan.line.scan(100, "L-1")
    #expect(plan.measure(200, "width", 10).subgroups.isEmpty)
    #expect(plan.measure(300, "width", 11, 12).subgroups.map(\.values) == [[10, 11, 12]])
    plan.measure(400, "width", 20)
    plan.line.scan(500, "LOTWIRE:PAUSE")
    plan.line.scan(600, "L-2")
    let next = plan.measure(700, "width", 10, 10)
    let closed = try #require(next.subgroups.first)
    #expect(next.subgroups.count == 1)
    #expect(closed.values == [20] && closed.partial == "lot-changed" && closed.run == "R-000001" && closed.number == 2)
    let signal = try #require(next.signals.first)
    #expect(
      signal.run == "R-000001" && signal.raisedAt == LineFixture.utc(400), "the alarm is of the run of the values")
  }

  @Test("a subgroup that its run leaves open is plotted once the run is over")
  func runEnd() throws {
    var plan = Plan([
      Plan.manual("by-count", .frozen(center: 10, sigma: 1), .xbarRange, size: 3, subgroup: .count),
      Plan.manual("by-run", .frozen(center: 10, sigma: 1), .xbarRange, size: 3, subgroup: .run),
    ])
    plan.line.scan(100, "L-1")
    plan.measure(200, "by-count", 10)
    plan.measure(200, "by-run", 10, 12)
    plan.line.scan(300, "LOTWIRE:PAUSE")
    #expect(plan.line.take(1_200).subgroups.isEmpty)
    let closed = plan.line.take(1_400).subgroups
    #expect(closed.map(\.values) == [[10], [10, 12]] && closed.map(\.partial) == ["run-changed", nil])
    #expect(plan.line.take(3_000).subgroups.isEmpty)
  }

  @Test("a person closes a subgroup by hand, a stage closes it too, and neither invents a point")
  func byHand() throws {
    var plan = Plan([Plan.manual("width", .frozen(center: 10, sigma: 1), .median, size: 3, subgroup: .manual)])
    func close(_ at: Int64, _ plan: inout Plan) -> [Event] {
      plan.line.perform(at, .controlPlan(.closeSubgroup(station: "sealer", characteristic: "width", person: "P-1")))
    }
    func stage(_ at: Int64, _ plan: inout Plan, by person: PersonID = "P-3") -> [Event] {
      plan.line.perform(
        at, .controlPlan(.beginStage(station: "sealer", characteristic: "width", person: person, reason: "new tool")))
    }
    plan.line.scan(100, "L-1")
    #expect(close(150, &plan).subgroups.isEmpty)
    plan.measure(200, "width", 20, 20, 20)
    let closed = close(300, &plan)
    #expect(closed.subgroups.map(\.values) == [[20, 20, 20]] && closed.signals.count == 1)
    plan.measure(400, "width", 21)
    #expect(stage(450, &plan, by: "P-1").refusals.map(\.code) == [.personRight])
    let begun = stage(500, &plan)
    #expect(begun.stages.map(\.person) == ["P-3"] && begun.subgroups.map(\.values) == [[21]])
    #expect(begun.returned.map(\.alarm) == closed.signals.map(\.id), "a stage ends what the rules remember")
    #expect(close(600, &plan).subgroups.isEmpty)
  }

  @Test("runs of another work order begin a stage where the chart says so, and only those")
  func stagePerWorkOrder() throws {
    let run = RuleSet(name: "", rules: [RatedRule(.run(points: 3))])
    var plan = Plan([
      Plan.manual("each", .frozen(center: 10, sigma: 1), rules: run, stagePerWorkOrder: true),
      Plan.manual("all", .frozen(center: 10, sigma: 1), rules: run),
    ])
    plan.line.scan(100, "L-1")
    for name: CharacteristicName in ["each", "all"] { plan.measure(200, name, 10.5, 10.5) }
    plan.line.scan(300, "LOTWIRE:PAUSE")
    #expect(plan.line.scan(400, "L-2").stages.isEmpty, "the same work order")
    plan.line.scan(500, "LOTWIRE:PAUSE")
    let other = plan.line.scan(600, "L-5")
    #expect(other.stages.map(\.characteristic) == ["each"] && other.stages.first?.person == nil)
    #expect(plan.measure(700, "each", 10.5).signals.isEmpty)
    #expect(plan.measure(700, "all", 10.5).signals.count == 1)
  }

  @Test("a run keeps the version it pinned; equal charts go on in the next run, alarms of changed ones return")
  func pinned() throws {
    let same = Plan.manual("same", .establish(points: 3))
    let changed = Plan.manual("changed", .frozen(center: 10, sigma: 1))
    var later = changed
    later.chart?.limits = .frozen(center: 20, sigma: 1)
    var plan = Plan([same, changed])
    plan.line.scan(100, "L-1")
    plan.measure(200, "same", 10, 11)
    let signal = try #require(plan.measure(200, "changed", 20).signals.first)
    #expect(plan.approve(300, [same, later]).refusals.map(\.code) == [.controlPlanRunActive])
    let version = plan.line.perform(
      400,
      .controlPlan(
        .approve(
          number: "CP-1", version: 2, person: "P-4", effectiveFrom: LineFixture.utc(450), endsRuns: false)))
    #expect(version.refusals.isEmpty)
    #expect(plan.measure(500, "changed", 20).returned.isEmpty, "the run is judged by the version it pinned")
    plan.line.scan(600, "LOTWIRE:PAUSE")
    #expect(plan.line.events.returned.isEmpty)
    let started = plan.line.scan(700, "L-1")
    #expect(started.runsStarted.map(\.controlPlan?.version) == [2])
    #expect(started.returned.map(\.alarm) == [signal.id])
    #expect(plan.measure(800, "same", 12).established.count == 1, "it goes on with the two values of the former run")
    #expect(plan.measure(900, "changed", 20).signals.isEmpty)
  }

  @Test("what a version leaves open is judged by it before the next one holds")
  func interrupted() throws {
    let width = Plan.manual("width", .frozen(center: 10, sigma: 1), .xbarRange, size: 3, subgroup: .count)
    var other = width
    other.chart?.priority = .high
    var plan = Plan([width])
    plan.line.scan(100, "L-1")
    plan.measure(200, "width", 30, 30)
    let events = plan.approve(300, [other], endsRuns: true) + plan.line.scan(400, "L-2")
    let closed = try #require(events.subgroups.first)
    #expect(closed.values == [30, 30] && closed.partial == "run-changed" && closed.run == "R-000001")
    let signal = try #require(events.signals.first)
    #expect(signal.priority == .medium && events.returned.map(\.alarm) == [signal.id])
    let order = events.map(\.kind)
    let told = try #require(order.firstIndex(of: .subgroupCharted))
    #expect(told < (order.firstIndex(of: .runStarted) ?? -1))
    plan.measure(500, "width", 30)
    #expect(plan.line.events.subgroups.count == 1, "nothing of the former version is in the subgroup of the next")
  }

  @Test(
    "rules that need independent points are switched off where points depend on each other", arguments: [true, false])
  func dependence(isAccepted: Bool) throws {
    var width = Plan.manual("width", .frozen(center: 10, sigma: 1), rules: .westernElectric)
    if isAccepted { width.chart?.autocorrelationAccepted = "the bath is slow" }
    var plan = Plan([width])
    plan.line.scan(100, "L-1")
    // A slow wave within one sigma, short enough on each side that no rule fires.
    for index in 0..<140 {
      let phase = index % 12
      let wave = phase < 6 ? 0.1 + 0.1 * Double(min(phase, 5 - phase)) : -0.1 - 0.1 * Double(min(phase - 6, 11 - phase))
      plan.measure(200 + Int64(index) * 10, "width", 10 + wave)
    }
    let blocked = plan.line.events.blocked
    #expect(blocked.count == (isAccepted ? 0 : 1))
    if let block = blocked.first {
      #expect(block.autocorrelation > 0.2 && block.points == 101 && block.rules.count == 3)
      #expect(!block.rules.contains(RunRule.beyondLimits.key))
    }
    for index in 0..<9 { plan.measure(2_000 + Int64(index) * 10, "width", 10.5) }
    #expect(plan.line.events.signals.isEmpty == !isAccepted, "a run of 8")
    #expect(
      plan.measure(3_000, "width", 14).signals.count == 1, "a point beyond the limits is one whatever its neighbours")
  }
}
