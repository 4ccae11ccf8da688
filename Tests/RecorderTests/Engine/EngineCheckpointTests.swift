import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Checkpoint of the engine")
struct EngineCheckpointTests {
  /// A line with a run, an open alarm and a gap.
  private func line() -> LineFixture {
    var line = LineFixture()
    line.scan(10, "L-1")
    line.poll(100)
    line.take(200, [line.batch(200, "plc-1", [line.reading(LineFixture.temperature, 195, at: 200)])])
    line.take(300, [line.batch(300, "plc-1", [line.bad(LineFixture.pressure, .badTimeout, at: 300)])])
    return line
  }

  private func restored(_ bytes: [UInt8], _ plan: LinePlan = LineFixture.plan()) -> LineEngine? {
    EngineCheckpoint(bytes).flatMap { LineEngine($0, plan: plan, registry: LineFixture.registered) }
  }

  private func isRefused(_ bytes: [UInt8], _ plan: LinePlan = LineFixture.plan()) -> Bool {
    restored(bytes, plan) == nil
  }

  @Test("brings back the floor, the open alarm and the open gap, and leaves the plan to the ledger")
  func comesBack() throws {
    let line = line()
    let bytes = try #require(line.engine.checkpoint())
    let kept = try #require(EngineCheckpoint(bytes))
    #expect(kept.rest.floor.plan.stations.isEmpty)
    #expect(kept.rest.unusual.map(\.slot) == [0, 1])
    let engine = try #require(restored(bytes))
    #expect(engine.floor == line.engine.floor)
    #expect(engine.floor.alarms.count == 1)
    #expect(engine.parameters == line.engine.parameters)
    #expect(engine.pulses.map(\.lastGood) == line.engine.pulses.map(\.lastGood))
    #expect(engine.latestReadings() == line.engine.latestReadings())
  }

  @Test("is refused when it is cut anywhere, of another form, or of another plan")
  func refused() throws {
    let bytes = try #require(line().engine.checkpoint())
    for length in 0..<bytes.count { #expect(isRefused([UInt8](bytes.prefix(length)))) }
    #expect(isRefused(bytes + [0]))
    #expect(isRefused([0] + bytes))
    var fewer = LineFixture.plan()
    fewer.stations.removeLast()
    #expect(isRefused(bytes, fewer))
    fewer = LineFixture.plan()
    fewer.stations[0].parameters.removeLast()
    #expect(isRefused(bytes, fewer))
  }

  @Test("an end of a run that a former program kept by UTC alone is found by the clock of the checkpoint")
  func endsOfFormerPrograms() throws {
    var line = LineFixture()
    line.scan(10, "L-1")
    line.poll(100)
    line.scan(400, "LOTWIRE:END")
    line.poll(1_000)
    let known = try #require(line.engine.stations[0].runs.last?.endedMonotonic)
    line.engine.stations[0].runs[0].endedMonotonic = nil
    let bytes = try #require(line.engine.checkpoint())
    let engine = try #require(restored(bytes))
    #expect(engine.stations[0].runs.last?.endedMonotonic == known)
  }

  @Test("a quality that is not known is refused")
  func unknownQuality() throws {
    var bytes = try #require(line().engine.checkpoint())
    // The last pulse ends with its quality and eight bytes of its value.
    bytes[bytes.count - 9] = 255
    #expect(isRefused(bytes))
  }
}
