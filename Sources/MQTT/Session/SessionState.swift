import Devices

/// What is to be done about one connection to a broker, and when. Pure: it is told what happened and answers what to do.
struct SessionState {
  enum Phase: Hashable {
    /// No connection; the next attempt is due at this monotonic time.
    case waiting(until: Int64)
    /// Connected or connecting, the broker has not yet accepted us.
    case connecting(deadline: Int64)
    case subscribing(deadline: Int64)
    case online(since: Int64)
  }

  enum Event: Hashable {
    case clockMoved
    case accepted(sessionPresent: Bool)
    case refused(code: Int32)
    /// The codes of the SUBACK in the order of the subscriptions.
    case subscriptionsAnswered([Int32])
    case lost(reason: String)
    case committed
    case commitFailed
  }

  enum Action: Hashable {
    case connect
    case subscribe
    /// Close without sending anything: what is not acknowledged comes again.
    case close
  }

  /// The time a broker has to accept a connection or to answer a subscription, in microseconds.
  static let answerMicroseconds: Int64 = 15_000_000
  /// A connection that held this long lets the next one be tried at once again, in microseconds.
  static let steadyMicroseconds: Int64 = 10_000_000

  private(set) var phase: Phase
  private(set) var backoff: Backoff
  /// The last reason why there was no connection.
  private(set) var lastFault: String?
  /// Topics that the broker refused at the current or latest connection.
  private(set) var refusedTopics: [String] = []
  /// How often the broker did not know our session although it should have.
  private(set) var lostSessions = 0
  private(set) var reconnects: UInt64 = 0
  private var expectsSession: Bool
  private let topics: [String]

  init(topics: [String], expectsSession: Bool, backoff: Backoff, now: Int64) {
    self.topics = topics
    self.expectsSession = expectsSession
    self.backoff = backoff
    phase = .waiting(until: now)
  }

  /// When `clockMoved` is due at the latest; nil where nothing waits for the time.
  var deadline: Int64? {
    switch phase {
    case .waiting(let until): until
    case .connecting(let deadline), .subscribing(let deadline): deadline
    case .online: nil
    }
  }

  mutating func handle(
    _ event: Event, at now: Int64, using generator: inout some RandomNumberGenerator
  ) -> [Action] {
    switch (event, phase) {
    case (.clockMoved, .waiting(let until)) where now >= until:
      phase = .connecting(deadline: now + Self.answerMicroseconds)
      return [.connect]
    case (.clockMoved, .connecting(let deadline)) where now >= deadline:
      return leave("the broker did not answer within \(Self.answerMicroseconds / 1_000_000) s", now, &generator)
    case (.clockMoved, .subscribing(let deadline)) where now >= deadline:
      return leave("the broker did not answer the subscription", now, &generator)
    case (.accepted(let sessionPresent), .connecting):
      if expectsSession, !sessionPresent { lostSessions += 1 }
      phase = .subscribing(deadline: now + Self.answerMicroseconds)
      return [.subscribe]
    case (.refused(let code), .connecting):
      return leave(BrokerWords.refusal(code: code), now, &generator)
    case (.subscriptionsAnswered(let codes), .subscribing):
      refusedTopics = zip(topics, codes).filter { $0.1 >= SubscriptionAnswer.refusal }.map(\.0)
      expectsSession = true
      lastFault = nil
      phase = .online(since: now)
      return []
    case (.lost(let reason), .connecting), (.lost(let reason), .subscribing):
      return leave(reason, now, &generator)
    case (.lost(let reason), .online(let since)):
      if now - since >= Self.steadyMicroseconds { backoff.reset() }
      return leave(reason, now, &generator)
    case (.committed, _):
      backoff.reset()
      return []
    case (.commitFailed, .connecting), (.commitFailed, .subscribing), (.commitFailed, .online):
      return leave("the recorder could not store what came; the broker keeps it", now, &generator)
    default:
      return []
    }
  }

  private mutating func leave(
    _ reason: String, _ now: Int64, _ generator: inout some RandomNumberGenerator
  ) -> [Action] {
    lastFault = reason
    reconnects += 1
    phase = .waiting(until: now + backoff.next(using: &generator))
    return [.close]
  }
}
