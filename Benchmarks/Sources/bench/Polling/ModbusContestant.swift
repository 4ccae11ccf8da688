import Devices
import Glibc
import Modbus
import Shopfloor
import Synchronization

/// The Modbus room alone: what it reads is decoded, counted and dropped.
enum ModbusContestant {
  static func run(_ plan: PollPlan) throws -> PollOutcome {
    let inbox = CountingInbox()
    let devices = BenchDevices.plans(plan) { ParameterIndex(UInt32($0 * plan.pointsPerDevice + $1)) }
    let source = try ModbusSource(devices: devices, inbox: inbox, eventLoopThreads: 1)
    source.start()
    defer { source.stop() }
    pause(plan.warmUpSeconds)
    let repliesBefore = source.status().replies
    let valuesBefore = inbox.values
    let watch = Stopwatch()
    pause(plan.seconds)
    let passed = watch.passed()
    let status = source.status()
    try status.check()
    return PollOutcome(
      requests: status.replies - repliesBefore, values: inbox.values - valuesBefore, seconds: passed.seconds,
      cpuSeconds: passed.cpuSeconds, residentBytes: Memory.bytes("VmRSS"))
  }

  static func pause(_ seconds: Double) { usleep(UInt32(seconds * 1e6)) }
}

/// Takes every batch and looks at every value.
private final class CountingInbox: RecorderInbox {
  private let count = Atomic<Int64>(0)

  var values: Int64 { count.load(ordering: .relaxed) }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    var values: Int64 = 0
    for batch in batches {
      for reading in batch.readings where reading.quality.isGood && reading.value < 1_000 { values += 1 }
    }
    count.add(values, ordering: .relaxed)
    acknowledge?(.durable)
    return true
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { false }
}
