import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Interlocks and texts in the engine")
struct LineEngineDeviceTests {
  private func fixture() -> LineFixture {
    var fixture = LineFixture()
    var plan = LineFixture.plan()
    plan.stations[0].interlock = InterlockPlan(device: "plc-1", point: "hold")
    plan.writes = [WriteAllowance(device: "plc-1", point: "hold", unit: "", minimum: 0, maximum: 1)]
    fixture.perform(10, .applyPlan(plan, digest: "plan-2", changes: ["interlock"]))
    return fixture
  }

  private func orders(_ events: [Event]) -> [DeviceWrite] {
    events.compactMap { if case .writeOrdered(let write) = $0 { write } else { nil } }
  }

  @Test func theInterlockIsOrderedInTheGroupOfTheAlarmAndReleasedInThatOfTheLastClose() {
    var fixture = fixture()
    fixture.poll(100)
    let hold = orders(fixture.poll(200, temperature: 191))
    #expect(hold.map(\.value) == [1])
    #expect(hold.first?.stations == ["sealer"])
    #expect(orders(fixture.poll(300, temperature: 192)).isEmpty)
    #expect(orders(fixture.poll(400)).isEmpty, "the alarm has returned and nobody has acknowledged it")
    let alarms = fixture.events.compactMap { event -> Alarm? in
      if case .alarmRaised(let alarm) = event { alarm } else { nil }
    }
    let alarm = alarms.first { $0.kind == .specification }
    let release = orders(
      fixture.perform(500, .acknowledge(alarm: alarm?.id ?? "none", person: "P-2", cause: "film changed")))
    #expect(release.map(\.value) == [0])
  }

  @Test func aChangeOfLimitsDoesNotLetGoWhileTheValueIsOutOfThem() throws {
    var fixture = fixture()
    fixture.poll(100)
    let alarm = try #require(fixture.poll(200, temperature: 199).raised.first)
    #expect(fixture.perform(300, .acknowledge(alarm: alarm.id, person: "P-2", cause: "heater")).closed.isEmpty)
    func reload(_ milliseconds: Int64, high: Double) -> [Event] {
      var plan = fixture.engine.floor.plan
      plan.stations[0].parameters[0].specification = LimitPlan(low: 170, high: high)
      // The plan keeps its parameters, and they their numbers.
      fixture.engine.register(LineFixture.registered)
      return fixture.perform(milliseconds, .applyPlan(plan, digest: "plan-\(high)", changes: ["limits"]))
    }
    #expect(orders(reload(400, high: 195)).isEmpty)
    #expect(orders(fixture.poll(500, temperature: 199)).isEmpty)
    #expect(orders(reload(600, high: 205)).isEmpty)
    #expect(orders(fixture.poll(700, temperature: 199)).map(\.value) == [0])
  }

  @Test func acknowledgingAnAlarmOnAFeatureLetsGoBecauseNoFurtherCycleCan() throws {
    var fixture = fixture()
    fixture.scan(50, "L-1")
    // One reading within the cycle is above the limit of its maximum, and above no limit for long.
    fixture.seal(1_000, temperature: 180)
    for step in Int64(0)..<5 { fixture.poll(2_000 + step * 100, temperature: step == 2 ? 196 : 180, cycle: true) }
    for step in Int64(0)..<40 { fixture.poll(2_500 + step * 100) }
    let specification = fixture.events.raised.filter { $0.kind == .specification }
    let feature = try #require(specification.first { $0.source == "temperature.max" })
    let direct = try #require(specification.first { $0.source == "seal.temperature" })
    let first = fixture.perform(7_000, .acknowledge(alarm: direct.id, person: "P-2", cause: "film"))
    #expect(first.closed.map(\.alarm) == [direct.id] && orders(first).isEmpty)
    let second = fixture.perform(7_100, .acknowledge(alarm: feature.id, person: "P-2", cause: "film"))
    #expect(second.returned.map(\.alarm) == [feature.id])
    #expect(second.closed.map(\.alarm) == [feature.id])
    #expect(orders(second).map(\.value) == [0])
  }

  @Test func aTextIsAnEventWhereItChanges() {
    var fixture = fixture()
    func say(_ milliseconds: Int64, _ text: String) -> [TextRecorded] {
      var batch = fixture.batch(milliseconds, "plc-1", [])
      batch.texts = [
        TextReading(
          parameter: LineFixture.pressure, time: LineFixture.utc(milliseconds), text: text, words: [0x504F, 0x000A])
      ]
      return fixture.take(milliseconds, [batch]).compactMap {
        if case .textRecorded(let recorded) = $0 { recorded } else { nil }
      }
    }
    #expect(say(100, "POUCH 12").map(\.words) == ["504F 000A"])
    #expect(say(200, "POUCH 12").isEmpty)
    #expect(say(300, "POUCH 13").map(\.text) == ["POUCH 13"])
    #expect(say(400, "POUCH 12").map(\.parameter) == ["seal.pressure"])
  }
}
