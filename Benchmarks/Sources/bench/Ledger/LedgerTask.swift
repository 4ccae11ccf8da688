import BatchRecord
import Devices
import Foundation
import Glibc
import Ledger
import LedgerBuilder
import Recorder
import Shopfloor

/// What is done with a large ledger in a process of its own, so that time and memory are its own.
enum LedgerTask: Codable {
  case build(PlantSize, path: String)
  /// Assembles and seals the record of a lot from the ledger.
  case seal(LotNumber, path: String)
  /// Opens the ledger as a daemon does after it was killed, and commits.
  case start(path: String)
  /// Opens the ledger, records until it is killed.
  case record(path: String)
  case ask(path: String, lots: Int, rounds: Int)
  /// Grows the tree over the events and signs a checkpoint, as the daemon does all the time.
  case checkpoint(path: String)

  struct Answer: Codable {
    var name: String
    /// One a try.
    var seconds: [Double]
    /// What came of it, to be counted.
    var count = 0
  }

  struct Outcome: Codable {
    var answers: [Answer] = []
    var built: LedgerBuilder.Outcome?
    var seconds = 0.0
    var peakBytes = 0
  }

  func run() async throws {
    var outcome = Outcome()
    let watch = Stopwatch()
    switch self {
    case .build(let size, let path):
      outcome.built = try LedgerBuilder.build(size, at: path) { share in
        Progress.note("ledger: \(Int(share * 100)) % built, \(Int(watch.passed().seconds)) s")
      }
    case .seal(let lot, let path): outcome.answers = [try Self.seal(lot, path)]
    case .start(let path): outcome.answers = try await Self.start(path)
    case .record(let path): try await Self.record(path)
    case .checkpoint(let path): outcome.answers = [try Self.checkpoint(path)]
    case .ask(let path, let lots, let rounds):
      outcome.answers = try LedgerQuestions(path: path, lots: lots, rounds: rounds).ask()
    }
    outcome.seconds = watch.passed().seconds
    outcome.peakBytes = Memory.bytes("VmHWM")
    print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
  }

  private static func seal(_ lot: LotNumber, _ path: String) throws -> Answer {
    let key = SigningKey()
    let watch = Stopwatch()
    let reader = try LedgerReader(path: path)
    guard let evidence = try BatchRecordAssembler.evidence(of: lot, from: reader) else {
      throw BenchFault("the ledger does not know lot \(lot)")
    }
    let record = try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: evidence), with: key)
    let seconds = watch.passed().seconds
    guard RecordVerifier.verify(record.bytes).firstMisfit == nil else {
      throw BenchFault("the record of \(lot) does not verify")
    }
    return Answer(name: "seal", seconds: [seconds], count: evidence.series.reduce(0) { $0 + $1.count })
  }

  private static func checkpoint(_ path: String) throws -> Answer {
    let watch = Stopwatch()
    let store = try LedgerStore(path: path)
    defer { store.close() }
    let opened = watch.passed().seconds
    let key = SigningKey()
    var duty = CheckpointDuty(site: "bench", line: "bench", ledgerPath: path) { text in
      LedgerSignature(
        keyID: key.keyID, publicKey: key.verifyingKey.bytes, signature: try key.signature(ofCheckpoint: text))
    }
    let clock = SystemClock()
    while true {
      let now = clock.now()
      let context = DutyContext(now: now, reader: store.reader) { work, facts throws(LedgerError) in
        var group = CommitGroup(clock: now)
        group.events = facts.map { .init($0, actor: "recorder") }
        group.upkeep = work
        return try store.commit(group).events
      }
      guard case .none = try duty.perform(context) else { break }
    }
    return Answer(name: "open without a checkpoint", seconds: [opened])
  }

  private static func start(_ path: String) async throws -> [Answer] {
    let clock = SystemClock()
    let watch = Stopwatch()
    let recorder = try Recorder(
      Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench"), clock: clock
    ) { _ in }
    let opened = watch.passed().seconds
    _ = await recorder.keep([(name: "bench", value: "1")], at: clock.now().utc)
    let committed = watch.passed().seconds
    recorder.stop()
    return [
      Answer(name: "open, check, restart", seconds: [opened]),
      Answer(name: "to the first commit", seconds: [committed]),
    ]
  }

  private static func record(_ path: String) async throws {
    let clock = SystemClock()
    let recorder = try Recorder(
      Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench"), clock: clock
    ) { _ in }
    // Not `print`, which holds back what goes to a pipe.
    FileHandle.standardOutput.write(Data("recording\n".utf8))
    while true {
      _ = await recorder.keep([(name: "bench", value: "\(clock.now().utc.microseconds)")], at: clock.now().utc)
    }
  }

  // MARK: As a child

  func outcome() throws -> Outcome {
    let process = try ChildTask.ledger(self).process()
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFault("a child process of the ledger ended with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(Outcome.self, from: text)
  }

  /// Records for a while and is killed in the middle of it.
  static func recordAndKill(path: String) throws {
    let process = try ChildTask.ledger(.record(path: path)).process()
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    _ = try output.fileHandleForReading.read(upToCount: 1)
    usleep(2_000_000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
