import Devices

/// When a link connects, gives up waiting and tries again. Pure.
struct SparkplugLinkState {
  enum Phase: Hashable {
    /// No connection; the next attempt is due at this monotonic time.
    case waiting(until: Int64)
    /// Connected or connecting, the broker has not yet accepted us.
    case connecting(deadline: Int64)
    case accepted(since: Int64)
  }

  enum Event: Hashable {
    case clockMoved
    case accepted
    /// A subscription was sent; the broker owes an answer.
    case subscribing
    case subscriptionsAnswered
    case lost(reason: String)
    /// We said good-bye ourselves.
    case left(reason: String)
  }

  enum Action: Hashable {
    case connect
    /// Close without a good-bye, and tell the machine.
    case close(reason: String)
  }

  /// The time a broker has to accept a connection or to answer a subscription, in microseconds.
  static let answerMicroseconds: Int64 = 15_000_000
  /// A connection that held this long lets the next one be tried at once again, in microseconds.
  static let steadyMicroseconds: Int64 = 10_000_000

  private(set) var phase: Phase
  /// The last reason why there was no connection.
  private(set) var lastFault: String?
  private(set) var reconnects: UInt64 = 0
  private var backoff: Backoff
  private var subscriptionDeadline: Int64?

  init(backoff: Backoff, now: Int64) {
    self.backoff = backoff
    phase = .waiting(until: now)
  }

  /// When `clockMoved` is due at the latest; nil where nothing waits for the time.
  var deadline: Int64? {
    switch phase {
    case .waiting(let until): until
    case .connecting(let deadline): deadline
    case .accepted: subscriptionDeadline
    }
  }

  /// Whether the broker has accepted us and answered every subscription.
  var isReady: Bool {
    if case .accepted = phase { subscriptionDeadline == nil } else { false }
  }

  mutating func handle(_ event: Event, at now: Int64, using generator: inout some RandomNumberGenerator) -> [Action] {
    switch (event, phase) {
    case (.clockMoved, .waiting(let until)) where now >= until:
      phase = .connecting(deadline: now + Self.answerMicroseconds)
      return [.connect]
    case (.clockMoved, .connecting(let deadline)) where now >= deadline:
      return leave("the broker did not answer within \(Self.answerMicroseconds / 1_000_000) s", now, &generator)
    case (.clockMoved, .accepted):
      guard let subscriptionDeadline, now >= subscriptionDeadline else { return [] }
      return leave("the broker did not answer the subscription", now, &generator)
    case (.accepted, .connecting):
      phase = .accepted(since: now)
      lastFault = nil
      return []
    case (.subscribing, .accepted):
      subscriptionDeadline = now + Self.answerMicroseconds
      return []
    case (.subscriptionsAnswered, .accepted):
      subscriptionDeadline = nil
      return []
    case (.lost(let reason), .connecting), (.lost(let reason), .accepted):
      return leave(reason, now, &generator)
    case (.left(let reason), .accepted):
      return leave(reason, now, &generator)
    default:
      return []
    }
  }

  private mutating func leave(
    _ reason: String, _ now: Int64, _ generator: inout some RandomNumberGenerator
  ) -> [Action] {
    if case .accepted(let since) = phase, now - since >= Self.steadyMicroseconds { backoff.reset() }
    lastFault = reason
    reconnects += 1
    subscriptionDeadline = nil
    phase = .waiting(until: now + backoff.next(using: &generator))
    return [.close(reason: reason)]
  }
}
