import Shopfloor

/// Which messages have waited at the broker, and which of them may be of any age.
struct BrokerBacklog {
  private enum Phase: Hashable {
    /// What says a time before this has waited.
    case live(since: Timestamp)
    /// Everything that comes has waited: while a commit was slow, or while we were away.
    case waiting(isReconnect: Bool)
  }

  private var phase = Phase.live(since: Timestamp(microseconds: .min))

  /// We were away: a message that does not say when it was sent may be hours old.
  var mayBeOld: Bool { phase == .waiting(isReconnect: true) }

  /// A commit that is slow in the middle of what came after a reconnect does not end that.
  mutating func begin(isReconnect: Bool) { phase = .waiting(isReconnect: isReconnect || mayBeOld) }

  mutating func end(at time: Timestamp) { if case .waiting = phase { phase = .live(since: time) } }

  /// - Parameter ownTime: what the message says of itself.
  func holds(ownTime: Timestamp?) -> Bool {
    switch phase {
    case .waiting: true
    case .live(let since): ownTime.map { $0 < since } ?? false
    }
  }
}
