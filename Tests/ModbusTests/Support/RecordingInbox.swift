import Devices
import Shopfloor
import Synchronization

/// An inbox that keeps what it is offered, for tests to look at.
final class RecordingInbox: RecorderInbox {
  private let taken = Mutex<[ReadingBatch]>([])
  private let isFull: Bool

  init(isFull: Bool = false) { self.isFull = isFull }

  var batches: [ReadingBatch] { taken.withLock { $0 } }
  var readings: [Reading] { batches.flatMap(\.readings) }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    guard !isFull else { return false }
    taken.withLock { $0 += batches }
    acknowledge?(.durable)
    return true
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { false }

  /// Waits until the readings fulfil a condition; false after ten seconds.
  func wait(until condition: ([Reading]) -> Bool) async -> Bool {
    for _ in 0..<2_000 {
      if condition(readings) { return true }
      // A cancelled test waits no longer.
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }
}

/// Waits for a condition; false after ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<2_000 {
    if condition() { return true }
    // A cancelled test waits no longer.
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
