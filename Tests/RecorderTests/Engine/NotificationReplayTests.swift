import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Notifications of the recorder")
struct NotificationReplayTests {
  private static func plan() -> LinePlan {
    var plan = LineFixture.plan()
    plan.notifications = [
      NotificationPlan(name: "quality"),
      NotificationPlan(
        name: "acme", customer: "Acme",
        thresholds: [
          CustomerThreshold(station: "sealer", characteristic: "temperature.mean", low: nil, high: 185)
        ]),
    ]
    return plan
  }

  /// A run of Acme's lot: one good cycle, one beyond the customer's threshold and one beyond the specification, back,
  /// acknowledged, ended.
  private func story(_ line: inout LineFixture) -> [LineEngine.Input] {
    var inputs: [LineEngine.Input] = []
    func add(_ at: Int64, _ commands: [Command] = [], _ batches: [ReadingBatch] = []) {
      var input = LineEngine.Input(clock: LineFixture.clock(at))
      input.commands = commands.map { .init($0, actor: "person P-1", at: LineFixture.utc(at)) }
      input.batches = batches
      inputs.append(input)
    }
    var order = LineFixture.order
    order.customer = "Acme"
    add(
      0,
      [
        .applyPlan(Self.plan(), digest: "plan-1", changes: []), .updatePeople(LineFixture.people),
        .updateWork(WorkChange(orders: [order])),
      ])
    for (at, text) in [(10, "badge-1"), (20, "L-1")] as [(Int64, String)] {
      add(at, [.scan(ScannedLabel(text: text), station: "sealer")])
    }
    var now: Int64 = 1_000
    for temperature in [180.0, 187, 191, 180] {
      for step in Int64(0)...6 {
        let at = now + step * 100
        add(
          at, [],
          [
            line.batch(at, "plc-1", [line.reading(LineFixture.temperature, temperature, at: at)]),
            line.batch(at, "plc-2", [line.reading(LineFixture.cycle, (1...5).contains(step) ? 1 : 0, at: at)]),
          ])
      }
      now += 2_000
      // Features are taken once the cycle's last readings had time to arrive.
      add(now + 4_000, [], [line.batch(now, "plc-2", [line.reading(LineFixture.cycle, 0, at: now)])])
      now += 5_000
    }
    add(now, [.acknowledge(alarm: "A-000001", person: "P-2", cause: "cleaned")])
    return inputs
  }

  @Test("what is owed stands in the group of its cause, goes to the outbox with it, and replays")
  func replays() throws {
    let folder = try TemporaryFolder("notifications")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var line = LineFixture()
    var engine = LineEngine()
    engine.register(
      try store.register(
        Self.plan().stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
    var owed: [NotificationOwed] = []
    for input in story(&line) {
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = engine.take(input).events
      for pending in group.events {
        guard case .notificationOwed(let message) = pending.event else { continue }
        #expect(pending.derived)
        owed.append(message)
      }
      _ = try store.commit(group)
    }
    func told(_ name: String) -> [NotificationOccasion] { owed.filter { $0.subscription == name }.map(\.occasion) }
    #expect(told("quality") == [.raised, .returned, .acknowledged, .closed])
    // The alarm came with the readings, the crossing with the cycle before them.
    #expect(told("acme") == [.thresholdCrossed, .raised, .returned, .thresholdReturned, .acknowledged, .closed])
    #expect(owed.allSatisfy { $0.lots == ["L-1"] })

    let waiting = try store.reader.openOutboxRows(limit: 100)
    #expect(waiting.count == owed.count && waiting.allSatisfy { $0.kind == "notification" })
    #expect(try store.reader.outboxBacklog(of: "acme").waitingRows == 6)
    #expect(try store.reader.outboxBacklog().waitingRows == 0)

    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    #expect(groups.filter { !fresh.replay($0) }.map(\.id) == [])
    #expect(fresh.floor == engine.floor)
  }

  @Test("an acknowledgement that closes its alarm at once is told before the close")
  func acknowledgedAndClosed() {
    var line = LineFixture()
    var plan = LineFixture.plan()
    plan.stations[0].interlock = InterlockPlan(device: "plc-1", point: "hold")
    plan.writes = [WriteAllowance(device: "plc-1", point: "hold", unit: "", minimum: 0, maximum: 1)]
    plan.notifications = [NotificationPlan(name: "quality", kinds: [.specification])]
    line.perform(10, .applyPlan(plan, digest: "plan-2", changes: []))
    line.scan(20, "L-1")
    // Beyond the limit of the characteristic for one reading of the cycle; the parameter itself is back before it ends.
    line.poll(1_000)
    for step in Int64(1)...4 { line.poll(1_000 + step * 100, temperature: step == 2 ? 196 : 180, cycle: true) }
    for at in stride(from: Int64(1_500), through: 9_000, by: 500) { line.poll(at) }
    let raised = line.events.raised.filter { $0.source == "temperature.max" }
    #expect(raised.count == 1)
    let told = line.perform(10_000, .acknowledge(alarm: raised.first?.id ?? "none", person: "P-2", cause: "cleaned"))
      .compactMap { event -> NotificationOccasion? in
        if case .notificationOwed(let owed) = event, owed.alarm?.source == "temperature.max" {
          owed.occasion
        } else {
          nil
        }
      }
    #expect(told == [.acknowledged, .returned, .closed])
  }
}
