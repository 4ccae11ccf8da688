import Devices
import Shopfloor
import Testing

@testable import Recorder

@Suite struct BoundedInboxTests {
  /// A delay that no test waits for.
  static func inbox() -> BoundedInbox {
    var bounds = InboxBounds()
    bounds.commitDelayMicroseconds = 3_600_000_000
    return BoundedInbox(bounds: bounds)
  }

  static func readings(_ acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> PendingReadings {
    PendingReadings(
      batches: [
        ReadingBatch(
          device: "plc", receivedAt: Timestamp(microseconds: 0), monotonicMicroseconds: 0,
          readings: [Reading(parameter: ParameterIndex(0), time: Timestamp(microseconds: 0), value: 1)])
      ], acknowledge: acknowledge)
  }

  /// Who awaits the commit takes along what waited before.
  @Test func awaitedReadingsAreTakenAtOnceWithAllBefore() {
    let inbox = Self.inbox()
    #expect(inbox.offer(Self.readings(nil)))
    #expect(inbox.offer(Self.readings({ _ in })))
    #expect(inbox.take(notAfter: .max).readings.count == 2)
    #expect(inbox.waitingReadings == 0)
  }

  @Test func theFirstAwaitedReadingsAreTakenAtOnce() {
    let inbox = Self.inbox()
    #expect(inbox.offer(Self.readings({ _ in })))
    #expect(inbox.take(notAfter: .max).readings.count == 1)
  }
}
