import Devices
import Testing

@testable import MQTT

/// When a Sparkplug link connects, gives up and tries again.
@Suite struct SparkplugLinkStateTests {
  private var generator = SeededGenerator(seed: 1)
  private var state = SparkplugLinkState(
    backoff: Backoff(firstMicroseconds: 1_000_000, capMicroseconds: 8_000_000), now: 0)

  private mutating func handle(_ event: SparkplugLinkState.Event, at now: Int64) -> [SparkplugLinkState.Action] {
    state.handle(event, at: now, using: &generator)
  }

  @Test mutating func connectsAtOnceAndIsReadyWhenTheSubscriptionIsAnswered() {
    #expect(state.deadline == 0)
    #expect(handle(.clockMoved, at: 0) == [.connect])
    #expect(handle(.accepted, at: 10) == [])
    #expect(handle(.subscribing, at: 20) == [])
    #expect(!state.isReady)
    #expect(handle(.subscriptionsAnswered, at: 30) == [])
    #expect(state.isReady && state.deadline == nil)
  }

  @Test mutating func silenceOfTheBrokerEndsTheAttempt() {
    _ = handle(.clockMoved, at: 0)
    #expect(handle(.clockMoved, at: SparkplugLinkState.answerMicroseconds - 1) == [])
    let reason = "the broker did not answer within 15 s"
    #expect(handle(.clockMoved, at: SparkplugLinkState.answerMicroseconds) == [.close(reason: reason)])
    #expect(state.lastFault == reason && state.reconnects == 1)
  }

  @Test mutating func anUnansweredSubscriptionEndsTheConnection() {
    _ = handle(.clockMoved, at: 0)
    _ = handle(.accepted, at: 0)
    _ = handle(.subscribing, at: 100)
    #expect(state.deadline == 100 + SparkplugLinkState.answerMicroseconds)
    let actions = handle(.clockMoved, at: 100 + SparkplugLinkState.answerMicroseconds)
    #expect(actions == [.close(reason: "the broker did not answer the subscription")])
  }

  @Test mutating func waitsGrowUntilAConnectionHolds() throws {
    var now: Int64 = 0
    var waits: [Int64] = []
    for attempt in 0..<6 {
      #expect(handle(.clockMoved, at: now) == [.connect])
      _ = handle(.accepted, at: now)
      if attempt == 4 { now += SparkplugLinkState.steadyMicroseconds }
      #expect(handle(.lost(reason: "cut"), at: now) == [.close(reason: "cut")])
      let next = try #require(state.deadline)
      waits.append(next - now)
      now = next
    }
    let fulls: [Int64] = [1_000_000, 2_000_000, 4_000_000, 8_000_000, 1_000_000, 2_000_000]
    for (wait, full) in zip(waits, fulls) { #expect((full / 2...full).contains(wait)) }
  }

  @Test mutating func leavingIsNoLossButWaitsLikeOne() {
    _ = handle(.clockMoved, at: 0)
    _ = handle(.accepted, at: 0)
    #expect(handle(.left(reason: "the host is away"), at: 5) == [.close(reason: "the host is away")])
    #expect(state.deadline != nil && !state.isReady)
    #expect(handle(.lost(reason: "late"), at: 6) == [])
  }
}
