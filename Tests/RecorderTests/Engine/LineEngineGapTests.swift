import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Line engine: gaps")
struct LineEngineGapTests {
  @Test("bad readings open one gap per device and reason, from the last good reading to the next")
  func bad() {
    var line = LineFixture()
    line.poll(100)
    let new = line.take(
      200,
      [
        line.batch(
          200, "plc-1",
          [
            line.bad(LineFixture.temperature, .badTimeout, at: 200),
            line.bad(LineFixture.pressure, .badTimeout, at: 200),
          ]),
        line.batch(210, "plc-2", [line.bad(LineFixture.cycle, .badNotConnected, at: 210)]),
      ])
    #expect(
      new.gapsOpened == [
        GapOpened(
          gap: "G-000001", station: "sealer", device: "plc-1", parameters: ["seal.temperature", "seal.pressure"],
          since: LineFixture.utc(100), reason: "timeout"),
        GapOpened(
          gap: "G-000002", station: "sealer", device: "plc-2", parameters: ["seal.cycle"],
          since: LineFixture.utc(100), reason: "not_connected"),
      ])
    // More bad readings, of another reason too, are the same gap.
    line.take(300, [line.batch(300, "plc-1", [line.bad(LineFixture.temperature, .badMalformedReply, at: 300)])])
    #expect(line.events.gapsOpened.count == 2)
    let back = line.poll(400)
    #expect(
      back.gapsClosed == [
        GapClosed(gap: "G-000001", parameters: ["seal.temperature", "seal.pressure"], until: LineFixture.utc(400)),
        GapClosed(gap: "G-000002", parameters: ["seal.cycle"], until: LineFixture.utc(400)),
      ])
  }

  @Test("parameters of one gap may come back one after the other")
  func partly() {
    var line = LineFixture()
    line.poll(100)
    let t = LineFixture.temperature
    let p = LineFixture.pressure
    line.take(
      200, [line.batch(200, "plc-1", [line.bad(t, .badTimeout, at: 200), line.bad(p, .badTimeout, at: 200)])])
    line.take(300, [line.batch(300, "plc-1", [line.reading(t, 180, at: 300), line.bad(p, .badTimeout, at: 300)])])
    line.take(400, [line.batch(400, "plc-1", [line.reading(t, 180, at: 400), line.reading(p, 3, at: 400)])])
    #expect(line.events.gapsOpened.count == 1)
    #expect(line.events.gapsClosed.map(\.parameters) == [["seal.temperature"], ["seal.pressure"]])
    #expect(line.events.gapsClosed.map(\.until) == [LineFixture.utc(300), LineFixture.utc(400)])
  }

  @Test("a gap that closes and opens again in one group is two gaps")
  func twice() {
    var line = LineFixture()
    line.poll(100)
    let t = LineFixture.temperature
    let new = line.take(
      400,
      [
        line.batch(200, "plc-1", [line.bad(t, .badTimeout, at: 200)]),
        line.batch(300, "plc-1", [line.reading(t, 180, at: 300)]),
        line.batch(400, "plc-1", [line.bad(t, .badTimeout, at: 400)]),
      ])
    #expect(new.gapsOpened.map(\.gap) == ["G-000001", "G-000002"])
    #expect(new.gapsOpened.map(\.since) == [LineFixture.utc(100), LineFixture.utc(300)])
    #expect(new.gapsClosed.map(\.gap) == ["G-000001"])
  }

  @Test("silence of three intervals, and of a second at least, is a gap of the device")
  func silence() {
    var line = LineFixture()
    line.poll(100)
    #expect(!line.engine.isDue(at: LineFixture.clock(1_100)))
    #expect(line.engine.isDue(at: LineFixture.clock(1_101)))
    let new = line.take(1_200)
    #expect(new.gapsOpened.map(\.reason) == ["silence", "silence"])
    #expect(new.gapsOpened.map(\.parameters) == [["seal.temperature", "seal.pressure"], ["seal.cycle"]])
    #expect(new.gapsOpened.allSatisfy { $0.since == LineFixture.utc(100) })
    #expect(!line.engine.isDue(at: LineFixture.clock(9_000)))
    #expect(line.take(9_000).isEmpty)
    #expect(line.poll(9_100).gapsClosed.map(\.until) == [LineFixture.utc(9_100), LineFixture.utc(9_100)])
  }

  @Test("after the recorder stood still, every expected parameter has a gap from its last good reading on")
  func recorderStop() {
    var line = LineFixture()
    line.poll(100)
    line.take(200, [line.batch(200, "plc-1", [line.reading(LineFixture.temperature, 180, at: 200)])])
    let new = line.take(
      60_000,
      facts: [.recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "holds"))])
    #expect(new.gapsOpened.map(\.reason) == ["recorder_stopped", "recorder_stopped"])
    #expect(new.gapsOpened.map(\.since) == [LineFixture.utc(100), LineFixture.utc(100)])
    #expect(new.gapsOpened.map(\.parameters) == [["seal.temperature", "seal.pressure"], ["seal.cycle"]])
    #expect(line.poll(60_100).gapsClosed.count == 2)
  }

  @Test("a gap of a parameter that a plan removes is closed by that plan")
  func removed() {
    var line = LineFixture()
    line.poll(100)
    line.take(
      200,
      [
        line.batch(
          200, "plc-1",
          [
            line.bad(LineFixture.temperature, .badTimeout, at: 200),
            line.bad(LineFixture.pressure, .badTimeout, at: 200),
          ])
      ])
    var options = LineFixture.Options()
    options.hasPressure = false
    let new = line.perform(300, .applyPlan(LineFixture.plan(options), digest: "plan-2", changes: ["no pressure"]))
    #expect(
      new.gapsClosed == [GapClosed(gap: "G-000001", parameters: ["seal.pressure"], until: LineFixture.utc(300))])
    #expect(line.poll(400).gapsClosed.map(\.parameters) == [["seal.temperature"]])
  }
}
