import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Replay")
struct ReplayTests {
  @Test("every stored group, taken again, gives the same events and the same floor", arguments: 0..<56)
  func replay(seed: UInt64) throws {
    let folder = try TemporaryFolder("replay")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    var story = RandomStory(seed: seed)
    var live = LineEngine()
    var checkpoint: (group: Int64, body: [UInt8]?)?
    for step in 0..<90 {
      if let plan = story.nextPlan(step) {
        live.register(
          try store.register(plan.stations[0].parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
      }
      let input = story.nextInput()
      var group = CommitGroup(clock: input.clock)
      group.batches = input.batches
      group.events = live.take(input).events
      let receipt = try store.commit(group)
      if step == 45 { checkpoint = (receipt.group, live.checkpoint()) }
    }
    let groups = try store.reader.groups(after: 0, limit: 1_000)
    #expect(groups.count == 90)

    var fresh = LineEngine()
    fresh.register(try store.reader.parameters())
    let differing = groups.filter { !fresh.replay($0) }.map(\.id)
    #expect(differing == [])
    #expect(fresh.floor == live.floor)
    #expect(Self.tracks(fresh) == Self.tracks(live))

    let middle = try #require(checkpoint)
    let body = try #require(middle.body)
    let kept = try #require(EngineCheckpoint(body))
    let plan = try #require(try store.reader.plan(digest: kept.rest.floor.planDigest, through: middle.group))
    let registry = try store.reader.parameters()
    var restored = try #require(LineEngine(kept, plan: plan, registry: registry))
    let differingAfter = groups.filter { $0.id > middle.group && !restored.replay($0) }.map(\.id)
    #expect(differingAfter == [])
    #expect(restored.floor == live.floor)
    #expect(Self.tracks(restored) == Self.tracks(live))

    // What comes next is decided the same way by all three.
    let next = story.nextInput()
    let expected = live.take(next).events
    #expect(fresh.take(next).events == expected)
    #expect(restored.take(next).events == expected)
  }

  @Test("a derived event that is missing, added or another one is a difference")
  func difference() throws {
    let folder = try TemporaryFolder("replay")
    let store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    defer { store.close() }
    let parameters = LineFixture.plan().stations[0].parameters
    var live = LineEngine()
    live.register(try store.register(parameters.map { ("sealer", $0) }, devices: ["plc-1", "plc-2"]))
    var line = LineFixture()
    line.poll(100)
    var input = LineEngine.Input(clock: LineFixture.clock(200))
    input.commands = [
      .init(
        .applyPlan(LineFixture.plan(), digest: "plan-1", changes: []), actor: "configuration", at: LineFixture.utc(0))
    ]
    input.batches = [line.batch(200, "plc-1", [line.reading(LineFixture.temperature, 250, at: 200)])]
    var group = CommitGroup(clock: input.clock)
    group.batches = input.batches
    group.events = live.take(input).events
    _ = try store.commit(group)
    var stored = try #require(try store.reader.groups(after: 0, limit: 1).first)
    func isSame() throws -> Bool {
      var fresh = LineEngine()
      fresh.register(try store.reader.parameters())
      return fresh.replay(stored)
    }
    #expect(try isSame())
    let raised = try #require(stored.events.last)
    #expect(raised.derived)
    stored.events.removeLast()
    #expect(try !isSame())
    stored.events += [raised, raised]
    #expect(try !isSame())
    stored.events.removeLast()
    stored.batches[0].readings[0].value = 251
    #expect(try !isSame())
  }

  /// What the engine remembers between groups.
  private static func tracks(_ engine: LineEngine) -> Tracks {
    // Whether a reading is calm may be found out later by one than by the other: it only saves work.
    let pulses = engine.pulses.map { pulse in
      var pulse = pulse
      pulse.isCalm = false
      return pulse
    }
    return Tracks(
      parameters: engine.parameters, pulses: pulses, stations: engine.stations, clock: engine.clock, texts: engine.texts
    )
  }

  private struct Tracks: Equatable {
    var parameters: [ParameterTrack?]
    var pulses: [ParameterPulse]
    var stations: [StationTrack]
    var clock: ClockReading?
    var texts: [UInt32: String]
  }
}

/// A seeded story of a sealer: polls with faults, scans, acknowledgements, plan changes, steps of the clock, stops.
struct RandomStory {
  private var generator: SeededGenerator
  private var line = LineFixture()
  private var time: Int64 = 0
  private var isSealing = false
  private var pending: [LineEngine.CommandInput] = []

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

  private static let subscriptions = [
    NotificationPlan(name: "quality"),
    NotificationPlan(
      name: "acme", customer: "Acme",
      thresholds: [CustomerThreshold(station: "sealer", characteristic: "temperature.mean", low: 178, high: 182)]),
  ]

  /// A plan that comes into force with the next input.
  mutating func nextPlan(_ step: Int) -> LinePlan? {
    guard step == 0 || chance(4) else { return nil }
    var options = LineFixture.Options()
    if step > 0 {
      options.hasPressure = chance(50)
      if chance(50) { options.specification = LimitPlan(low: 172, high: 188) }
      if chance(30) { options.alarm = nil }
      if chance(30) { options.chart = ChartPlan(limits: .establish(points: 3), runLength: 3) }
      if chance(20) { options.expected = 0 }
    }
    var plan = LineFixture.plan(options)
    if step > 0 || chance(70) { plan.stations[0].interlock = InterlockPlan(device: "plc-1", point: "hold") }
    plan.notifications = step % 3 == 1 ? nil : Self.subscriptions
    add(.applyPlan(plan, digest: "plan-\(step)", changes: ["step \(step)"]))
    if step == 0 {
      add(.updatePeople(LineFixture.people))
      var order = LineFixture.order
      order.customer = "Acme"
      add(.updateWork(WorkChange(orders: [order])))
    }
    return plan
  }

  private mutating func add(_ command: Command) {
    let early = Int64.random(in: 0...300, using: &generator)
    pending.append(.init(command, actor: "person P-1", at: LineFixture.utc(time + line.stepped - early)))
  }

  mutating func nextInput() -> LineEngine.Input {
    time += chance(5) ? 3_000 : Int64.random(in: 50...150, using: &generator)
    if chance(2) { line.stepped += Int64.random(in: -20_000...20_000, using: &generator) }
    if chance(25) {
      let texts = [
        "badge-1", "badge-2", "L-1", "L-2", "L-3", "LOTWIRE:PAUSE", "LOTWIRE:PAUSE", "LOTWIRE:END", "LOTWIRE:LEAVE",
        "?",
      ]
      let text = texts[Int.random(in: 0..<texts.count, using: &generator)]
      add(.scan(ScannedLabel(text: text), station: "sealer"))
    }
    if chance(10) {
      let alarm = AlarmID(stringLiteral: "A-00000\(Int.random(in: 1...9, using: &generator))")
      add(.acknowledge(alarm: alarm, person: "P-2", cause: "seen"))
    }
    var input = LineEngine.Input(clock: LineFixture.clock(time, stepped: line.stepped))
    if chance(2) {
      input.facts.append(.recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "holds")))
    }
    if chance(20) {
      let write = WriteID(stringLiteral: "W-00000\(Int.random(in: 1...9, using: &generator))")
      let outcome: DeviceWriteReport.Outcome = chance(50) ? .confirmed : .unreachable
      add(.reportWrite(DeviceWriteReport(id: write, outcome: outcome, detail: "so", at: LineFixture.utc(time))))
    }
    input.commands = pending
    pending = []
    for _ in 0..<Int.random(in: 0...3, using: &generator) { input.batches += nextBatches() }
    if chance(20), !input.batches.isEmpty {
      input.batches[0].texts = [
        TextReading(
          parameter: LineFixture.pressure, time: LineFixture.utc(time),
          text: "recipe \(Int.random(in: 1...3, using: &generator))", words: [0x7265])
      ]
    }
    return input
  }

  private mutating func nextBatches() -> [ReadingBatch] {
    if chance(20) { isSealing.toggle() }
    let own =
      time - (chance(10) ? Int64.random(in: 0...2_000, using: &generator) : Int64.random(in: 0...30, using: &generator))
    let base: Double = chance(10) ? 205 : 180
    var readings: [Reading] = []
    for parameter in [LineFixture.temperature, LineFixture.pressure] where !chance(10) {
      if chance(8) {
        readings.append(line.bad(parameter, chance(50) ? .badTimeout : .badNotConnected, at: own))
      } else {
        let noise = Double.random(in: -4...4, using: &generator)
        readings.append(line.reading(parameter, base + noise, at: own))
        if chance(5) { readings.append(line.reading(parameter, base + noise, at: own)) }
      }
    }
    return [
      line.batch(time, "plc-1", readings),
      line.batch(time, "plc-2", [line.reading(LineFixture.cycle, isSealing ? 1 : 0, at: own)]),
    ]
  }
}
