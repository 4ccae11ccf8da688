import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct SessionFactsTests {
  static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  static func plan(completeUntil: Int64?) throws -> MQTTBrokerPlan {
    MQTTBrokerPlan(
      port: 1_883, clientID: "line",
      formerSession: completeUntil.map { .init(topics: ["old"], completeUntil: time($0)) },
      devices: [
        MQTTDevicePlan(
          device: "one", values: [try TestValue("a", parameters: [2, 1]), try TestValue("b", parameters: [2])]),
        MQTTDevicePlan(device: "two", mappings: [], parameters: [:]),
      ])
  }

  static func answers() throws -> [SubscriptionAnswer] {
    [.init(filter: try TopicFilter("a"), code: 1), .init(filter: try TopicFilter("b"), code: 0x87)]
  }

  static func losses(_ notes: [MessageNote]) -> [MessagesLost] {
    notes.compactMap { if case .lost(let lost) = $0 { lost } else { nil } }
  }

  static func links(_ notes: [MessageNote]) -> [BrokerLink] {
    notes.compactMap { if case .broker(let link) = $0 { link } else { nil } }
  }

  @Test func theBeginningSaysWhatTheBrokerHolds() throws {
    var facts = SessionFacts(try Self.plan(completeUntil: nil), versionNote: "version 9")
    let notes = facts.cameOnline(
      sessionPresent: false, isLoss: false, answers: try Self.answers(), detail: "how", at: Self.time(5))
    #expect(
      notes == [
        .broker(
          BrokerLink(
            broker: "main", change: .connected, session: "line@127.0.0.1:1883", detail: "how; version 9",
            sessionPresent: false, topics: ["a"], refusedTopics: ["b"], at: Self.time(5)))
      ])
    _ = facts.wentOffline(reason: "x", lastHeardAt: Self.time(6), at: Self.time(7))
    let again = facts.cameOnline(
      sessionPresent: true, isLoss: false, answers: try Self.answers(), detail: "how", at: Self.time(8))
    #expect(Self.links(again).map(\.detail) == ["how"])
  }

  /// From when to when messages may be missing.
  @Test(arguments: [
    // Known from the ledger; nothing happened since.
    (former: 10 as Int64?, storedUntil: nil as Int64?, heardAt: nil as Int64?, from: 10 as Int64),
    // A first connection of this process that stored everything until 40 and was heard until 42.
    (10, 40, 42, 40),
    (nil, 40, 42, 40),
    // Nothing was ever complete in it: from its beginning, 30.
    (nil, nil, 42, 30),
    (10, nil, 42, 10),
  ])
  func aLossHasItsExtent(former: Int64?, storedUntil: Int64?, heardAt: Int64?, from: Int64) throws {
    var facts = SessionFacts(try Self.plan(completeUntil: former), versionNote: nil)
    if let heardAt {
      _ = facts.cameOnline(
        sessionPresent: former != nil, isLoss: false, answers: [], detail: "", at: Self.time(30))
      if let storedUntil {
        let told = facts.everythingIsStored(until: Self.time(storedUntil))
        #expect(Self.links(told).map(\.change) == [.caughtUp] && Self.links(told).map(\.at) == [Self.time(storedUntil)])
        #expect(facts.everythingIsStored(until: Self.time(storedUntil)).isEmpty)
      }
      let ends = facts.wentOffline(reason: "x", lastHeardAt: Self.time(heardAt), at: Self.time(50))
      #expect(Self.links(ends).map(\.lastHeardAt) == [Self.time(from)])
    }
    let notes = facts.cameOnline(sessionPresent: false, isLoss: true, answers: [], detail: "", at: Self.time(60))
    #expect(Self.losses(notes).map(\.from) == [Self.underWay(before: from)])
    #expect(Self.losses(notes).map(\.until) == [Self.time(60)])
    #expect(Self.losses(notes).map(\.devices) == [["one", "two"]])
    #expect(Self.losses(notes).map(\.cause) == [.sessionLost])
    // The next one begins where this one ended.
    _ = facts.wentOffline(reason: "x", lastHeardAt: Self.time(70), at: Self.time(71))
    let next = facts.cameOnline(sessionPresent: false, isLoss: true, answers: [], detail: "", at: Self.time(80))
    #expect(Self.losses(next).map(\.from) == [Self.underWay(before: 60)])
  }

  /// What was sent just before an instant was still under way then.
  private static func underWay(before instant: Int64) -> Timestamp {
    time(instant).advanced(byMicroseconds: -SessionFacts.onTheWayMicroseconds)
  }

  @Test func whatNeverBeganDoesNotEnd() throws {
    var facts = SessionFacts(try Self.plan(completeUntil: 10), versionNote: nil)
    #expect(facts.wentOffline(reason: "x", lastHeardAt: nil, at: Self.time(1)).isEmpty)
    #expect(facts.everythingIsStored(until: Self.time(20)).isEmpty)
    #expect(facts.completeUntil == Self.time(10))
  }

  @Test func aClockThatWasSetBackMakesNoBackwardExtent() throws {
    var facts = SessionFacts(try Self.plan(completeUntil: 100), versionNote: nil)
    let notes = facts.cameOnline(sessionPresent: false, isLoss: true, answers: [], detail: "", at: Self.time(60))
    #expect(Self.losses(notes).map(\.from) == [Self.time(60)])
  }

  @Test func theGapHasEveryParameterOnce() throws {
    let facts = SessionFacts(try Self.plan(completeUntil: nil), versionNote: nil)
    let gap = facts.gap(at: ClockReading(utc: Self.time(3), monotonicMicroseconds: 7))
    #expect(gap.map(\.device) == ["one"])
    #expect(gap[0].receivedAt == Self.time(3) && gap[0].monotonicMicroseconds == 7)
    #expect(gap[0].readings.map(\.parameter.rawValue) == [1, 2])
    #expect(gap[0].readings.allSatisfy { $0.quality == .badNotConnected && $0.time == Self.time(3) })
  }
}
