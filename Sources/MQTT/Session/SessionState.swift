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
    case subscriptionsAnswered([SubscriptionAnswer])
    case unsubscribed
    case lost(reason: String)
    case committed
    case commitFailed
  }

  enum Action: Hashable {
    case connect
    case subscribe
    /// Topics that the broker still holds for us and that nobody wants any more; after the subscriptions, so that nothing
    /// is missed where one covers the other.
    case unsubscribe([String])
    /// Everything is answered.
    ///
    /// - Parameter isLoss: the broker should have had our session and had not: what came between is gone.
    case cameOnline(sessionPresent: Bool, isLoss: Bool)
    /// Was online and is not any more.
    case wentOffline(reason: String)
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
  /// What the broker said at the current or latest connection.
  private(set) var answers: [SubscriptionAnswer] = []
  /// How often the broker did not know our session although it should have.
  private(set) var lostSessions = 0
  private(set) var reconnects: UInt64 = 0
  private let topics: [String]
  private var staleTopics: [String]
  private var expectsSession: Bool
  /// The broker made the session anew, and we have not yet come as far as to say so: the next connection finds one, but
  /// not the one that we mean.
  private var sessionWasAbsent = false
  private var awaitsSubscriptions = false
  private var awaitsUnsubscription = false

  /// - Parameter formerTopics: what the broker holds for us, as far as it knows our session; nil: it should not know us.
  init(topics: [String], formerTopics: [String]?, backoff: Backoff, now: Int64) {
    self.topics = topics
    self.backoff = backoff
    expectsSession = formerTopics != nil
    staleTopics = (formerTopics ?? []).filter { !topics.contains($0) }
    phase = .waiting(until: now)
  }

  /// Topics that the broker refused at the current or latest connection.
  var refused: [SubscriptionAnswer] { answers.filter(\.isRefused) }
  /// Topics that the broker delivers at most once (QoS 0), although at least once was asked for.
  var weakened: [SubscriptionAnswer] { answers.filter { $0.code == 0 } }
  var granted: [SubscriptionAnswer] { answers.filter { !$0.isRefused } }

  var isOnline: Bool { if case .online = phase { true } else { false } }

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
      return subscribe(sessionPresent, now)
    case (.refused(let code), .connecting):
      return leave(BrokerWords.refusal(code: code), now, &generator)
    case (.subscriptionsAnswered(let said), .subscribing):
      answers = said
      awaitsSubscriptions = false
      return comeOnline(now)
    case (.unsubscribed, .subscribing):
      awaitsUnsubscription = false
      return comeOnline(now)
    case (.lost(let reason), .connecting), (.lost(let reason), .subscribing), (.lost(let reason), .online):
      return leave(reason, now, &generator)
    case (.committed, _):
      backoff.reset()
      return []
    case (.commitFailed, .connecting), (.commitFailed, .subscribing), (.commitFailed, .online):
      return leave("the recorder could not store what came; the broker keeps it", now, &generator, isOurs: true)
    default:
      return []
    }
  }

  private mutating func subscribe(_ sessionPresent: Bool, _ now: Int64) -> [Action] {
    if !sessionPresent {
      sessionWasAbsent = true
      staleTopics = []
    }
    awaitsSubscriptions = true
    awaitsUnsubscription = !staleTopics.isEmpty
    phase = .subscribing(deadline: now + Self.answerMicroseconds)
    return [.subscribe] + (staleTopics.isEmpty ? [] : [.unsubscribe(staleTopics)])
  }

  private mutating func comeOnline(_ now: Int64) -> [Action] {
    guard !awaitsSubscriptions, !awaitsUnsubscription else { return [] }
    let isLoss = expectsSession && sessionWasAbsent
    let sessionPresent = !sessionWasAbsent
    if isLoss { lostSessions += 1 }
    staleTopics = []
    sessionWasAbsent = false
    expectsSession = true
    lastFault = nil
    phase = .online(since: now)
    return [.cameOnline(sessionPresent: sessionPresent, isLoss: isLoss)]
  }

  private mutating func leave(
    _ reason: String, _ now: Int64, _ generator: inout some RandomNumberGenerator, isOurs: Bool = false
  ) -> [Action] {
    var actions: [Action] = [.close]
    if case .online(let since) = phase {
      if !isOurs, now - since >= Self.steadyMicroseconds { backoff.reset() }
      actions.append(.wentOffline(reason: reason))
    }
    lastFault = reason
    reconnects += 1
    phase = .waiting(until: now + backoff.next(using: &generator))
    return actions
  }
}
