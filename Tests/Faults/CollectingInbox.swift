import Devices
import Shopfloor
import Synchronization

/// An inbox that keeps what it is offered.
final class CollectingInbox: RecorderInbox {
  private let taken = Mutex<[ReadingBatch]>([])

  var batches: [ReadingBatch] { taken.withLock { $0 } }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    taken.withLock { $0 += batches }
    acknowledge?(.durable)
    return true
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool { false }

  /// Waits until the batches fulfil a condition.
  func wait(seconds: Double, until condition: ([ReadingBatch]) -> Bool) async -> Bool {
    for _ in 0..<Int(seconds * 100) {
      if condition(batches) { return true }
      // A cancelled wait ends early and is judged as it stands.
      try? await Task.sleep(for: .milliseconds(10))
    }
    return condition(batches)
  }
}
