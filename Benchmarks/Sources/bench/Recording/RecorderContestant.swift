import Devices
import Foundation
import Ledger
import Recorder
import Shopfloor
import Synchronization

/// The whole recorder: inbox, owner thread, engine and ledger, up to the durable answer.
enum RecorderContestant {
  /// Commits that the producer keeps on their way, so that the recorder never waits for it.
  static let commitsOnTheirWay = 4

  static func run(_ workload: Workload, path: String) async throws -> Outcome {
    defer { Disk.removeDatabase(path) }
    let emptyBytes = try EngineContestant.emptySize(path)
    let measured = try await record(workload, path)
    var outcome = measured
    outcome.bytes = try Disk.size(ofDatabase: path) - emptyBytes
    return outcome
  }

  private static func record(_ workload: Workload, _ path: String) async throws -> Outcome {
    let clock = CommittedClock()
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench")
    setup.bounds.maximumReadingsPerCommit = workload.readingsPerCommit
    setup.bounds.maximumReadings = max(
      setup.bounds.maximumReadings, (commitsOnTheirWay + 1) * workload.readingsPerCommit)
    let recorder = try Recorder(setup, clock: clock) { _ in }
    try await prepare(recorder)
    let eventsBefore = try recorder.reader.counts().events
    let log = DurableLog()
    let watch = Stopwatch()
    log.begin()
    offer(workload, to: recorder, clock, log)
    let passed = watch.passed()
    recorder.stop()
    let counts = try recorder.reader.counts()
    guard counts.readings == Int64(workload.readingCount), log.failures == 0 else {
      throw BenchFault("\(counts.readings) of \(workload.readingCount) readings are in the ledger of the recorder")
    }
    return Outcome(
      readings: workload.readingCount, seconds: passed.seconds, cpuSeconds: passed.cpuSeconds, bytes: 0,
      commitSeconds: log.intervals, events: counts.events - eventsBefore)
  }

  private static func prepare(_ recorder: Recorder) async throws {
    let time = Workload.start.utc
    var answers = [await recorder.apply(BenchPlan.line, digest: BenchPlan.digest, changes: [], at: time)]
    for command in BenchPlan.commands { answers.append(await recorder.perform(command, actor: "bench", at: time)) }
    for answer in answers where !answer.isAccepted { throw BenchFault("refused: \(answer.words.english)") }
  }

  /// Offers commit after commit and returns when the last one is durable.
  private static func offer(
    _ workload: Workload, to recorder: Recorder, _ clock: CommittedClock, _ log: DurableLog
  ) {
    let free = DispatchSemaphore(value: commitsOnTheirWay)
    for batches in workload.commits {
      free.wait()
      let last = batches.last?.receivedAt ?? Workload.start.utc
      let isTaken = recorder.offer(batches) { outcome in
        log.note(outcome)
        clock.advance(to: last)
        free.signal()
      }
      precondition(isTaken, "the inbox holds more than the commits on their way")
    }
    for _ in 0..<commitsOnTheirWay { free.wait() }
    for _ in 0..<commitsOnTheirWay { free.signal() }
  }
}

/// The line's own time: that of the last durable reading, so that a line of hours is recorded in seconds without gaps.
private final class CommittedClock: WallClock {
  private let passedMicroseconds = Atomic<Int64>(0)

  func advance(to time: Timestamp) {
    passedMicroseconds.store(time.microseconds(since: Workload.start.utc), ordering: .releasing)
  }

  func now() -> ClockReading {
    let passed = passedMicroseconds.load(ordering: .acquiring)
    return ClockReading(
      utc: Workload.start.utc.advanced(byMicroseconds: passed),
      monotonicMicroseconds: Workload.start.monotonicMicroseconds + passed)
  }
}

/// When the durable answers came.
private final class DurableLog: Sendable {
  private struct State {
    var times: [Double] = []
    var failures = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.times = [Stopwatch.wallSeconds()] } }

  func note(_ outcome: RecorderOutcome) {
    let now = Stopwatch.wallSeconds()
    state.withLock { state in
      state.times.append(now)
      if outcome == .failed { state.failures += 1 }
    }
  }

  var failures: Int { state.withLock { $0.failures } }

  /// From one durable answer to the next.
  var intervals: [Double] {
    let times = state.withLock { $0.times }
    return zip(times.dropFirst(), times).map { $0 - $1 }
  }
}
