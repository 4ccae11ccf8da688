import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Line engine: cycles, characteristics, charts")
struct LineEngineCycleTests {
  @Test("a cycle gives its characteristics from the readings in it")
  func features() throws {
    var line = LineFixture()
    line.scan(0, "L-1")
    line.poll(100, temperature: 171)
    for (step, value) in [180.0, 182, 184].enumerated() {
      line.poll(200 + Int64(step) * 100, temperature: value, cycle: true)
    }
    line.poll(500, temperature: 189)
    #expect(line.events.cyclesStarted.map(\.at) == [LineFixture.utc(200)])
    let ended = try #require(line.events.cyclesEnded.first)
    #expect(ended.endedAt == LineFixture.utc(500))
    #expect(ended.durationMicroseconds == 300_000)
    #expect(ended.partial == nil)
    #expect(line.events.taken.map(\.characteristic) == ["temperature.mean", "temperature.max", "cycle.duration"])
    #expect(line.events.taken.map(\.value) == [182, 184, 0.3])
    #expect(line.events.taken.map(\.readings) == [3, 3, 0])
    #expect(line.events.taken.allSatisfy { $0.charted && $0.run == "R-000001" && $0.cycle == 1 })
  }

  @Test("limits are established once; a point beyond them and a run raise one alarm an episode each")
  func charts() throws {
    var line = LineFixture()
    line.scan(0, "L-1")
    var start: Int64 = 1_000
    func cycles(_ temperatures: Double...) {
      for temperature in temperatures {
        line.seal(start, temperature: temperature)
        start += 1_000
      }
    }
    cycles(180, 181, 180, 181)
    let limits = try #require(line.events.established.first)
    #expect(limits.center == 180.5)
    #expect(limits.points == 4)
    // Mean moving range 1, sigma 1/1.128: limits at 180.5 ± 2.66.
    #expect(abs(limits.sigma - 1 / 1.128) < 0.001)
    cycles(184, 184)
    #expect(line.events.raised.filter { $0.kind == .controlSignal }.count == 1)
    #expect(line.events.raised.last?.source == "temperature.mean")
    cycles(181)
    #expect(line.events.returned.count == 1)
    cycles(181, 181)
    // From 184 on five points lie above the centre line: the run fires with the fourth and goes on.
    let signals = line.events.raised.filter { $0.kind == .controlSignal }
    #expect(signals.count == 2)
    #expect(signals.last?.limit == 180.5)
    cycles(180)
    #expect(line.events.returned.count == 2)
    cycles(184)
    #expect(line.events.raised.filter { $0.kind == .controlSignal }.count == 3)
    #expect(line.events.established.count == 1)
  }

  @Test("a characteristic beyond its specification raises an alarm that the next good cycle returns")
  func characteristicSpecification() {
    var line = LineFixture(LineFixture.Options(specification: nil, alarm: nil))
    line.scan(0, "L-1")
    line.seal(1_000, temperature: 195)
    line.seal(2_000, temperature: 195.1)
    line.seal(3_000, temperature: 196)
    line.seal(4_000, temperature: 195)
    #expect(line.events.raised.map(\.source) == ["temperature.max"])
    #expect(line.events.returned.map(\.at) == [LineFixture.utc(4_500)])
  }

  @Test("the end of the run ends the cycle at that time, with the readings before it alone", arguments: [0, 1])
  func runEnd(next: Int) throws {
    var line = LineFixture()
    line.scan(0, "L-1")
    line.poll(100)
    line.poll(200, temperature: 181, cycle: true)
    line.poll(300, temperature: 183, cycle: true)
    line.scan(350, "LOTWIRE:PAUSE")
    if next == 1 { line.scan(360, "L-2") }
    line.poll(400, temperature: 189, cycle: true)
    line.poll(500, temperature: 189, cycle: true)
    line.take(1_360)
    line.poll(1_600, cycle: true)
    let ended = try #require(line.events.cyclesEnded.first)
    #expect(ended.run == "R-000001")
    #expect(ended.partial == .runEnded)
    #expect(ended.endedAt == LineFixture.utc(350))
    #expect(ended.durationMicroseconds == 150_000)
    #expect(line.events.taken.first { $0.characteristic == "temperature.mean" }?.value == 182)
    #expect(line.events.taken.allSatisfy { !$0.charted })
    #expect(line.events.cyclesEnded.count == 1)
    #expect(line.events.cyclesStarted.map(\.run) == (next == 1 ? ["R-000001", "R-000002"] : ["R-000001"]))
  }

  @Test("a run that ends in a cycle makes its end due without any further reading")
  func runEndDue() {
    var line = LineFixture(LineFixture.Options(expected: 0))
    line.scan(0, "L-1")
    line.poll(100)
    line.poll(200, cycle: true)
    line.scan(300, "LOTWIRE:END")
    #expect(!line.engine.isDue(at: LineFixture.clock(1_299)))
    #expect(line.engine.isDue(at: LineFixture.clock(1_300)))
    #expect(line.take(1_300).cyclesEnded.map(\.endedAt) == [LineFixture.utc(300)])
    #expect(!line.engine.isDue(at: LineFixture.clock(1_400)))
  }

  @Test("bad readings make the cycle partial: taken, not charted")
  func partial() {
    var line = LineFixture()
    line.scan(0, "L-1")
    line.poll(100)
    line.poll(200, cycle: true)
    line.take(300, [line.batch(300, "plc-1", [line.bad(LineFixture.temperature, .badTimeout, at: 300)])])
    line.poll(400, cycle: true)
    line.poll(500)
    #expect(line.events.cyclesEnded.map(\.partial) == [.readingsMissing])
    #expect(line.events.taken.count == 3)
    #expect(line.events.taken.allSatisfy { !$0.charted })
  }

  @Test("a plan change keeps gaps, alarms, charts and the count of cycles where their part did not change")
  func planChange() throws {
    var line = LineFixture()
    line.scan(0, "L-1")
    for number in Int64(1)...4 { line.seal(number * 1_000, temperature: 180) }
    #expect(line.events.established.count == 1)
    line.poll(4_900, cycle: true)
    line.poll(5_000, temperature: 205, cycle: true)
    line.poll(5_300, temperature: 205, cycle: true)
    #expect(line.events.raised.map(\.kind) == [.specification, .alarmLimit])
    var options = LineFixture.Options()
    options.specification = LimitPlan(low: 170, high: 191)
    let changed = line.perform(5_350, .applyPlan(LineFixture.plan(options), digest: "plan-2", changes: ["191"]))
    // Only the specification is another one; its alarm can never return by itself.
    #expect(changed.returned.map(\.alarm) == ["A-000001"])
    #expect(changed.cyclesEnded.isEmpty)
    #expect(line.poll(5_400, temperature: 205, cycle: true).raised.map(\.kind) == [.specification])
    line.poll(5_500, temperature: 180)
    #expect(line.events.cyclesStarted.map(\.cycle) == [1, 2, 3, 4, 5])
    #expect(line.events.cyclesEnded.map(\.cycle) == [1, 2, 3, 4, 5])
    line.seal(6_000, temperature: 180)
    #expect(line.events.cyclesEnded.last?.cycle == 6)
    #expect(line.events.established.count == 1)
    #expect(line.events.gapsOpened.isEmpty)
  }

  @Test("a plan that finds cycles otherwise ends the open one as partial and goes on counting")
  func otherCycles() {
    var line = LineFixture()
    line.scan(0, "L-1")
    line.seal(1_000, temperature: 180)
    line.poll(2_000, cycle: true)
    var plan = LineFixture.plan()
    plan.stations[0].cycle = CyclePlan(parameter: "seal.pressure", condition: .above(level: 5, hysteresis: 1))
    let changed = line.perform(2_100, .applyPlan(plan, digest: "plan-2", changes: ["cycle"]))
    #expect(changed.cyclesEnded.map(\.cycle) == [2])
    #expect(changed.cyclesEnded.map(\.partial) == [.readingsMissing])
    line.poll(2_200, pressure: 3)
    line.poll(2_300, pressure: 6)
    #expect(line.events.cyclesStarted.map(\.cycle) == [1, 2, 3])
  }
}
