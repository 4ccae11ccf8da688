import Foundation
import Harness

/// The whole daemon on a file system that loses its power again and again.
struct PowerCutRun {
  struct Result {
    var cycles = 0
    var acceptedLots = 0
    var publishedCounters = 0
    var starts = 0
    var gaps = 0
    var readings = 0
    var problems: [String] = []
  }

  let kind: LoopDisk.Kind
  let cycles: Int
  let seed: UInt64
  var tell: (String) -> Void = { _ in }

  /// To the cut, in microseconds: from the opening of the ledger, or, every fifth time, from the start of the program, so
  /// that some come before it is up.
  static let lifeMicroseconds: ClosedRange<UInt32> = 20_000...1_400_000
  static let patienceSeconds = 60.0

  func run() throws -> Result {
    var random = SplitMix(seed: seed)
    var result = Result()
    let folder = try TemporaryFolder("powercut")
    let disk = try LoopDisk(kind, in: folder.url)
    let data = disk.mountPoint.appendingPathComponent("data")
    let line = try CutLine(home: folder.url, data: data, lotCount: max(4, cycles), seed: seed)
    defer { line.end() }
    var ledger = CutLedger(path: data.appendingPathComponent("lotwire.sqlite").path)
    try warmUp(line, &ledger)
    for cycle in 1...cycles {
      try line.startDaemon(awaitsLedger: cycle % 5 != 0)
      usleep(UInt32.random(in: Self.lifeMicroseconds, using: &random))
      if !line.daemonIsRunning {
        result.problems.append("cycle \(cycle): the daemon ended by itself:\n\(line.lastWords())")
      }
      // What is acknowledged later rests on a disk that is gone: only what came before counts.
      line.cutNetwork()
      let cut = Int64(Date().timeIntervalSince1970 * 1_000_000)
      try disk.cutPower()
      line.killDaemon()
      try disk.unmount()
      try disk.mount()
      let accepted = try line.acceptedLots(before: cut)
      do {
        let finding = try ledger.check()
        if cycle % 20 == 0 { tell("\(kind.rawValue), cut \(cycle) of \(cycles): \(finding)") }
      } catch {
        result.problems.append("cycle \(cycle): \(error)")
        break
      }
      let lost = accepted.subtracting(ledger.startedLots)
      if !lost.isEmpty { result.problems.append("cycle \(cycle): accepted scans are lost: \(lost.sorted())") }
      result.cycles = cycle
      if result.problems.count > 5 { break }
    }
    try settle(line, &ledger, &result)
    try disk.unmount()
    return result
  }

  /// Until the first message is on disk: the broker keeps nothing for a client that it has never seen.
  private func warmUp(_ line: CutLine, _ ledger: inout CutLedger) throws {
    try line.startDaemon()
    let deadline = Date().addingTimeInterval(Self.patienceSeconds)
    while ledger.counters.isEmpty {
      guard Date() < deadline, line.daemonIsRunning else {
        throw ChildProcess.Failure(description: "the daemon records nothing:\n\(line.lastWords())")
      }
      usleep(100_000)
      // A ledger that is being made cannot be read yet.
      if FileManager.default.fileExists(atPath: ledger.path) { try? ledger.readOn() }
    }
    line.endDaemon()
  }

  /// The power stays; what the broker still keeps arrives, and everything is compared.
  private func settle(_ line: CutLine, _ ledger: inout CutLedger, _ result: inout Result) throws {
    try line.startDaemon()
    usleep(500_000)
    line.endPublishing()
    let first = ledger.counters.keys.min() ?? 0
    let published = try line.publishedCounters().filter { $0 >= first }
    let deadline = Date().addingTimeInterval(Self.patienceSeconds)
    repeat {
      usleep(300_000)
      if FileManager.default.fileExists(atPath: ledger.path) { try ledger.readOn() }
    } while !published.isSubset(of: Set(ledger.counters.keys)) && Date() < deadline
    line.endDaemon()
    _ = try ledger.check()
    let lost = published.subtracting(ledger.counters.keys)
    if !lost.isEmpty {
      result.problems.append("\(lost.count) acknowledged messages are lost: \(lost.sorted().prefix(20))")
    }
    let twice = ledger.counters.filter { $0.value > 1 }.keys
    if !twice.isEmpty { result.problems.append("\(twice.count) messages stand twice: \(twice.sorted().prefix(20))") }
    if ledger.starts > result.cycles && ledger.gaps == 0 { result.problems.append("no gap is marked") }
    if published.count < result.cycles { result.problems.append("only \(published.count) messages were published") }
    result.publishedCounters = published.count
    result.acceptedLots = try line.acceptedLots(before: .max).count
    result.starts = ledger.starts
    result.gaps = ledger.gaps
    result.readings = ledger.readings
  }
}

/// SplitMix64: the same seed gives the same cuts.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
