import Devices
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// What a person asks for, with a clock of its own.
@Suite struct ComparisonRequestTests {
  private static let second: Int64 = 1_000_000

  private func settings(every microseconds: Int64? = 86_400 * second) -> ERPServiceSettings {
    ERPServiceSettings(compareEveryMicroseconds: microseconds)
  }

  private func world(_ rows: Int64) -> ExchangeWorld {
    let world = ExchangeWorld()
    world.look { state in for id in 1...rows { state.add(id, key: "lot:L-\(id)") } }
    return world
  }

  /// Runs until it is so, or the time is over.
  private func run(
    _ service: ERPService, _ round: inout ERPRound, _ world: ExchangeWorld, atMost seconds: Int64,
    until isSo: () -> Bool = { false }
  ) async {
    let end = world.now().utc.microseconds + seconds * Self.second
    while world.now().utc.microseconds < end, !isSo() { world.sleep(await service.step(&round)) }
  }

  @Test func everythingIsComparedWithinSecondsAndTheFindingsAreListed() async throws {
    let world = world(220)
    let erp = FakeERP(world, seed: 3)
    let service = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings())
    var round = service.newRound(seed: 3)
    await run(service, &round, world, atMost: 60)
    #expect(world.look { $0.delivered.count } == 220)
    erp.look { $0.drifting = [7, 190] }
    erp.look { $0.incomparable = [60] }
    let asked = world.now().utc.microseconds
    let number = service.compareEverything()
    // Another one who asks meanwhile gets the same answer.
    #expect(service.compareEverything() == number)
    await run(service, &round, world, atMost: 120) { service.status().comparisonsAnswered >= number }
    #expect(world.now().utc.microseconds - asked < 60 * Self.second)
    let account = try #require(service.status().lastWholeComparison)
    #expect(account.comparedRows == 219 && account.differingRows == 2 && account.incomparableRows == 1)
    #expect(account.drifts.map(\.outboxRow) == [7, 190] && account.passedOver.map(\.row) == [60])
    #expect(account.endedAt != nil && !account.isIncomplete && account.passedOver[0].reason.contains("larger"))
    let wholes = world.look { $0.comparisons.compactMap { $0.whole } }
    #expect(wholes.last?.differingRows == 2 && wholes.last?.listsAllDrifts == true)
    #expect(world.look { $0.comparisons.last?.drifts.map(\.outboxRow) } == [7, 190])
    // Each row once for this request.
    let looked = erp.look { $0.compared.filter { $0.at >= asked }.map(\.id) }
    #expect(looked.count == Set(looked).count)
    #expect(service.compareEverything() == number + 1)
  }

  @Test func whatIsDeliveredMeanwhileDoesNotKeepItFromEnding() async throws {
    let world = world(120)
    let erp = FakeERP(world, seed: 4)
    let service = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings())
    var round = service.newRound(seed: 4)
    await run(service, &round, world, atMost: 60)
    // 30 more every second, for minutes.
    let start = world.now().utc.microseconds
    world.plan(
      (0..<200).map { second in
        (
          start + Int64(second) * Self.second,
          { state in
            for place in 0..<30 { state.add(Int64(1_000 + second * 30 + place), key: "lot:N-\(second)-\(place)") }
          }
        )
      })
    let number = service.compareEverything()
    await run(service, &round, world, atMost: 150) { service.status().comparisonsAnswered >= number }
    #expect(service.status().comparisonsAnswered == number)
    #expect(service.status().lastWholeComparison?.comparedRows ?? 0 >= 120)
  }

  @Test func itIsDoneWhereNothingIsComparedRegularlyAndWaitsForAnERPThatIsAway() async throws {
    let world = world(10)
    let erp = FakeERP(world, seed: 5)
    let service = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings(every: nil))
    var round = service.newRound(seed: 5)
    await run(service, &round, world, atMost: 7_200)
    #expect(erp.look { $0.compared.isEmpty } && service.status().nextWholeComparisonAt == nil)
    erp.look { $0.trouble = .away }
    let number = service.compareEverything()
    await run(service, &round, world, atMost: 1_200)
    #expect(service.status().comparisonsAnswered < number)
    erp.look { $0.trouble = .none }
    await run(service, &round, world, atMost: 1_200) { service.status().comparisonsAnswered >= number }
    #expect(service.status().lastWholeComparison?.comparedRows == 10)
    let before = erp.look { $0.compared.count }
    await run(service, &round, world, atMost: 200_000)
    #expect(erp.look { $0.compared.count } == before)
  }

  @Test func theNumbersOfTheLastOneAreThereAfterARestart() async throws {
    let world = world(70)
    let erp = FakeERP(world, seed: 6)
    let first = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings())
    var round = first.newRound(seed: 6)
    await run(first, &round, world, atMost: 60)
    erp.look { $0.drifting = [7] }
    let number = first.compareEverything()
    await run(first, &round, world, atMost: 120) { first.status().comparisonsAnswered >= number }
    let second = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings())
    var next = second.newRound(seed: 7)
    await run(second, &next, world, atMost: 60)
    let account = try #require(second.status().lastWholeComparison)
    #expect(account.comparedRows == 70 && account.differingRows == 1 && account.isIncomplete)
    #expect(second.status().nextWholeComparisonAt != nil)
  }
}
