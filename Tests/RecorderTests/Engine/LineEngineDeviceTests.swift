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
