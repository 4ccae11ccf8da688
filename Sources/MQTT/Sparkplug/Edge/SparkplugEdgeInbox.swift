import Shopfloor
import Synchronization

/// Values on their way from any thread to the thread of the edge node.
final class SparkplugEdgeInbox: Sendable {
  private struct Content {
    var waiting: [SparkplugEdgeValue] = []
    var givenUp: UInt64 = 0
    var earliestGivenUp: Timestamp?
    /// The earliest time among the values that were taken and are not accounted for by the edge node yet.
    var earliestTaken: Timestamp?
  }

  let maximumCount: Int
  private let content = Mutex(Content())

  init(maximumCount: Int) { self.maximumCount = maximumCount }

  func put(_ values: [SparkplugEdgeValue]) {
    content.withLock { content in
      content.waiting += values
      let excess = content.waiting.count - maximumCount
      guard excess > 0 else { return }
      content.earliestGivenUp =
        [content.earliestGivenUp, Self.earliest(content.waiting.prefix(excess))].compactMap { $0 }.min()
      content.waiting.removeFirst(excess)
      content.givenUp += UInt64(excess)
    }
  }

  func take() -> [SparkplugEdgeValue] {
    content.withLock { content in
      defer { content.waiting = [] }
      content.earliestTaken = [content.earliestTaken, Self.earliest(content.waiting)].compactMap { $0 }.min()
      return content.waiting
    }
  }

  /// What was taken stands in the status of the edge node now.
  func accountedFor() { content.withLock { $0.earliestTaken = nil } }

  var waitingCount: Int { content.withLock { $0.waiting.count } }
  var givenUp: UInt64 { content.withLock { $0.givenUp } }

  /// The earliest time among what the status of the edge node does not know yet, or never will.
  var earliestTime: Timestamp? {
    content.withLock { content in
      [content.earliestTaken, content.earliestGivenUp, Self.earliest(content.waiting)].compactMap { $0 }.min()
    }
  }

  private static func earliest(_ values: some Sequence<SparkplugEdgeValue>) -> Timestamp? {
    values.lazy.map(\.time).min()
  }
}
