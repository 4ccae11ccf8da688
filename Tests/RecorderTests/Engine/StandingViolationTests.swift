import Shopfloor
import Testing

@testable import Recorder

@Suite("A run that starts while a specification limit is violated")
struct StandingViolationTests {
  private static func line(_ response: ViolationResponse?) -> LineFixture {
    LineFixture(.init(specification: LimitPlan(low: 170, high: 190, deadband: 1, response: response)))
  }

  /// One temperature, and then the scan of a lot; what came of the scan.
  private static func start(_ line: inout LineFixture, at milliseconds: Int64, temperature: Double) -> [Event] {
    let reading = line.reading(LineFixture.temperature, temperature, at: milliseconds)
    line.take(milliseconds, [line.batch(milliseconds, "plc-1", [reading])])
    return line.scan(milliseconds + 1, "L-1")
  }

  private static func held(_ events: [Event]) -> [AlarmID?] {
    events.compactMap { if case .lotHeld(let held) = $0 { held.alarm } else { nil } }
  }

  private static func ended(_ events: [Event]) -> [AlarmID?] {
    events.compactMap { if case .runEnded(let end) = $0 { end.alarm } else { nil } }
  }

  @Test("is answered for as the plan says, by the alarm that stands", arguments: [ViolationResponse.hold, .stop, nil])
  func standing(response: ViolationResponse?) {
    var line = Self.line(response)
    let new = Self.start(&line, at: 10, temperature: 195)
    #expect(Self.held(new) == (response == nil ? [] : ["A-000001"]))
    #expect(Self.ended(new) == (response == .stop ? ["A-000001"] : []))
    #expect((line.engine.floor.station("sealer").activeRun == nil) == (response == .stop))
  }

  @Test("is left alone where the value was back before")
  func back() {
    var line = Self.line(.stop)
    line.take(5, [line.batch(5, "plc-1", [line.reading(LineFixture.temperature, 195, at: 5)])])
    let new = Self.start(&line, at: 10, temperature: 180)
    #expect(Self.held(new).isEmpty && Self.ended(new).isEmpty)
    #expect(line.engine.floor.station("sealer").activeRun != nil)
  }

  @Test("is stopped again after the hold was lifted and nothing has changed")
  func again() {
    var line = Self.line(.stop)
    #expect(Self.ended(Self.start(&line, at: 10, temperature: 195)) == ["A-000001"])
    #expect(!line.scan(20, "L-1").contains { if case .runStarted = $0 { true } else { false } })
    let lift = Command.liftHold(lot: "L-1", person: "P-2", reason: "seals tested")
    #expect(line.perform(30, lift).contains { if case .commandRefused = $0 { true } else { false } })
    line.perform(31, .acknowledge(alarm: "A-000001", person: "P-2", cause: "heater"), lift)
    let new = line.scan(40, "L-1")
    #expect(new.contains { if case .runStarted = $0 { true } else { false } })
    #expect(Self.ended(new) == ["A-000001"] && Self.held(new) == ["A-000001"])
  }

  @Test("is judged by the characteristics of its own cycles")
  func characteristic() {
    var line = LineFixture(.init(specification: nil, alarm: nil))
    var plan = LineFixture.plan(.init(specification: nil, alarm: nil))
    plan.stations[0].characteristics[1].specification = LimitPlan(low: nil, high: 195, response: .hold)
    line.perform(1, .applyPlan(plan, digest: "plan-2", changes: []))
    line.scan(10, "L-1")
    line.seal(1_000, temperature: 196)
    #expect(Self.held(line.events) == ["A-000001"])
    line.scan(2_000, "LOTWIRE:END")
    let start = line.scan(2_100, "L-2")
    #expect(Self.held(start).isEmpty && start.returned.map(\.alarm) == ["A-000001"])
    line.seal(3_000, temperature: 196)
    let specification = line.events.raised.filter { $0.kind == .specification }
    #expect(specification.map(\.run) == ["R-000001", "R-000002"])
    #expect(Self.held(line.events) == ["A-000001", specification.last?.id])
    #expect(line.engine.floor.lots["L-2"]?.hold != nil)
  }

  @Test("by a reading from just before it that is taken just after")
  func inFlight() {
    var line = Self.line(.stop)
    line.scan(20, "L-1")
    let new = line.take(25, [line.batch(25, "plc-1", [line.reading(LineFixture.temperature, 195, at: 15)])])
    #expect(Self.held(new) == ["A-000001"] && Self.ended(new) == ["A-000001"])
  }
}
