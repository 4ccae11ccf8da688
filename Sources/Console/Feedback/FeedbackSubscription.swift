public import Shopfloor
import Synchronization

/// One who watches a station: a bounded queue with an end.
public final class FeedbackSubscription: Sendable {
  public enum Item: Hashable, Sendable {
    case feedback(StationFeedback)
    /// Nothing happened; the connection lives.
    case heartbeat
  }

  public let station: StationName
  /// What comes, until the subscription ends: the station is gone, the daemon stops, or the subscriber was too slow.
  public let items: AsyncStream<Item>
  let number: Int
  private let continuation: AsyncStream<Item>.Continuation
  private let isDropped = Mutex(false)

  init(station: StationName, number: Int) {
    self.station = station
    self.number = number
    (items, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(FeedbackHub.maximumWaiting))
  }

  /// - Returns: false where the queue was full: the subscription has ended.
  func send(_ item: Item) -> Bool {
    switch continuation.yield(item) {
    case .enqueued: return true
    case .dropped:
      isDropped.withLock { $0 = true }
      continuation.finish()
      return false
    case .terminated: return false
    @unknown default: return false
    }
  }

  /// Whether this subscriber was too slow. What waits in its queue can still be taken.
  public var wasDropped: Bool { isDropped.withLock { $0 } }

  func end() { continuation.finish() }
}
