import Devices
import Foundation
import Ledger
import MQTT
import Recorder
import Shopfloor
import Synchronization

/// The pipeline of the daemon from the broker to the durable commit: MQTT, recorder and ledger, wired as the daemon wires
/// them.
enum MessageContestant {
  static func run(_ plan: MessagePlan) async throws -> MessageOutcome {
    defer { Disk.removeDatabase(plan.database) }
    let recorder = try Recorder(
      Recorder.Setup(ledgerPath: plan.database, programVersion: "bench", bootID: "bench"), clock: SystemClock()
    ) { _ in }
    defer { recorder.stop() }
    let time = SystemClock().now().utc
    var answers = [
      await recorder.apply(MessagePlant.line, digest: String(repeating: "d", count: 64), changes: [], at: time)
    ]
    for command in MessagePlant.commands { answers.append(await recorder.perform(command, actor: "bench", at: time)) }
    for answer in answers where !answer.isAccepted { throw BenchFault("refused: \(answer.words.english)") }
    let inbox = DurableInbox(recorder: recorder, messages: plan.messages)
    let source = MQTTSource(brokers: [try MessagePlant.broker(plan)], inbox: inbox)
    let watch = Stopwatch()
    try source.start()
    defer { source.stop() }
    try wait("the broker") { source.status().allSatisfy { $0.state == .online } || inbox.offered > 0 }
    MessageTask.sayOnline()
    try inbox.waitForAll()
    let passed = watch.passed()
    source.stop()
    recorder.stop()
    let readings = try recorder.reader.counts().readings
    guard readings == Int64(plan.messages) else {
      throw BenchFault("\(readings) readings of \(plan.messages) messages are in the ledger")
    }
    return inbox.outcome(cpuSeconds: passed.cpuSeconds, takesLatencies: plan.takesLatencies)
  }

  private static func wait(_ what: String, _ condition: () -> Bool) throws(BenchFault) {
    let end = Stopwatch.wallSeconds() + MessagePlan.patienceSeconds
    while !condition() {
      guard Stopwatch.wallSeconds() < end else { throw BenchFault("\(what) did not answer") }
      usleep(2_000)
    }
  }
}

/// Passes batches on to the recorder and notes when the messages came and were durable.
private final class DurableInbox: RecorderInbox {
  private struct State {
    var firstMicroseconds: Int64?
    var lastMicroseconds: Int64 = 0
    var offered = 0
    var durable = 0
    var rounds = 0
    /// From publishing to the durable answer, in microseconds.
    var latencies: [Double] = []
  }

  private let recorder: Recorder
  private let messages: Int
  private let state = Mutex(State())

  init(recorder: Recorder, messages: Int) {
    self.recorder = recorder
    self.messages = messages
    state.withLock { $0.latencies.reserveCapacity(messages) }
  }

  var offered: Int { state.withLock { $0.offered } }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    let first = batches.first?.monotonicMicroseconds
    state.withLock { state in
      state.firstMicroseconds = state.firstMicroseconds ?? first
      state.offered += batches.count
    }
    return recorder.offer(batches) { outcome in
      if outcome == .durable { self.note(batches) }
      acknowledge?(outcome)
    }
  }

  private func note(_ batches: [ReadingBatch]) {
    let now = SystemClock().now()
    state.withLock { state in
      state.lastMicroseconds = now.monotonicMicroseconds
      state.durable += batches.count
      state.rounds += 1
      for batch in batches {
        guard let reading = batch.readings.first else { continue }
        state.latencies.append(Double(now.utc.microseconds(since: reading.time)))
      }
    }
  }

  func waitForAll() throws(BenchFault) {
    var seen = 0
    var heard = Stopwatch.wallSeconds()
    while seen < messages {
      usleep(1_000)
      let durable = state.withLock { $0.durable }
      if durable > seen { heard = Stopwatch.wallSeconds() }
      seen = durable
      guard Stopwatch.wallSeconds() - heard < MessagePlan.patienceSeconds else {
        throw BenchFault("\(seen) of \(messages) messages became durable, then nothing came")
      }
    }
  }

  func outcome(cpuSeconds: Double, takesLatencies: Bool) -> MessageOutcome {
    state.withLock { state in
      var outcome = MessageOutcome(
        messages: state.durable,
        seconds: Double(state.lastMicroseconds - (state.firstMicroseconds ?? 0)) / 1e6, cpuSeconds: cpuSeconds,
        rounds: state.rounds)
      if takesLatencies { outcome.latency = Lateness(microseconds: state.latencies) }
      return outcome
    }
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { recorder.submit(command, from: device, at: time, answer: answer) }
}
