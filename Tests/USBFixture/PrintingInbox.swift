import Devices
import Foundation
import Shopfloor
import Synchronization

/// Prints each label and accepts it.
final class PrintingInbox: RecorderInbox {
  private let labels = Mutex(0)

  var count: Int { labels.withLock { $0 } }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool { false }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    guard case .scan(let label, let station) = command else { return false }
    say(
      "label [\(label.text)] lot [\(label.lot ?? "")] from \(device.map(String.init(describing:)) ?? "") at \(station)")
    labels.withLock { $0 += 1 }
    answer(.accepted(Words("done", "完成")))
    return true
  }
}
