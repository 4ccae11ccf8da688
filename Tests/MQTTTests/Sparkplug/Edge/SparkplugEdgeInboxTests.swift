import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Values on their way to the edge node: bounded, in order, and not forgotten by the status.
@Suite struct SparkplugEdgeInboxTests {
  private func value(_ milliseconds: Int64) -> SparkplugEdgeValue {
    EdgeDriver.value("temperature", at: milliseconds, .number(1))
  }

  private func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(microseconds: EdgeDriver.start + milliseconds * 1_000)
  }

  @Test func givesUpTheOldestAboveItsBound() {
    let inbox = SparkplugEdgeInbox(maximumCount: 3)
    inbox.put([value(1), value(2)])
    inbox.put([value(3), value(4), value(5)])
    #expect(inbox.waitingCount == 3 && inbox.givenUp == 2)
    #expect(inbox.take().map(\.time) == [time(3), time(4), time(5)])
    #expect(inbox.waitingCount == 0 && inbox.givenUp == 2)
    // What was given up was not published, however long ago.
    inbox.accountedFor()
    #expect(inbox.earliestTime == time(1))
  }

  @Test func whatIsTakenCountsUntilItIsAccountedFor() {
    let inbox = SparkplugEdgeInbox(maximumCount: 10)
    #expect(inbox.earliestTime == nil)
    inbox.put([value(5), value(4)])
    #expect(inbox.earliestTime == time(4))
    _ = inbox.take()
    inbox.put([value(6)])
    #expect(inbox.earliestTime == time(4))
    inbox.accountedFor()
    #expect(inbox.earliestTime == time(6))
  }

  @Test func theStatusKnowsWhatWasHandedInBeforeTheStart() {
    let node = SparkplugEdgeNode(plan: EdgeDriver.plan) { _ in }
    node.update([value(1), value(2)])
    let status = node.status()
    #expect(status.keptValues == 2 && status.publishedThrough == nil && status.state == .starting)
    node.stop()
  }
}
