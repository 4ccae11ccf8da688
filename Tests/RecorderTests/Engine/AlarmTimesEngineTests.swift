import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Alarms and time in the engine")
struct AlarmTimesEngineTests {
  private static let minute: Int64 = 60_000

  /// A line with a ladder of one and of two minutes, whose parameters nobody waits for.
  private static func line() -> LineFixture {
    var options = LineFixture.Options()
    options.expected = 0
    var line = LineFixture(options)
    var plan = LineFixture.plan(options)
    plan.alarmPolicy = AlarmPolicy(
      escalation: [
        EscalationStep(afterMicroseconds: minute * 1_000, to: "shift leader"),
        EscalationStep(afterMicroseconds: 2 * minute * 1_000, to: "quality"),
      ])
    line.perform(1, .applyPlan(plan, digest: "plan-2", changes: []))
    return line
  }

  private static func escalations(_ events: [Event]) -> [AlarmEscalated] {
    events.compactMap { if case .alarmEscalated(let event) = $0 { event } else { nil } }
  }

  @Test("the engine is due when a rung is, and climbs it in a group of its own")
  func ladder() throws {
    var line = Self.line()
    let poll = line.poll(1_000, temperature: 195)
    let alarm = try #require(poll.raised.first)
    #expect(alarm.priority == .high)
    let raised = Int64(1_000)
    #expect(!line.engine.isDue(at: LineFixture.clock(raised + Self.minute - 1)))
    #expect(line.engine.isDue(at: LineFixture.clock(raised + Self.minute)))
    let first = line.take(raised + Self.minute)
    #expect(
      first == [
        .alarmEscalated(
          AlarmEscalated(alarm: alarm.id, level: 1, to: "shift leader", at: LineFixture.utc(raised + Self.minute)))
      ])
    #expect(!line.engine.isDue(at: LineFixture.clock(raised + Self.minute)))
    line.perform(raised + Self.minute + 1, .acknowledge(alarm: alarm.id, person: "P-2", cause: "heater"))
    let later = line.take(raised + 3 * Self.minute)
    #expect(later.isEmpty)
  }

  @Test("back from the shelf in time, and what is due by then is climbed with it")
  func shelf() throws {
    var line = Self.line()
    let poll = line.poll(1_000, temperature: 195)
    let alarm = try #require(poll.raised.first).id
    line.perform(
      2_000, .alarm(.shelve(alarm: alarm, person: "P-2", reason: "known", until: LineFixture.utc(90_000))))
    #expect(!line.engine.isDue(at: LineFixture.clock(89_999)))
    let back = line.take(90_000)
    #expect(back.first == .alarmUnshelved(AlarmUnshelved(alarm: alarm, person: nil, at: LineFixture.utc(90_000))))
    #expect(Self.escalations(back).map(\.level) == [1])
  }

  @Test("a source out of service raises alarms that say so and climb nothing")
  func outOfService() throws {
    var line = Self.line()
    line.perform(
      2,
      .updatePeople(LineFixture.people + [Person(id: "P-3", name: "Wang", badge: "badge-3", rights: [.quality])]),
      .alarm(
        .changeService(
          AlarmSource(station: "sealer", source: "seal.temperature", kind: .specification), isOutOfService: true,
          person: "P-3", reason: "sensor change")))
    let raised = line.poll(1_000, temperature: 195).raised
    #expect(raised.map(\.isOutOfService) == [true])
    let later = line.take(10 * Self.minute)
    #expect(later.isEmpty && line.engine.floor.nextAlarmDue == nil)
    let back = line.poll(10 * Self.minute + 100)
    #expect(back.returned.count == 1)
  }

  /// The engine, the store and a restart at every group: what the ledger holds decides alone.
  @Test("a restart after any group climbs each rung once, and every group gives its events again")
  func restart() throws {
    let folder = try TemporaryFolder("ladder")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var options = LineFixture.Options()
    options.expected = 0
    var plan = LineFixture.plan(options)
    plan.alarmPolicy = AlarmPolicy(
      escalation: (1...4).map { EscalationStep(afterMicroseconds: $0 * Self.minute * 1_000, to: "level \($0)") })
    let registered = try store.register(
      plan.stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"])
    let helper = LineFixture(options)
    var climbed: [AlarmEscalated] = []
    // The recorder is away from the second to the fourth minute.
    for at in [0, 1_000, Self.minute, 90_000, 5 * Self.minute, 6 * Self.minute] {
      var engine = LineEngine()
      engine.register(registered)
      for group in try store.reader.groups(after: 0, limit: 100) {
        let isSame = engine.replay(group)
        #expect(isSame)
      }
      var input = LineEngine.Input(clock: LineFixture.clock(at))
      if at == 0 {
        input.commands = [
          .init(.applyPlan(plan, digest: "plan", changes: []), actor: "configuration", at: input.clock.utc),
          .init(.updatePeople(LineFixture.people), actor: "configuration", at: input.clock.utc),
        ]
      }
      if at == 1_000 {
        input.batches = [helper.batch(at, "plc-1", [helper.reading(LineFixture.temperature, 195, at: 1_000)])]
      }
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = engine.take(input).events
      climbed += Self.escalations(group.events.map(\.event))
      _ = try store.commit(group)
    }
    #expect(climbed.map(\.level) == [1, 2, 3, 4])
    let away = LineFixture.utc(5 * Self.minute)
    #expect(climbed.map(\.at) == [LineFixture.utc(90_000), away, away, away])
    let kept = AlarmEpisode.episodes(in: try store.reader.events(about: .alarm("A-000001")).map(\.event))
    #expect(kept.map { $0.escalations.map(\.level) } == [[1, 2, 3, 4]])
  }
}
