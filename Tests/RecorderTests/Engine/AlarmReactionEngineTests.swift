import Shopfloor
import Testing

@testable import Recorder

@Suite("Reaction plans in the engine")
struct AlarmReactionEngineTests {
  private static let plan = ControlPlan(
    number: "CP-1", version: 1, title: "Pouch", stations: [],
    reactionPlans: [ReactionPlan(name: "temperature", steps: [Words("Check", "检查"), Words("Measure", "测量")])])

  /// A run under the plan, and an alarm of it that is acknowledged.
  private static func line() -> LineFixture {
    var line = LineFixture()
    let run = Run(
      id: "R-000001", station: "sealer", operation: "seal", workOrders: ["WO-1"], lots: ["L-1"],
      startedAt: LineFixture.utc(0), startedBy: "P-1", planDigest: "plan-1",
      controlPlan: ControlPlanReference(number: "CP-1", version: 1, digest: "d"))
    var alarm = Alarm(
      id: "A-000001", kind: .controlSignal, station: "sealer", source: "temperature.mean", rule: Words("r", "r"),
      side: .high, value: 1, limit: 0, unit: "", run: run.id, raisedAt: LineFixture.utc(1))
    alarm.reactionPlan = "temperature"
    line.take(
      1,
      facts: [
        .controlPlanImported(
          ControlPlanImported(plan: plan, digest: "d", author: "P-3", changes: [], at: LineFixture.utc(0))),
        .runStarted(run), .alarmRaised(alarm),
      ])
    line.perform(2, .acknowledge(alarm: alarm.id, person: "P-2", cause: "heater"))
    return line
  }

  private static func step(_ number: Int) -> Command {
    .alarm(.recordReactionStep(alarm: "A-000001", step: number, person: "P-1", outcome: "done"))
  }

  @Test("an acknowledged alarm that comes back waits for the steps, and the last one closes it")
  func returnedFirst() {
    var line = Self.line()
    line.engine.returnAlarm("A-000001", at: LineFixture.utc(3), value: 0)
    #expect(line.engine.floor.alarms["A-000001"]?.state == .awaitingReaction)
    line.perform(4, Self.step(1))
    #expect(line.engine.floor.alarms["A-000001"]?.openSteps.map(\.number) == [2])
    let last = line.perform(5, Self.step(2))
    #expect(last.closed.map(\.alarm) == ["A-000001"] && line.engine.floor.alarms.isEmpty)
  }

  @Test("with every step recorded, the return closes it")
  func stepsFirst() {
    var line = Self.line()
    line.perform(3, Self.step(1), Self.step(2))
    #expect(line.engine.floor.alarms["A-000001"]?.state == .activeAcknowledged)
    line.engine.returnAlarm("A-000001", at: LineFixture.utc(4), value: 0)
    #expect(line.engine.floor.alarms.isEmpty)
  }
}
