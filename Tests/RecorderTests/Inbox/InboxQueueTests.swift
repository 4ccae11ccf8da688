import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite("Inbox without a thread") struct InboxQueueTests {
  static let bounds = {
    var bounds = InboxBounds()
    bounds.maximumReadings = 4
    bounds.maximumReadingsPerCommit = 2
    bounds.commitDelayMicroseconds = 50_000
    return bounds
  }()

  static func readings(_ count: Int, _ acknowledge: (@Sendable (RecorderOutcome) -> Void)? = nil) -> PendingReadings {
    let reading = Reading(parameter: ParameterIndex(0), time: Timestamp(microseconds: 0), value: 1)
    let batch = ReadingBatch(
      device: "plc", receivedAt: Timestamp(microseconds: 0), monotonicMicroseconds: 0,
      readings: Array(repeating: reading, count: count))
    return PendingReadings(batches: [batch], acknowledge: acknowledge)
  }

  @Test("readings wait for company, awaited ones do not") func due() {
    var queue = InboxQueue(bounds: Self.bounds)
    #expect(queue.dueAt(0) == .max)
    #expect(queue.offer(Self.readings(1), now: 1_000) == .takenAndDue)
    #expect(queue.dueAt(1_000) == 51_000)
    #expect(queue.offer(Self.readings(1, { _ in }), now: 2_000) == .takenAndDue)
    #expect(queue.dueAt(2_000) <= 2_000)
    #expect(queue.take(now: 2_000).readings.count == 2)
    #expect(queue.dueAt(2_000) == .max)
  }

  @Test("a full inbox turns away and counts what nobody else keeps") func bound() {
    var queue = InboxQueue(bounds: Self.bounds)
    #expect(queue.offer(Self.readings(3), now: 0) != .turnedAway)
    #expect(queue.offer(Self.readings(2), now: 0) == .turnedAway)
    #expect(queue.offer(Self.readings(2, { _ in }), now: 0) == .turnedAway)
    #expect(queue.readingCount == 3)
    #expect(queue.take(now: 0).turnedAway == ["plc": 1])
    #expect(queue.take(now: 0).turnedAway.isEmpty)
  }

  @Test("what came back goes first, after its pause, however full the inbox is") func putBack() {
    var queue = InboxQueue(bounds: Self.bounds)
    #expect(queue.offer(Self.readings(1), now: 0) != .turnedAway)
    queue.putBack([Self.readings(3)], holdMicroseconds: 250_000, now: 0)
    #expect(queue.dueAt(100_000) == 250_000)
    #expect(queue.dueAt(250_000) == 250_000)
    #expect(queue.take(now: 250_000).readings.map(\.readingCount) == [3])
    #expect(queue.take(now: 250_000).readings.map(\.readingCount) == [1])
  }
}
