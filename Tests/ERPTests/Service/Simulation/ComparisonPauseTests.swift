import Devices
import Ledger
import Shopfloor
import Testing

@testable import ERP

/// What must not keep the comparison away, with a clock of its own.
@Suite struct ComparisonPauseTests {
  private static let second: Int64 = 1_000_000

  private func run(
    _ world: ExchangeWorld, _ erp: FakeERP, for time: Int64, _ settings: ERPServiceSettings
  ) async -> ERPStatus {
    let service = ERPService(connector: erp, ports: world.ports(), clock: world, settings: settings)
    var round = service.newRound(seed: 5)
    let end = world.now().utc.microseconds + time
    while world.now().utc.microseconds < end { world.sleep(await service.step(&round)) }
    return service.status()
  }

  @Test func aRowThatCannotBeComparedIsPassedOverAndTheOthersAreNot() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 5)
    world.look { state in for id in Int64(1)...120 { state.add(id, key: "lot:L-\(id)") } }
    erp.look { $0.incomparable = [7, 60] }
    let status = await run(world, erp, for: 26 * 3_600 * Self.second, .init())
    #expect(Set(erp.look { $0.compared.map(\.id) }) == Set(1...120).subtracting([7, 60]))
    #expect(!world.look { $0.comparisons.flatMap(\.comparedRows) }.contains { $0 == 7 || $0 == 60 })
    #expect(status.passedOverRows >= 2)
    #expect(world.look { $0.notes.contains { $0.contains("passed over") } })
  }

  @Test func aPieceThatFailsAsAWholeIsNotPassedOver() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 5)
    world.look { state in for id in Int64(1)...20 { state.add(id, key: "lot:L-\(id)") } }
    erp.look { $0.incomparable = Set(1...20) }
    let status = await run(world, erp, for: 26 * 3_600 * Self.second, .init())
    #expect(status.passedOverRows == 0 && status.comparisonError != nil)
    erp.look { $0.incomparable = [] }
    _ = await run(world, erp, for: 3 * 3_600 * Self.second, .init())
    #expect(Set(erp.look { $0.compared.map(\.id) }) == Set(1...20))
  }

  @Test func aBacklogThatTheRateHoldsBackDoesNotKeepTheComparisonAway() async throws {
    let world = ExchangeWorld()
    let erp = FakeERP(world, seed: 6)
    world.look { state in for id in Int64(1)...5_000 { state.add(id, key: "lot:L-\(id)") } }
    world.pass(3_600 * Self.second)
    _ = await run(world, erp, for: 3_000 * Self.second, .init(drainRowsPerSecond: 1))
    #expect(!world.look { $0.open.isEmpty })
    #expect(erp.look { $0.compared.count } >= 50)
  }
}
