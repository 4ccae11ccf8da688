import FaultDisk
import Testing

@testable import Ledger

@Suite("Power cuts below the ledger", .timeLimit(.minutes(3)))
struct PowerCutLedgerTests {
  /// A short life: made, used, closed, used again.
  private func live(_ disk: FaultDisk, ballast: Int = 0, commits: Int64 = 3) -> DiskScenario {
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...commits, ballast: ballast)
    if scenario.problem == nil { scenario.run(commits: (commits + 1)...(commits * 2), ballast: ballast) }
    return scenario
  }

  /// The power comes back, every acknowledged commit is there, and work goes on.
  private func check(_ scenario: DiskScenario, _ disk: FaultDisk, _ comment: Comment) throws {
    disk.restart()
    #expect(try scenario.difference() == nil, comment)
    var later = DiskScenario(disk)
    later.run(commits: 100...100)
    #expect(later.problem == nil, comment)
  }

  @Test("the power goes during every call of a ledger's first life: nothing acknowledged is lost")
  func everyCall() throws {
    let whole = FaultDisk(seed: 1)
    #expect(live(whole).problem == nil)
    let calls = whole.calls()
    #expect(calls > 100)
    let losses = FaultDisk.Loss.allCases
    for n in 1...calls {
      let loss = losses[Int(n) % losses.count]
      let disk = FaultDisk(seed: UInt64(n))
      disk.crash(at: n, loss)
      let scenario = live(disk)
      #expect(scenario.problem != nil || !disk.hasPower, "call \(n)")
      try check(scenario, disk, "call \(n), \(loss)")
    }
  }

  @Test("the power goes at random writes and syncs while the WAL is brought into the file", arguments: 0..<40)
  func randomCalls(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let disk = FaultDisk(seed: seed)
    disk.crash(at: Int64.random(in: 100...2_500, using: &random), of: [.write, .sync, .truncate], .tear)
    let scenario = live(disk, ballast: 900_000, commits: 5)
    if disk.hasPower { disk.crash(.tear) }
    try check(scenario, disk, "seed \(seed)")
  }

  @Test("a disk that only says that it synced may lose the end, never the middle", arguments: 0..<30)
  func lies(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let disk = FaultDisk(seed: seed)
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...2)
    disk.lie(percent: Int32.random(in: 20...100, using: &random))
    scenario.run(commits: 3...12, ballast: seed % 2 == 0 ? 600_000 : 0)
    disk.lie(percent: 0)
    disk.crash(.reorder)
    disk.restart()
    let asked = scenario.acknowledged.map(DiskScenario.content)
    do {
      let store = try LedgerStore(path: DiskScenario.path, on: disk)
      defer { store.close() }
      let found = try DiskScenario.stored(store.reader)
      #expect(found == Array(asked.prefix(found.count)), "seed \(seed)")
    } catch {
      // Damage that is named, not a crash and not an empty ledger in the place of the old one.
      #expect(error.code != "ledger.already_in_use", "seed \(seed): \(error)")
    }
  }
}
