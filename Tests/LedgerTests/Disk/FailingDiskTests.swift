import FaultDisk
import Testing

@testable import Ledger

@Suite("A disk that fails below the ledger", .timeLimit(.minutes(3)))
struct FailingDiskTests {
  /// Opens, commits, reopens, commits: each of its calls is made to fail once.
  private func live(_ disk: FaultDisk) -> DiskScenario {
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...3)
    if scenario.problem == nil { scenario.run(commits: 4...5) }
    return scenario
  }

  @Test(
    "every call fails once: nothing acknowledged is lost, the error says what, and work goes on",
    arguments: FaultDisk.Fault.allCases)
  func everyCall(fault: FaultDisk.Fault) throws {
    let whole = FaultDisk(seed: 1)
    #expect(live(whole).problem == nil)
    let kinds: FaultDisk.Calls = fault == .full ? [.write, .open, .truncate] : .any
    let calls = whole.calls(kinds)
    #expect(calls > 50)
    var told = 0
    for n in 1...calls {
      let disk = FaultDisk(seed: UInt64(n))
      disk.fail(at: n, of: kinds, with: fault)
      let scenario = live(disk)
      #expect(disk.injectedFaults == 1, "call \(n)")
      if let problem = scenario.problem {
        told += 1
        #expect("\(problem)".contains("disk") || "\(problem)".contains("file"), "call \(n): \(problem)")
      }
      disk.heal()
      #expect(try scenario.difference() == nil, "call \(n)")
      var later = DiskScenario(disk)
      later.run(commits: 100...100)
      #expect(later.problem == nil, "call \(n)")
    }
    #expect(told > 20)
  }

  @Test("after a sync that failed, what is acknowledged later survives the next power cut", arguments: 0..<30)
  func failedSync(seed: UInt64) throws {
    let disk = FaultDisk(seed: seed)
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...3)
    // Somebody else reads meanwhile, so that no last connection brings the WAL into the file.
    let reader = try LedgerReader(path: DiskScenario.path, on: disk)
    _ = try reader.counts()
    disk.fail(at: Int64(1 + seed % 4), of: .sync, with: .inputOutput)
    scenario.run(commits: 4...9)
    disk.heal()
    // Opened again, the outcome of the undecided commit is known and stands.
    if try DiskScenario.stored(LedgerReader(path: DiskScenario.path, on: disk)).count > scenario.acknowledged.count {
      if let kept = scenario.undecided { scenario.acknowledged.append(kept) }
    }
    scenario.undecided = nil
    scenario.run(commits: 20...24, afterFailure: true)
    #expect(scenario.acknowledged.count > 5)
    disk.crash(.drop)
    disk.restart()
    #expect(try scenario.difference() == nil, "seed \(seed)")
    withExtendedLifetime(reader) {}
  }

  @Test("a full disk takes nothing, says so, and works again when there is room")
  func full() throws {
    let disk = FaultDisk(seed: 3)
    disk.setCapacity(bytes: 1_500_000)
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...400, ballast: 40_000)
    let problem = try #require(scenario.problem)
    #expect("\(problem)".contains("full"))
    #expect(!scenario.acknowledged.isEmpty)
    disk.setCapacity(bytes: nil)
    #expect(try scenario.difference() == nil)
    var later = DiskScenario(disk)
    later.run(commits: 900...910, ballast: 40_000)
    #expect(later.problem == nil)
  }

  @Test("a file system that is read-only is named")
  func readOnly() throws {
    let disk = FaultDisk(seed: 4)
    var scenario = DiskScenario(disk)
    scenario.run(commits: 1...2)
    disk.setReadOnly(true)
    var later = DiskScenario(disk)
    later.run(commits: 3...3)
    #expect("\(try #require(later.problem))".contains("mounted read-only"))
    disk.setReadOnly(false)
    #expect(try scenario.difference() == nil)
  }
}
