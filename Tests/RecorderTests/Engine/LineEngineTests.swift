import Devices
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Line engine: runs, late readings, alarms")
struct LineEngineTests {
  @Test("a reading binds to the run at its own time, whichever of the two is taken first")
  func binding() throws {
    for scanFirst in [true, false] {
      var line = LineFixture()
      line.poll(900)
      // The lot was scanned at 1000; the hot reading was taken at 1050.
      let hot = line.batch(1_050, "plc-1", [line.reading(LineFixture.temperature, 195, at: 1_050)])
      let earlier = line.batch(1_060, "plc-1", [line.reading(LineFixture.temperature, 196, at: 999)])
      if scanFirst {
        line.scan(1_200, "L-1", at: 1_000)
        line.take(1_210, [hot])
      } else {
        let input = LineEngine.CommandInput(
          .scan(ScannedLabel(text: "L-1"), station: "sealer"), actor: "device scanner-1", at: LineFixture.utc(1_000))
        line.take(1_200, commands: [input], [hot])
      }
      #expect(line.events.raised.map(\.run) == ["R-000001"])
      line.take(1_300, [earlier])
      #expect(line.events.late.map(\.run) == [nil])
    }
  }

  @Test("the run ends for a reading at its end, however late that is taken")
  func bindingAtEnd() {
    var line = LineFixture()
    line.scan(1_000, "L-1")
    line.poll(1_100)
    line.scan(2_000, "LOTWIRE:END")
    line.take(2_100, [line.batch(2_100, "plc-1", [line.reading(LineFixture.temperature, 195, at: 1_999)])])
    line.take(2_200, [line.batch(2_200, "plc-1", [line.reading(LineFixture.temperature, 180, at: 2_000)])])
    line.take(2_300, [line.batch(2_300, "plc-1", [line.reading(LineFixture.temperature, 195, at: 2_001)])])
    #expect(line.events.raised.map(\.run) == ["R-000001", nil])
  }

  @Test("late readings are reported once per group, parameter and run, and not judged")
  func late() {
    var line = LineFixture()
    line.scan(1_000, "L-1")
    line.poll(2_000)
    let t = LineFixture.temperature
    let new = line.take(
      2_100,
      [
        line.batch(2_090, "plc-1", [line.reading(t, 250, at: 1_500), line.reading(t, 250, at: 900)]),
        line.batch(
          2_095, "plc-1", [line.reading(t, 250, at: 1_400), line.reading(LineFixture.pressure, 9, at: 1_999)]),
      ])
    #expect(new.raised.isEmpty)
    #expect(
      new.late == [
        LateReadings(
          device: "plc-1", parameter: "seal.temperature", count: 1, first: LineFixture.utc(900),
          last: LineFixture.utc(900), run: nil),
        LateReadings(
          device: "plc-1", parameter: "seal.temperature", count: 2, first: LineFixture.utc(1_400),
          last: LineFixture.utc(1_500), run: "R-000001"),
        LateReadings(
          device: "plc-1", parameter: "seal.pressure", count: 1, first: LineFixture.utc(1_999),
          last: LineFixture.utc(1_999), run: "R-000001"),
      ])
  }

  @Test("a reading from a future that cannot be is not judged and does not make the next ones late")
  func future() {
    var line = LineFixture()
    line.poll(100)
    line.take(200, [line.batch(200, "plc-1", [line.reading(LineFixture.temperature, 250, at: 90_000)])])
    #expect(line.poll(300, temperature: 195).raised.count == 1)
    #expect(line.events.late.count == 1)
  }

  @Test("an alarm is raised once an episode, returned, acknowledged and closed in either order")
  func alarms() throws {
    var line = LineFixture()
    line.scan(0, "L-1")
    for time in [100, 200] as [Int64] { line.poll(time) }
    for time in [300, 400, 500, 600, 700] as [Int64] { line.poll(time, temperature: 205) }
    // Specification at once, alarm limit after its delay of 200 ms.
    #expect(line.events.raised.map(\.kind) == [.specification, .alarmLimit])
    #expect(line.events.raised.map(\.raisedAt) == [LineFixture.utc(300), LineFixture.utc(500)])
    #expect(line.events.raised.map(\.limit) == [190, 200])
    line.perform(750, .acknowledge(alarm: "A-000002", person: "P-2", cause: "controller"))
    line.poll(800, temperature: 189.5)
    #expect(line.events.returned.map(\.alarm) == ["A-000002"])
    #expect(line.events.closed.map(\.alarm) == ["A-000002"])
    line.poll(900, temperature: 189)
    #expect(line.events.returned.map(\.alarm) == ["A-000002", "A-000001"])
    #expect(line.events.closed.count == 1)
    line.perform(950, .acknowledge(alarm: "A-000001", person: "P-2", cause: "controller"))
    #expect(line.events.closed.map(\.alarm) == ["A-000002", "A-000001"])
    #expect(line.engine.floor.alarms.isEmpty)
  }

  @Test("a step of the clock is an event, and times that repeat are not late")
  func clockStep() {
    var line = LineFixture()
    line.poll(100)
    line.poll(200)
    #expect(line.events.steps.isEmpty)
    line.stepped = -3_600_000
    line.poll(300)
    #expect(line.events.steps == [-3_600_000_000])
    line.poll(400)
    #expect(line.events.late.isEmpty)
    #expect(line.events.steps.count == 1)
    line.stepped = 0
    line.poll(500)
    #expect(line.events.steps == [-3_600_000_000, 3_600_000_000])
  }

  @Test(
    "a step of the clock begins a pending violation anew instead of shifting its delay",
    arguments: [-3_600_000, 3_600_000])
  func clockStepDelay(step: Int64) {
    var line = LineFixture()
    line.poll(100, temperature: 205)
    line.stepped = step
    line.poll(200, temperature: 205)
    #expect(line.events.raised.map(\.kind) == [.specification])
    line.poll(300, temperature: 205)
    line.poll(400, temperature: 205)
    #expect(line.events.raised.map(\.kind) == [.specification, .alarmLimit])
  }

  @Test("what the floor refuses is an event, and time alone is not due")
  func refusal() {
    var line = LineFixture()
    let refused = line.scan(100, "L-77")
    #expect(refused.map(\.kind) == [.labelScanned, .commandRefused])
    #expect(!line.engine.isDue(at: LineFixture.clock(200)))
  }
}
