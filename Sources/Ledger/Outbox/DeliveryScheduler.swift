public import Shopfloor

/// Decides which outbox row goes next. Rows of one order key (a product lot, a material lot) go strictly in the order of
/// their ids: a blocked or waiting row holds back its own key and nobody else's. Rows without a key stand alone. One row
/// at a time and receiver.
public struct DeliveryScheduler: Hashable, Sendable {
  public enum Choice: Hashable, Sendable {
    case deliver(OutboxRow)
    /// Nothing is due before this time.
    case waitUntil(Timestamp)
    /// Nothing to do until rows change.
    case idle
  }

  /// No retry is ever set further ahead than this, in microseconds. A later time was written under a wrong clock and
  /// counts as due.
  public var longestWaitMicroseconds: Int64

  public init(longestWaitMicroseconds: Int64) { self.longestWaitMicroseconds = longestWaitMicroseconds }

  /// - Parameter rows: in any order; of every key that has a row here, its first row that is not done with is among them.
  public func choose(from rows: [OutboxRow], now: Timestamp) -> Choice {
    var heldKeys: Set<String> = []
    var earliest: Timestamp?
    for row in rows.sorted(by: { $0.id < $1.id }) where row.state.isOpen {
      if let key = row.orderKey {
        guard heldKeys.insert(key).inserted else { continue }
      }
      guard row.state == .pending else { continue }
      if isDue(row, now: now) { return .deliver(row) }
      earliest = min(earliest ?? row.nextAttemptAt, row.nextAttemptAt)
    }
    return earliest.map { .waitUntil($0) } ?? .idle
  }

  /// Whether the time of the next attempt has come.
  public func isDue(_ row: OutboxRow, now: Timestamp) -> Bool {
    row.nextAttemptAt <= now || row.nextAttemptAt > now.advanced(byMicroseconds: longestWaitMicroseconds)
  }
}

extension OutboxRow.State {
  /// Whether something is still to be done about the row.
  fileprivate var isOpen: Bool {
    switch self {
    case .pending, .blocked: true
    case .delivered, .refused, .setAside: false
    }
  }
}
