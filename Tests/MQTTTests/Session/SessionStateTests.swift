import Devices
import Testing

@testable import MQTT

@Suite struct SessionStateTests {
  var generator = SeededGenerator(seed: 1)
  var state = Self.state(formerTopics: nil)

  static func state(formerTopics: [String]?) -> SessionState {
    SessionState(
      topics: ["a", "b"], formerTopics: formerTopics, backoff: Backoff(firstMicroseconds: 100, capMicroseconds: 1_000),
      now: 0)
  }

  static func answers(_ codes: [Int32]) throws -> [SubscriptionAnswer] {
    try zip(["a", "b"], codes).map { SubscriptionAnswer(filter: try TopicFilter($0), code: $1) }
  }

  mutating func handle(_ event: SessionState.Event, at now: Int64) -> [SessionState.Action] {
    state.handle(event, at: now, using: &generator)
  }

  mutating func goOnline(
    at now: Int64, sessionPresent: Bool = false, codes: [Int32] = [1, 1], isLoss: Bool = false
  ) throws {
    #expect(handle(.clockMoved, at: now) == [.connect])
    #expect(handle(.accepted(sessionPresent: sessionPresent), at: now) == [.subscribe])
    #expect(
      handle(.subscriptionsAnswered(try Self.answers(codes)), at: now)
        == [.cameOnline(sessionPresent: sessionPresent, isLoss: isLoss)])
    #expect(state.phase == .online(since: now) && state.isOnline)
  }

  @Test mutating func comesOnlineAndStays() throws {
    try goOnline(at: 0)
    #expect(handle(.clockMoved, at: 1 << 50) == [])
    #expect(state.deadline == nil && state.reconnects == 0)
  }

  @Test mutating func closesAfterAFailedCommitAndTriesAgain() throws {
    try goOnline(at: 0)
    #expect(
      handle(.commitFailed, at: 10) == [
        .close, .wentOffline(reason: "the recorder could not store what came; the broker keeps it"),
      ])
    let due = try #require(state.deadline)
    #expect((60...110).contains(due))
    #expect(handle(.clockMoved, at: due - 1) == [])
    try goOnline(at: due, sessionPresent: true)
    #expect(state.lostSessions == 0)
  }

  @Test mutating func failingCommitsBackOff() throws {
    var last: Int64 = 0
    for _ in 0..<6 {
      try goOnline(at: last, sessionPresent: last > 0)
      #expect(handle(.commitFailed, at: last).first == .close)
      last = try #require(state.deadline)
    }
    #expect(state.backoff.attempts == 6)
    try goOnline(at: last, sessionPresent: true)
    #expect(handle(.committed, at: last) == [])
    #expect(state.backoff.attempts == 0)
  }

  @Test mutating func aSilentBrokerIsLeft() {
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.clockMoved, at: SessionState.answerMicroseconds - 1) == [])
    #expect(handle(.clockMoved, at: SessionState.answerMicroseconds) == [.close])
    #expect(state.lastFault?.contains("did not answer") == true)
  }

  @Test mutating func aLostSessionIsCounted() throws {
    try goOnline(at: 0)
    #expect(handle(.lost(reason: "gone"), at: 10) == [.close, .wentOffline(reason: "gone")])
    try goOnline(at: 1_000, sessionPresent: false, isLoss: true)
    #expect(state.lostSessions == 1)
  }

  @Test mutating func aSessionThatTheLedgerKnowsIsExpected() throws {
    state = Self.state(formerTopics: ["a", "b"])
    try goOnline(at: 0, sessionPresent: false, isLoss: true)
  }

  /// The first connection after the loss ends before its subscriptions are answered; the second finds the empty session
  /// that the first has made.
  @Test mutating func aLossIsNotForgottenOnTheWay() throws {
    try goOnline(at: 0)
    _ = handle(.lost(reason: "gone"), at: 10)
    #expect(handle(.clockMoved, at: 1_000) == [.connect])
    #expect(handle(.accepted(sessionPresent: false), at: 1_000) == [.subscribe])
    #expect(handle(.lost(reason: "gone again"), at: 1_010) == [.close])
    #expect(handle(.clockMoved, at: 10_000) == [.connect])
    #expect(handle(.accepted(sessionPresent: true), at: 10_000) == [.subscribe])
    #expect(
      handle(.subscriptionsAnswered(try Self.answers([1, 1])), at: 10_000)
        == [.cameOnline(sessionPresent: false, isLoss: true)])
    #expect(state.lostSessions == 1)
  }

  @Test mutating func staleTopicsAreGivenUpOnce() throws {
    state = Self.state(formerTopics: ["a", "old", "older"])
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.accepted(sessionPresent: true), at: 0) == [.subscribe, .unsubscribe(["old", "older"])])
    #expect(handle(.subscriptionsAnswered(try Self.answers([1, 1])), at: 0) == [])
    #expect(handle(.lost(reason: "gone"), at: 10) == [.close])
    #expect(handle(.clockMoved, at: 1_000) == [.connect])
    #expect(handle(.accepted(sessionPresent: true), at: 1_000) == [.subscribe, .unsubscribe(["old", "older"])])
    #expect(handle(.unsubscribed, at: 1_000) == [])
    #expect(
      handle(.subscriptionsAnswered(try Self.answers([1, 1])), at: 1_000)
        == [.cameOnline(sessionPresent: true, isLoss: false)])
    _ = handle(.lost(reason: "gone"), at: 1_010)
    try goOnline(at: 10_000, sessionPresent: true)
  }

  @Test mutating func aNewSessionHoldsNoStaleTopics() throws {
    state = Self.state(formerTopics: ["old"])
    try goOnline(at: 0, sessionPresent: false, isLoss: true)
  }

  @Test mutating func aRefusedTopicIsNamed() throws {
    try goOnline(at: 0, codes: [1, 0x80])
    #expect(state.refused.map(\.filter.text) == ["b"])
    #expect(state.granted.map(\.filter.text) == ["a"])
  }

  @Test mutating func aTopicGrantedAtMostOnceIsNamed() throws {
    try goOnline(at: 0, codes: [0, 1])
    #expect(state.weakened.map(\.filter.text) == ["a"])
  }

  @Test mutating func aRefusedConnectionSaysWhy() {
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.refused(code: 4), at: 1) == [.close])
    #expect(state.lastFault?.contains("password") == true)
  }

  /// Whatever happens in whatever order: at most one connection, and always a way on.
  @Test mutating func noOrderOfEventsLeavesItStuck() throws {
    state = Self.state(formerTopics: ["old"])
    let events: [SessionState.Event] = [
      .clockMoved, .accepted(sessionPresent: true), .accepted(sessionPresent: false), .refused(code: 5),
      .subscriptionsAnswered(try Self.answers([1, 128])), .unsubscribed, .lost(reason: "x"), .committed, .commitFailed,
    ]
    var connections = 0
    var now: Int64 = 0
    for _ in 0..<20_000 {
      now += Int64.random(in: 0...2_000, using: &generator)
      for action in handle(events[Int.random(in: events.indices, using: &generator)], at: now) {
        switch action {
        case .connect: connections += 1
        case .close: connections -= 1
        case .subscribe, .unsubscribe, .cameOnline: #expect(connections == 1)
        case .wentOffline: #expect(connections == 0)
        }
        #expect((0...1).contains(connections))
      }
      if case .online = state.phase { #expect(state.deadline == nil) } else { #expect(state.deadline != nil) }
    }
  }
}
