import Devices
import Ledger
import Recorder
import Shopfloor

/// The engine and the ledger on the calling thread, without inbox and owner thread.
enum EngineContestant {
  static func run(_ workload: Workload, path: String) throws -> Outcome {
    defer { Disk.removeDatabase(path) }
    let emptyBytes = try emptySize(path)
    let store = try LedgerStore(path: path)
    var engine = try setUp(store)
    let eventsBefore = try store.reader.counts().events
    var seconds: [Double] = []
    seconds.reserveCapacity(workload.commits.count)
    let watch = Stopwatch()
    for batches in workload.commits {
      guard let last = batches.last else { continue }
      var input = LineEngine.Input(
        clock: ClockReading(utc: last.receivedAt, monotonicMicroseconds: last.monotonicMicroseconds))
      input.batches = batches
      var group = CommitGroup(clock: input.clock)
      group.batches = batches
      group.events = engine.take(input).events
      let start = Stopwatch.wallSeconds()
      _ = try store.commit(group)
      seconds.append(Stopwatch.wallSeconds() - start)
    }
    let passed = watch.passed()
    let counts = try store.reader.counts()
    store.close()
    guard counts.readings == Int64(workload.readingCount) else {
      throw BenchFault("\(counts.readings) of \(workload.readingCount) readings are in the ledger of the engine")
    }
    return Outcome(
      readings: workload.readingCount, seconds: passed.seconds, cpuSeconds: passed.cpuSeconds,
      bytes: try Disk.size(ofDatabase: path) - emptyBytes, commitSeconds: seconds,
      events: counts.events - eventsBefore)
  }

  /// The size of a ledger that has the plan and the started runs, and no reading.
  static func emptySize(_ path: String) throws -> Int64 {
    defer { Disk.removeDatabase(path) }
    let store = try LedgerStore(path: path)
    _ = try setUp(store)
    store.close()
    return try Disk.size(ofDatabase: path)
  }

  private static func setUp(_ store: LedgerStore) throws -> LineEngine {
    var engine = LineEngine()
    let stations = BenchPlan.line.stations
    let parameters = stations.flatMap { station in station.parameters.map { (station: station.name, plan: $0) } }
    engine.register(
      try store.register(parameters, devices: (0..<BenchPlan.stationCount).map(BenchPlan.deviceName)))
    var input = LineEngine.Input(clock: Workload.start)
    input.commands =
      ([.applyPlan(BenchPlan.line, digest: BenchPlan.digest, changes: [])] + BenchPlan.commands).map {
        LineEngine.CommandInput($0, actor: "bench", at: Workload.start.utc)
      }
    let output = engine.take(input)
    for answer in output.answers where !answer.isAccepted { throw BenchFault("refused: \(answer.words.english)") }
    var group = CommitGroup(clock: Workload.start)
    group.events = output.events
    _ = try store.commit(group)
    return engine
  }
}
