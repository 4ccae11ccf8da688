import Devices
import Testing

@testable import MQTT

@Suite struct SessionStateTests {
  var generator = SeededGenerator(seed: 1)
  var state = SessionState(
    topics: ["a", "b"], expectsSession: false, backoff: Backoff(firstMicroseconds: 100, capMicroseconds: 1_000), now: 0)

  mutating func handle(_ event: SessionState.Event, at now: Int64) -> [SessionState.Action] {
    state.handle(event, at: now, using: &generator)
  }

  mutating func goOnline(at now: Int64, sessionPresent: Bool = false, codes: [Int32] = [1, 1]) {
    #expect(handle(.clockMoved, at: now) == [.connect])
    #expect(handle(.accepted(sessionPresent: sessionPresent), at: now) == [.subscribe])
    #expect(handle(.subscriptionsAnswered(codes), at: now) == [])
    #expect(state.phase == .online(since: now))
  }

  @Test mutating func comesOnlineAndStays() {
    goOnline(at: 0)
    #expect(handle(.clockMoved, at: 1 << 50) == [])
    #expect(state.deadline == nil && state.reconnects == 0)
  }

  @Test mutating func closesAfterAFailedCommitAndTriesAgain() throws {
    goOnline(at: 0)
    #expect(handle(.commitFailed, at: 10) == [.close])
    let due = try #require(state.deadline)
    #expect((60...110).contains(due))
    #expect(handle(.clockMoved, at: due - 1) == [])
    goOnline(at: due, sessionPresent: true)
    #expect(state.lostSessions == 0)
  }

  @Test mutating func failingCommitsBackOff() throws {
    var last: Int64 = 0
    for _ in 0..<6 {
      goOnline(at: last, sessionPresent: last > 0)
      #expect(handle(.commitFailed, at: last) == [.close])
      last = try #require(state.deadline)
    }
    #expect(state.backoff.attempts == 6)
    goOnline(at: last, sessionPresent: true)
    #expect(handle(.committed, at: last) == [])
    #expect(state.backoff.attempts == 0)
  }

  @Test mutating func aSilentBrokerIsLeft() {
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.clockMoved, at: SessionState.answerMicroseconds - 1) == [])
    #expect(handle(.clockMoved, at: SessionState.answerMicroseconds) == [.close])
    #expect(state.lastFault?.contains("did not answer") == true)
  }

  @Test mutating func aLostSessionIsCounted() {
    goOnline(at: 0)
    #expect(handle(.lost(reason: "gone"), at: 10) == [.close])
    goOnline(at: 1_000, sessionPresent: false)
    #expect(state.lostSessions == 1)
  }

  @Test mutating func aRefusedTopicIsNamed() {
    goOnline(at: 0, codes: [1, 0x80])
    #expect(state.refusedTopics == ["b"])
  }

  @Test mutating func aRefusedConnectionSaysWhy() {
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.refused(code: 4), at: 1) == [.close])
    #expect(state.lastFault?.contains("password") == true)
  }

  /// Whatever happens in whatever order: at most one connection, and always a way on.
  @Test mutating func noOrderOfEventsLeavesItStuck() {
    let events: [SessionState.Event] = [
      .clockMoved, .accepted(sessionPresent: true), .accepted(sessionPresent: false), .refused(code: 5),
      .subscriptionsAnswered([1, 128]), .lost(reason: "x"), .committed, .commitFailed,
    ]
    var connections = 0
    var now: Int64 = 0
    for _ in 0..<20_000 {
      now += Int64.random(in: 0...2_000, using: &generator)
      for action in handle(events[Int.random(in: events.indices, using: &generator)], at: now) {
        switch action {
        case .connect: connections += 1
        case .close: connections -= 1
        case .subscribe: #expect(connections == 1)
        }
        #expect((0...1).contains(connections))
      }
      if case .online = state.phase { #expect(state.deadline == nil) } else { #expect(state.deadline != nil) }
    }
  }
}
