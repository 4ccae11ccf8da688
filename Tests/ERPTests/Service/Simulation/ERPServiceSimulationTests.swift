import Devices
import Ledger
import Shopfloor
import Testing

@testable import ERP

private let second: Int64 = 1_000_000
private let hour: Int64 = 3_600_000_000
private let day: Int64 = 86_400_000_000

/// The run loop over days in which much goes wrong, with a clock of its own. A failing seed is the bug report.
@Suite struct ERPServiceSimulationTests {
  /// Runs the service until a time, as its own loop does; the daemon ends and begins anew at the given times.
  private func run(
    _ world: ExchangeWorld, _ erp: FakeERP, until end: Int64, settings: ERPServiceSettings = .init(),
    restarts: [Int64] = [], seed: UInt64 = 1
  ) async -> (steps: Int, status: ERPStatus) {
    var restarts = restarts.sorted()
    func start() -> ERPService {
      ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings)
    }
    var service = start()
    var round = service.newRound(seed: seed)
    var steps = 0
    while world.now().utc.microseconds < ExchangeWorld.start + end {
      let wait = await service.step(&round)
      steps += 1
      world.sleep(wait)
      if let next = restarts.first, world.now().utc.microseconds >= ExchangeWorld.start + next {
        restarts.removeFirst()
        service = start()
        round = service.newRound(seed: seed + UInt64(steps))
      }
    }
    return (steps, service.status())
  }

  /// What a floor writes in some days: rows of many lots and materials, evenly.
  private func rows(_ count: Int, over time: Int64, keys: Int, seed: UInt64)
    -> [(at: Int64, act: @Sendable (inout ExchangeWorld.State) -> Void)]
  {
    var generator = SeededGenerator(seed: seed)
    return (1...Int64(count)).map { id in
      let key = "lot:L-\(Int.random(in: 1...keys, using: &generator))"
      return (ExchangeWorld.start + time * id / Int64(count), { $0.add(id, key: key) })
    }
  }

  @Test(arguments: 1...8) func everythingGoesWrongAndEachRowIsThereOnceInItsOrder(seed: UInt64) async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: seed)
    var generator = SeededGenerator(seed: seed &* 77)
    let count = 800
    var events = rows(count, over: 3 * day, keys: 40, seed: seed)
    // Two outages, a password that is wrong for a night, people who decide every six hours, commits that fail.
    func at(_ time: Int64, _ act: @escaping @Sendable (inout ExchangeWorld.State) -> Void) {
      events.append((ExchangeWorld.start + time, act))
    }
    let away = Int64.random(in: 0..<day, using: &generator)
    at(away) { _ in erp.look { $0.trouble = .away } }
    at(away + day) { _ in erp.look { $0.trouble = .none } }
    at(away + day + 5 * hour) { _ in erp.look { $0.trouble = .badPassword } }
    at(away + day + 10 * hour) { _ in erp.look { $0.trouble = .none } }
    for turn in 1...24 {
      at(Int64(turn) * 6 * hour) { state in
        erp.look { $0.refused = [] }
        state.retryBlocked()
      }
    }
    for _ in 1...6 { at(.random(in: 0..<(4 * day), using: &generator)) { $0.reportsToLose = 3 } }
    erp.look { state in
      state.lostAfter = 10
      state.lostBefore = 10
      for _ in 1...20 { state.refused.insert(.random(in: 1...Int64(count), using: &generator)) }
      for _ in 1...40 {
        let id = Int64.random(in: 2...Int64(count), using: &generator)
        state.awaits[id] = .random(in: 1..<id, using: &generator)
      }
    }
    let rateful = seed.isMultiple(of: 3) ? 0.5 : nil
    world.plan(events)
    let restarts = (1...5).map { _ in Int64.random(in: 0..<(4 * day), using: &generator) }
    let settings = ERPServiceSettings(pollMicroseconds: 300 * second, drainRowsPerSecond: rateful)
    _ = await run(world, erp, until: 6 * day, settings: settings, restarts: restarts, seed: seed)

    world.look { state in
      #expect(state.open.isEmpty, "left: \(state.open)")
      #expect(state.delivered.count == count)
    }
    let stored = erp.look { $0.stored }
    #expect(stored.count == count && Set(stored).count == count)
    let keys = world.look { state in state.rows.mapValues { $0.orderKey ?? "" } }
    var last: [String: Int64] = [:]
    for id in stored.compactMap({ Int64($0) }) {
      let key = keys[id] ?? ""
      #expect(last[key] ?? 0 < id, "row \(id) of \(key) came after \(last[key] ?? 0)")
      last[key] = id
    }
    #expect(erp.look { $0.mostRowsAtOnce } <= BatchSize.range.upperBound)
  }

  @Test func whatHappensNowGoesBeforeTheBacklog() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 3)
    erp.look { $0.trouble = .away }
    // 3,000 rows of two days; then the ERP is back while production goes on, every 10 s on a lot of its own.
    var events = rows(3_000, over: 2 * day, keys: 60, seed: 3)
    events.append((ExchangeWorld.start + 2 * day, { _ in erp.look { $0.trouble = .none } }))
    for number in 1...12 {
      let id = Int64(10_000 + number)
      events.append(
        (ExchangeWorld.start + 2 * day + Int64(number) * 10 * second, { $0.add(id, key: "lot:new-\(number)") }))
    }
    world.plan(events)
    _ = await run(world, erp, until: 2 * day + hour)
    let (created, delivered) = world.look { state in (state.rows.mapValues(\.createdAt.microseconds), state.deliveredAt)
    }
    let backAt = try #require(delivered.values.min())
    for id in Int64(10_001)...10_012 {
      let waited = try #require(delivered[id]) - max(backAt, created[id] ?? 0)
      // The batch that is under way, and its own.
      #expect(waited <= 2 * Int64(BatchSize.range.upperBound) * 20_000 + second, "row \(id): \(waited) us")
    }
    #expect(delivered.count == 3_012)
    // The backlog was still going when they went.
    let last = try #require(delivered.filter { $0.key <= 3_000 }.values.max())
    #expect(last > (delivered[10_006] ?? .max))
  }

  @Test func theBacklogGoesOnWhileMoreHappensThanTheERPTakes() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 4)
    // 1,000 old rows, then 60 new ones a second for two minutes against an ERP that takes 50.
    var events: [(at: Int64, act: @Sendable (inout ExchangeWorld.State) -> Void)] = []
    erp.look { $0.trouble = .away }
    for id in Int64(1)...1_000 { events.append((ExchangeWorld.start + id, { $0.add(id, key: "lot:old-\(id % 7)") })) }
    events.append((ExchangeWorld.start + hour, { _ in erp.look { $0.trouble = .none } }))
    for number in Int64(1)...7_200 {
      events.append(
        (ExchangeWorld.start + hour + number * second / 60, { $0.add(2_000 + number, key: "lot:new-\(number % 50)") }))
    }
    world.plan(events)
    _ = await run(world, erp, until: hour + 120 * second)
    let delivered = world.look { $0.deliveredAt }
    #expect(delivered.keys.count { $0 <= 1_000 } == 1_000)
    #expect(delivered.keys.count { $0 > 2_000 } > 3_000)
  }

  @Test(arguments: [0.2, 2, 15]) func theBacklogKeepsToItsRate(rate: Double) async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 5)
    erp.look { $0.trouble = .away }
    var events = rows(600, over: day, keys: 30, seed: 5)
    events.append((ExchangeWorld.start + day + 120 * second, { _ in erp.look { $0.trouble = .none } }))
    world.plan(events)
    _ = await run(world, erp, until: day + 2 * hour, settings: ERPServiceSettings(drainRowsPerSecond: rate))
    let times = world.look { $0.deliveredAt.values.sorted() }
    #expect(!times.isEmpty)
    // In any stretch no more than the rate and what the bucket holds; a row is noted up to a second after it went.
    let window = 100 * second
    let most = Int((rate * 100 + max(1, rate)).rounded(.up)) + 1
    for (place, time) in times.enumerated() where place + most < times.count {
      #expect(times[place + most] - time >= window - second, "more than \(most) rows in 100 s")
    }
    // And not much less: it is not the wait for the next look that bounds it.
    if let first = times.first, let last = times.last, times.count > 100 {
      let reached = Double(times.count - 1) / (Double(last - first) / 1e6)
      #expect(reached > 0.8 * min(rate, 50), "\(reached) rows a second")
    }
  }

  @Test func nothingSpins() async throws {
    // One idle hour: the questions for work, and the pieces of the comparison.
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 6)
    world.plan(rows(200, over: hour, keys: 10, seed: 6))
    _ = await run(world, erp, until: 2 * hour)
    let before = erp.look { $0.contacts.count }
    let idle = await run(world, erp, until: 3 * hour)
    let calls = erp.look { $0.contacts.count } - before
    #expect(calls <= 125 && calls >= 115, "\(calls) calls in an idle hour")
    #expect(idle.steps <= 250)

    for (trouble, most) in [(FakeERP.Trouble.away, 32), (.badPassword, 13), (.wrongAddress, 20)] {
      let world = ExchangeWorld()
      let erp = FakeERP(world, seed: 7)
      erp.look { $0.trouble = trouble }
      world.plan(rows(1_000, over: hour, keys: 200, seed: 7))
      _ = await run(world, erp, until: hour)
      let before = erp.look { $0.contacts.count }
      let run = await run(world, erp, until: 2 * hour)
      let calls = erp.look { $0.contacts.count } - before
      #expect(calls <= most, "\(trouble): \(calls) calls in an hour")
      #expect(run.steps <= 500, "\(trouble): \(run.steps) steps in an hour")
      #expect(run.status.waitingRows == 1_000 - erp.look { $0.stored.count })
    }
  }

  @Test func whatAwaitsWhatWillNeverComeIsAPersonsBusiness() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 8)
    erp.look { $0.awaits = [2: 99, 4: 3, 7: 98] }
    erp.look { $0.refused = [3] }
    for id in Int64(1)...5 { world.look { $0.add(id, key: "lot:\(id)") } }
    let first = await run(world, erp, until: 10 * second)
    // Row 2 has no older row that waits; row 4 builds on 3, which moves only when a person decides.
    world.look { state in
      #expect(state.rows[2]?.state == .blocked)
      #expect(state.rows[3]?.state == .blocked)
      #expect(state.rows[4]?.state == .blocked)
      #expect(state.rows[5]?.state == .delivered)
    }
    #expect(first.status.deliveryError == nil)
    #expect(first.status.state == .connected)
    erp.look { $0.refused = [] }
    erp.look { $0.awaits[2] = nil }
    world.look { $0.retryBlocked() }
    _ = await run(world, erp, until: hour)
    world.look { state in #expect(state.open.isEmpty) }
  }

  @Test func whatWaitsForEarlierRowsForHoursIsShown() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 14)
    // Row 2 waits behind row 1, which is blocked, so that row 3, which builds on something else, goes on waiting.
    erp.look { $0.refused = [1] }
    erp.look { $0.awaits = [3: 99] }
    for id in Int64(1)...3 { world.look { $0.add(id, key: id < 3 ? "lot:A" : "lot:B") } }
    let early = await run(world, erp, until: 5 * hour)
    #expect(early.status.waitingTooLong == nil)
    let late = await run(world, erp, until: 12 * hour)
    #expect(late.status.waitingTooLong?.contains("99 is not there") == true)
    erp.look { $0.refused = [] }
    erp.look { $0.awaits = [:] }
    world.look { $0.retryBlocked() }
    let end = await run(world, erp, until: 14 * hour)
    #expect(end.status.waitingTooLong == nil && end.status.lastError == nil)
    world.look { state in #expect(state.open.isEmpty) }
  }

  @Test func anErrorOfTheERPThatMeetsEveryRowBlocksNone() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 12)
    erp.look { $0.broken = Set(1...300) }
    world.plan(rows(300, over: hour, keys: 100, seed: 12))
    let run = await run(world, erp, until: 8 * hour)
    #expect(run.status.blockedRows == 0 && run.status.deliveryError?.contains("KeyError") == true)
    erp.look { $0.broken = [] }
    _ = await self.run(world, erp, until: 12 * hour)
    world.look { state in #expect(state.open.isEmpty && state.delivered.count == 300) }
  }

  @Test func aRowThatAloneMeetsErrorsOfTheERPIsAPersonsBusinessInTheEnd() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 13)
    erp.look { $0.broken = [40] }
    world.plan(rows(300, over: day, keys: 300, seed: 13))
    _ = await run(world, erp, until: 2 * day)
    world.look { state in
      #expect(state.blocked == [40])
      #expect(state.rows[40]?.attempts ?? 0 >= RowFaults.maximumFaults)
      #expect(state.rows[40]?.lastAnswer?.contains("while other deliveries went through") == true)
    }
  }

  @Test func whatWentToAnotherERPIsNotComparedWithThisOne() async throws {
    let world = ExchangeWorld()
    let old = FakeERP(world, seed: 15)
    world.plan(rows(200, over: 5 * day, keys: 200, seed: 15))
    func settings(_ identity: String) -> ERPServiceSettings { ERPServiceSettings(identity: identity) }
    _ = await run(world, old, until: 2 * day, settings: settings("fake A"))
    let before = world.look { Set($0.delivered) }
    let comparedBefore = old.look { $0.compared.count }
    #expect(!before.isEmpty && comparedBefore > 0)
    // Another address: an empty ERP, which would miss everything; the choice outlives a restart.
    let new = FakeERP(world, seed: 16)
    new.look { $0.drifting = before }
    _ = await run(
      world, new, until: 5 * day, settings: settings("fake B"), restarts: [3 * day], seed: 16)
    let compared = Set(new.look { $0.compared }.map(\.id))
    #expect(compared.isDisjoint(with: before))
    #expect(compared.count > 80)
    world.look { state in
      #expect(state.comparisons.flatMap(\.drifts).isEmpty)
      #expect(state.settings["scope"] == "\(before.max() ?? 0);fake B")
    }
  }

  @Test func everythingIsComparedOnceADayAndNewRowsWithinTheHour() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 9)
    world.plan(rows(2_000, over: 5 * day, keys: 50, seed: 9))
    erp.look { $0.drifting = [17, 400] }
    let settings = ERPServiceSettings(pollMicroseconds: 120 * second, comparedDays: 2)
    let end = await run(world, erp, until: 6 * day, settings: settings, restarts: [3 * day + hour])
    let compared = erp.look { state in Dictionary(grouping: state.compared, by: \.id).mapValues { $0.map(\.at) } }
    let (delivered, created) = world.look { state in (state.deliveredAt, state.rows.mapValues(\.createdAt)) }
    for (id, at) in delivered {
      let times = compared[id] ?? []
      let restart = ExchangeWorld.start + 3 * day + hour
      // What was delivered shortly before the end of the daemon is left to the regular comparison.
      if !(restart - hour...restart).contains(at) {
        #expect(times.contains { (at...(at + hour)).contains($0) }, "row \(id) was not compared within an hour")
      }
      // Every day once while it is young enough, and not much more often.
      let gaps = zip([at] + times, times).map { $1 - $0 }
      #expect(gaps.allSatisfy { $0 < 2 * day }, "row \(id): \(gaps.map { $0 / hour }) hours")
      #expect(times.count <= 6, "row \(id) was compared \(times.count) times")
      let old = (created[id]?.microseconds ?? 0) + 3 * day + hour
      #expect(!times.contains { $0 > old })
    }
    let found = world.look { state in state.comparisons.flatMap(\.drifts).map(\.outboxRow) }
    #expect(Set(found) == [17, 400])
    #expect(end.status.comparedRows > 0 && end.status.lastComparisonAt != nil)
  }
}
