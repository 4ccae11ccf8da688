import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Replay of alarms")
struct AlarmReplayTests {
  @Test("ladders, shelves and service are derived again from the ledger, and from a checkpoint", arguments: 100..<110)
  func replay(seed: UInt64) throws {
    let folder = try TemporaryFolder("alarm-replay")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var story = RandomStory(seed: seed)
    var people = AlarmPeople(seed: seed)
    var live = LineEngine()
    var middle: (group: Int64, body: [UInt8])?
    for step in 0..<90 {
      if let plan = story.nextPlan(step) {
        live.register(
          try store.register(plan.stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
      }
      let input = people.interfering(with: story.nextInput(), live.floor)
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = live.take(input).events
      let receipt = try store.commit(group)
      if step == 45 { middle = (receipt.group, try #require(live.checkpoint())) }
      #expect(live.floor.nextAlarmDue.map { $0 > input.clock.utc } ?? true, "nothing that is due is left")
    }
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    let differing = groups.filter { !fresh.replay($0) }.map(\.id)
    #expect(differing == [] && fresh.floor == live.floor)

    let checkpoint = try #require(middle)
    let kept = try #require(EngineCheckpoint(checkpoint.body))
    let plan = try #require(try store.reader.plan(digest: kept.rest.floor.planDigest, through: checkpoint.group))
    var restored = try #require(LineEngine(kept, plan: plan, registry: try store.reader.parameters()))
    let differingAfter = groups.filter { $0.id > checkpoint.group && !restored.replay($0) }.map(\.id)
    #expect(differingAfter == [] && restored.floor == live.floor)

    let derived = Set(groups.flatMap(\.events).filter(\.derived).map(\.event.kind))
    #expect(derived.contains(.alarmEscalated), "a story without a rung shows nothing")
  }
}

/// People who shelve, unshelve and take sources out of service, right or wrong, on a line with a steep ladder.
private struct AlarmPeople {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: ~seed) }

  private static let policy = AlarmPolicy(
    escalation: [
      EscalationStep(afterMicroseconds: 300_000, to: "operator"),
      EscalationStep(afterMicroseconds: 900_000, to: "shift leader", minimumPriority: .medium),
      EscalationStep(afterMicroseconds: 2_000_000, to: "quality", minimumPriority: .high),
    ], maximumShelvingMicroseconds: 3_000_000)

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

  mutating func interfering(with input: LineEngine.Input, _ floor: Floor) -> LineEngine.Input {
    var input = input
    for index in input.commands.indices {
      switch input.commands[index].command {
      case .applyPlan(var plan, let digest, let changes):
        plan.alarmPolicy = Self.policy
        input.commands[index].command = .applyPlan(plan, digest: digest, changes: changes)
      case .updatePeople(let people):
        let quality = Person(id: "P-3", name: "Wang", badge: "badge-3", rights: [.quality])
        input.commands[index].command = .updatePeople(people + [quality])
      default: break
      }
    }
    if number(0...9) < 3 {
      input.commands.append(.init(.alarm(command(floor, input.clock.utc)), actor: "person P-2", at: input.clock.utc))
    }
    return input
  }

  private mutating func command(_ floor: Floor, _ now: Timestamp) -> AlarmCommand {
    let alarm = floor.alarms.keys.sorted().randomElement(using: &generator) ?? "A-000009"
    switch number(0...3) {
    case 0, 1:
      return .shelve(
        alarm: alarm, person: "P-2", reason: "known", until: now.advanced(byMicroseconds: number(-10_000...4_000_000)))
    case 2: return .unshelve(alarm: alarm, person: "P-2")
    default:
      let source = AlarmSource(
        station: "sealer", source: number(0...1) == 0 ? "seal.temperature" : "temperature.max", kind: .specification)
      return .changeService(source, isOutOfService: number(0...1) == 0, person: "P-3", reason: "sensor change")
    }
  }
}
