import Devices
import Glibc
import Ledger
import Modbus
import Recorder
import Shopfloor
import Synchronization

/// The pipeline of the daemon from the socket to the durable commit: Modbus, recorder and ledger, wired as the daemon
/// wires them.
enum LineContestant {
  static func run(_ plan: PollPlan, path: String) async throws -> PollOutcome {
    defer { Disk.removeDatabase(path) }
    let plant = LinePlant(plan: plan)
    var setup = Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench")
    // The listener below only measures; the driver does not wait for commits.
    setup.bounds.commitsAwaitedAtOnce = false
    let recorder = try Recorder(setup, clock: SystemClock()) { _ in }
    defer { recorder.stop() }
    try await prepare(recorder, plant)
    let inbox = TimingInbox(recorder: recorder, parametersPerDevice: plan.pointsPerDevice)
    // The parameters were registered in the order of the plan: dense from 0, device after device.
    let devices = BenchDevices.plans(plan) { ParameterIndex(UInt32($0 * plan.pointsPerDevice + $1)) }
    let source = try ModbusSource(devices: devices, inbox: inbox)
    source.start()
    defer { source.stop() }
    ModbusContestant.pause(plan.warmUpSeconds)
    let countsBefore = try recorder.reader.counts()
    let repliesBefore = source.status().replies
    inbox.begin()
    let watch = Stopwatch()
    ModbusContestant.pause(plan.seconds)
    let passed = watch.passed()
    let residentBytes = Memory.bytes("VmRSS")
    let status = source.status()
    try status.check()
    let times = inbox.end()
    let counts = try recorder.reader.counts()
    let lateness = times.lateness(intervalMicroseconds: plan.intervalMicroseconds)
    return PollOutcome(
      requests: status.replies - repliesBefore, values: Int64(times.polls.count * plan.pointsPerDevice),
      stored: counts.readings - countsBefore.readings, events: counts.events - countsBefore.events,
      seconds: passed.seconds, cpuSeconds: passed.cpuSeconds, residentBytes: residentBytes,
      received: lateness.received, durable: lateness.durable)
  }

  private static func prepare(_ recorder: Recorder, _ plant: LinePlant) async throws {
    let time = SystemClock().now().utc
    var answers = [
      await recorder.apply(plant.line, digest: String(repeating: "c", count: 64), changes: [], at: time)
    ]
    for command in plant.commands { answers.append(await recorder.perform(command, actor: "bench", at: time)) }
    for answer in answers where !answer.isAccepted { throw BenchFault("refused: \(answer.words.english)") }
  }
}

/// Passes batches on to the recorder and notes when each was received and durable.
private final class TimingInbox: RecorderInbox {
  private struct State {
    var isNoting = false
    var times = PollTimes()
  }

  private let recorder: Recorder
  private let parametersPerDevice: UInt32
  private let state = Mutex(State())

  init(recorder: Recorder, parametersPerDevice: Int) {
    self.recorder = recorder
    self.parametersPerDevice = UInt32(parametersPerDevice)
  }

  func begin() { state.withLock { $0.isNoting = true } }

  /// The polls that were received since the beginning and are durable.
  func end() -> PollTimes {
    state.withLock { state in
      state.isNoting = false
      state.times.polls.removeAll { $0.durable == 0 }
      return state.times
    }
  }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    let noted = note(batches)
    return recorder.offer(batches) { outcome in
      if let noted, outcome == .durable { self.noteDurable(noted) }
      acknowledge?(outcome)
    }
  }

  private func note(_ batches: [ReadingBatch]) -> Range<Int>? {
    state.withLock { state in
      guard state.isNoting else { return nil }
      let start = state.times.polls.count
      for batch in batches {
        guard let parameter = batch.readings.first?.parameter.rawValue else { continue }
        state.times.polls.append(
          .init(device: Int(parameter / parametersPerDevice), received: batch.monotonicMicroseconds, durable: 0))
      }
      return start..<state.times.polls.count
    }
  }

  private func noteDurable(_ noted: Range<Int>) {
    let now = SystemClock().now().monotonicMicroseconds
    state.withLock { state in
      guard state.isNoting else { return }
      for index in noted { state.times.polls[index].durable = now }
    }
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { recorder.submit(command, from: device, at: time, answer: answer) }
}
