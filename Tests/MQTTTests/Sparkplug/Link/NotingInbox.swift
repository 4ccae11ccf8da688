import Devices
import Foundation
import Shopfloor
import Synchronization

@testable import MQTT

/// Values on their way to a link.
final class ValueBox: Sendable {
  private let content = Mutex<[SparkplugEdgeValue]>([])

  func put(_ value: SparkplugEdgeValue) { content.withLock { $0.append(value) } }

  func take() -> [SparkplugEdgeValue] {
    content.withLock { content in
      defer { content = [] }
      return content
    }
  }
}

/// A recorder's door that takes facts and readings, and at first turns each offer away so many times.
final class NotingInbox: RecorderInbox {
  private struct Content {
    var refusals: Int
    var refused = 0
    var readings: [Reading] = []
    var notes: [MessageNote] = []

    mutating func takes() -> Bool {
      guard refusals > 0 else { return true }
      refusals -= 1
      refused += 1
      return false
    }
  }

  private let content: Mutex<Content>
  private let queue = DispatchQueue(label: "noting-inbox")

  init(refusals: Int) { content = Mutex(Content(refusals: refusals)) }

  func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    content.withLock { content in
      guard content.takes() else { return false }
      content.readings += batches.flatMap(\.readings)
      return true
    }
  }

  func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    let isTaken = content.withLock { content in
      guard content.takes(), case .noteMessages(let notes) = command else { return false }
      content.notes += notes
      return true
    }
    if isTaken { queue.async { answer(.accepted(Words("noted", "已记录"))) } }
    return isTaken
  }

  var readings: [Reading] { content.withLock { $0.readings } }
  var refused: Int { content.withLock { $0.refused } }
  var links: [BrokerLink] {
    content.withLock { $0.notes }.compactMap { if case .broker(let link) = $0 { link } else { nil } }
  }
}
