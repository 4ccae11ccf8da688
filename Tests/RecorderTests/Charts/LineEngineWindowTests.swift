import ControlCharts
import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Line engine: windows, gates and missing points under a control plan")
struct LineEngineWindowTests {
  private typealias Plan = ControlPlanLine

  private static let warm = GatePlan(
    name: "pressed", parameter: "seal.pressure", condition: .above(level: 2.5, hysteresis: 0),
    afterMicroseconds: 300_000)

  @Test("a window gives one value of the readings in it, and only a whole one is charted")
  func windows() throws {
    var plan = Plan([Plan.window("mean", 1_000)])
    plan.line.scan(500, "L-1")
    for time in stride(from: Int64(600), to: 3_300, by: 100) {
      plan.line.poll(time, temperature: time < 2_000 ? 180 : 190)
    }
    let taken = plan.line.events.taken
    #expect(taken.map(\.value) == [180, 180, 190] && taken.map(\.cycle) == [1, 2, 3])
    #expect(taken.map(\.charted) == [false, true, true], "the run began within the first")
    #expect(taken.map(\.from) == [500, 1_000, 2_000].map { LineFixture.utc($0) })
    #expect(plan.line.events.signals.map(\.value) == [190, 10], "the value, and how far it moved")
    plan.line.scan(3_400, "LOTWIRE:PAUSE")
    plan.line.take(4_500)
    let last = try #require(plan.line.events.taken.last)
    #expect(last.at == LineFixture.utc(3_400) && !last.charted, "the run cut it")
    #expect(plan.line.events.returned.isEmpty, "what was not charted says nothing")
  }

  @Test(
    "a bad reading, a step of the clock and a stop spoil the window they fall in", arguments: ["bad", "step", "stop"])
  func spoilt(what: String) throws {
    var plan = Plan([Plan.window("mean", 1_000)])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 4_100, by: 100) {
      if time == 1_500 {
        switch what {
        case "bad":
          plan.line.take(
            time, [plan.line.batch(time, "plc-1", [plan.line.bad(LineFixture.temperature, .badTimeout, at: time)])])
        case "step": plan.line.stepped = 1_500
        default:
          plan.line.take(
            time, facts: [.recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "holds"))])
        }
      }
      plan.line.poll(time)
    }
    let charted = plan.line.events.taken.map(\.charted)
    #expect(charted == [true, false, true, true])
    #expect(plan.line.events.taken.map(\.cycle) == Array(1...charted.count))
  }

  @Test("a clock that is set back tells no window twice")
  func stepBack() throws {
    var plan = Plan([Plan.window("mean", 1_000)])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 8_000, by: 100) {
      if time == 3_500 { plan.line.stepped = -2_000 }
      plan.line.poll(time)
    }
    let taken = plan.line.events.taken
    #expect(taken.map(\.cycle) == Array(1...taken.count), "windows of a run are counted on")
    #expect(taken.filter { !$0.charted }.count >= 1)
    #expect(taken.allSatisfy { ($0.from ?? $0.at) < $0.at })
  }

  @Test("a closed gate keeps a value from the chart, and says which gate it was")
  func gates() throws {
    var plan = Plan([Plan.window("mean", 1_000, gates: [Self.warm])])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 4_100, by: 100) {
      plan.line.poll(time, temperature: 190, pressure: time < 1_200 ? 2 : 3)
    }
    let taken = plan.line.events.taken
    #expect(taken.map(\.closedGate) == ["pressed", "pressed", nil, nil])
    #expect(taken.map(\.charted) == [false, false, true, true])
    #expect(plan.line.events.signals.map(\.raisedAt) == [LineFixture.utc(3_000)])
  }

  @Test("a gate that was open before a step of the clock must hold anew")
  func gateAcrossStep() throws {
    var plan = Plan([Plan.window("mean", 1_000, gates: [Self.warm])])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 4_100, by: 100) {
      if time == 1_900 { plan.line.stepped = 5_000 }
      plan.line.poll(time)
    }
    let taken = plan.line.events.taken
    #expect(taken.prefix(1).map(\.closedGate) == ["pressed"], "0 to 1 s: it held only since 0")
    let after = taken.filter { $0.at > LineFixture.utc(6_900) }
    #expect(after.first?.closedGate == "pressed" && after.last?.closedGate == nil)
  }

  @Test("a point that does not come in time is an alarm of its own, which the next point or the end of the run returns")
  func missingPoints() throws {
    var plan = Plan([Plan.window("mean", 1_000, expectedEvery: 1_500)])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 2_200, by: 100) { plan.line.poll(time) }
    #expect(plan.line.events.raised.isEmpty)
    plan.line.take(3_400)
    #expect(plan.line.events.raised.isEmpty, "the last point is of 2.0 s")
    #expect(plan.line.engine.isDue(at: LineFixture.clock(3_600)))
    let alarm = try #require(plan.line.take(3_600).raised.first { $0.kind == .collection })
    #expect(alarm.run == "R-000001" && alarm.priority == .low && alarm.source == "mean")
    #expect(plan.line.take(9_000).raised.filter { $0.kind == .collection }.isEmpty, "one alarm")
    for time in stride(from: Int64(9_100), to: 11_200, by: 100) { plan.line.poll(time) }
    #expect(plan.line.events.returned.map(\.alarm).contains(alarm.id))
    let second = try #require(plan.line.take(14_000).raised.first { $0.kind == .collection })
    plan.line.scan(15_000, "LOTWIRE:PAUSE")
    #expect(plan.line.events.returned.map(\.alarm).contains(second.id), "without a run nothing is expected")
    #expect(plan.line.take(60_000).raised.filter { $0.kind == .collection }.isEmpty)
  }

  @Test(
    "a violated specification holds the lot or stops the run, and the reading stays the run's",
    arguments: ViolationResponse.allCases)
  func response(response: ViolationResponse) throws {
    var plan = Plan(
      [Plan.window("mean", 1_000)],
      specifications: [.init(parameter: "seal.temperature", limits: LimitPlan(low: 170, high: 190, response: response))]
    )
    plan.line.scan(0, "L-1")
    plan.line.poll(100, temperature: 190)
    let before = plan.line.events.count
    plan.line.poll(200, temperature: 190.5)
    let events = Array(plan.line.events.dropFirst(before))
    let alarm = try #require(events.raised.first)
    #expect(alarm.kind == .specification && alarm.run == "R-000001" && alarm.response == response)
    #expect(
      events.held.map(\.lot) == ["L-1"] && events.held.first?.alarm == alarm.id && events.held.first?.person == nil)
    let order = events.map(\.kind).filter { [.alarmRaised, .lotHeld, .runEnded].contains($0) }
    #expect(order == (response == .hold ? [.alarmRaised, .lotHeld] : [.alarmRaised, .lotHeld, .runEnded]))
    let stopped = events.runsEnded.first
    #expect((stopped != nil) == (response == .stop))
    if let stopped {
      #expect(stopped.at > alarm.raisedAt && stopped.alarm == alarm.id && !stopped.completedOperation)
      #expect(plan.line.engine.floor.run("R-000001", at: "sealer")?.contains(alarm.raisedAt) == true)
    }
    #expect(plan.line.scan(30_000, "L-1").runsStarted.isEmpty, "a lot on hold is not run")
    #expect((plan.line.engine.floor.station("sealer").activeRun == nil) == (response == .stop))
    plan.line.poll(30_100, temperature: 195)
    #expect(plan.line.events.raised.count == 1, "one alarm an episode")
    plan.line.perform(30_200, .liftHold(lot: "L-1", person: "P-1", reason: "so"))
    #expect(plan.line.engine.floor.lots["L-1"]?.hold != nil, "only a person with the right lifts it")
    plan.line.perform(30_250, .acknowledge(alarm: alarm.id, person: "P-2", cause: "jaw too hot"))
    plan.line.perform(30_300, .liftHold(lot: "L-1", person: "P-2", reason: "measured again"))
    #expect(plan.line.engine.floor.lots["L-1"]?.hold == nil)
  }

  @Test("subgroups by window close by time alone")
  func subgroups() throws {
    let second = SubgroupPlan.window(microseconds: 1_000_000)
    var plan = Plan([Plan.window("by-window", 250, subgroup: second, size: 4)])
    plan.line.scan(0, "L-1")
    for time in stride(from: Int64(0), to: 2_000, by: 50) { plan.line.poll(time, temperature: 180) }
    plan.line.take(2_900)
    #expect(plan.line.events.subgroups.isEmpty, "a late value might come")
    plan.line.take(3_500)
    #expect(plan.line.events.subgroups.map(\.values.count) == [3, 4], "windows end at 0.25, 0.5, 0.75; 1, 1.25, ... s")
    #expect(plan.line.take(9_000).subgroups.isEmpty, "silence cut the last window")
    #expect(plan.line.events.subgroups.allSatisfy { $0.partial == nil })
  }
}
