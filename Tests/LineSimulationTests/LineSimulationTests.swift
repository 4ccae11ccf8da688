import LineSimulation
import Testing

@Suite("Simulated days", .timeLimit(.minutes(5)))
struct LineSimulationTests {
  /// Faults come as often as a short test needs.
  static func options(_ seed: UInt64, hours: Double = 0.2, planted: PlantedDefect? = nil) -> SimulationOptions {
    SimulationOptions(seed: seed, hours: hours, faultRate: 20, planted: planted)
  }

  @Test("every promise holds", arguments: Array(1...5) as [UInt64])
  func holds(seed: UInt64) {
    let report = LineSimulation(Self.options(seed)).run()
    #expect(report.broken == nil, "\(report.text)")
    #expect(report.commits > 100)
    #expect(report.faults.values.reduce(0, +) > 0)
  }

  @Test("a seed gives the same ledger and the same answers again")
  func repeats() {
    let first = LineSimulation(Self.options(77)).run()
    let second = LineSimulation(Self.options(77)).run()
    #expect(first.broken == nil, "\(first.text)")
    #expect(first.digest == second.digest)
    #expect(first.steps == second.steps)
    #expect(first.faults == second.faults)
    #expect(LineSimulation(Self.options(78)).run().digest != first.digest)
  }

  @Test("the checks find what is planted", arguments: PlantedDefect.allCases)
  func planted(defect: PlantedDefect) {
    let report = LineSimulation(Self.options(5, hours: 2, planted: defect)).run()
    let expected: Set<BrokenPromise.Promise> =
      switch defect {
      case .changesValue: [.nothingInvented]
      case .lyingDisk: [.acknowledgedIsStored, .comesBack]
      default: [.acknowledgedIsStored]
      }
    #expect(report.broken.map { expected.contains($0.promise) } == true, "\(report.text)")
    #expect(report.text.contains("make simulate SEED=5"))
  }

  @Test("a failing seed fails again at the same step for the same reason")
  func failsAgain() {
    let reports = (0..<2).map { _ in LineSimulation(Self.options(9, hours: 1, planted: .storesTwice)).run() }
    #expect(reports[0].broken != nil)
    #expect(reports[0].broken == reports[1].broken)
    #expect(reports[0].steps == reports[1].steps)
  }

  @Test("a disk that lies costs the end of the ledger, never its order or its truth", arguments: [21, 22] as [UInt64])
  func lies(seed: UInt64) {
    var options = Self.options(seed)
    options.hasLyingDisk = true
    let report = LineSimulation(options).run()
    #expect(report.broken == nil, "\(report.text)")
  }
}
