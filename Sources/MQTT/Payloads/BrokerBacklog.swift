import Shopfloor

/// Which messages have waited at the broker, and which of them may be of any age.
struct BrokerBacklog {
  /// Stragglers: what says a time before the end of a backlog has waited too, if it comes so soon behind that end. A clock
  /// that is slow or stands still would say so for ever. In microseconds.
  static let stragglerMicroseconds = BacklogWatch.longestMicroseconds

  private enum Phase: Hashable {
    /// What says a time before this has waited, if it comes before the other, by the monotonic clock.
    case live(since: Timestamp, exemptUntilMonotonic: Int64)
    /// Everything that comes has waited: while a commit was slow, or while we were away.
    case waiting(isReconnect: Bool)
  }

  private var phase = Phase.live(since: Timestamp(microseconds: .min), exemptUntilMonotonic: .min)
  /// By the monotonic clock, in microseconds.
  private var now = Int64.min

  /// We were away: a message that does not say when it was sent may be hours old.
  var mayBeOld: Bool { phase == .waiting(isReconnect: true) }

  /// A commit that is slow in the middle of what came after a reconnect does not end that.
  mutating func begin(isReconnect: Bool) { phase = .waiting(isReconnect: isReconnect || mayBeOld) }

  mutating func end(at time: Timestamp) {
    guard case .waiting = phase else { return }
    let (until, isNever) = now.addingReportingOverflow(Self.stragglerMicroseconds)
    phase = .live(since: time, exemptUntilMonotonic: isNever ? .max : until)
  }

  /// By the monotonic clock, in microseconds.
  mutating func clockMoved(to time: Int64) { now = max(now, time) }

  /// - Parameters:
  ///   - ownTime: what the message says of itself.
  ///   - monotonic: when it came, in microseconds.
  func holds(ownTime: Timestamp?, receivedAt monotonic: Int64) -> Bool {
    switch phase {
    case .waiting: true
    case .live(let since, let exemptUntilMonotonic):
      monotonic < exemptUntilMonotonic && ownTime.map { $0 < since } ?? false
    }
  }
}
