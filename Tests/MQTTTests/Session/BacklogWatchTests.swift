import Testing

@testable import MQTT

@Suite struct BacklogWatchTests {
  static let second: Int64 = 1_000_000

  @Test func nothingIsKnownBeforeAWhile() {
    let watch = BacklogWatch(beganAt: 5 * Self.second)
    #expect(!watch.isCaughtUp(at: 5 * Self.second) && !watch.isOver(at: 6 * Self.second - 1))
    #expect(watch.isCaughtUp(at: 6 * Self.second) && watch.isOver(at: 6 * Self.second))
  }

  @Test func fullRoundsPutItOff() {
    var watch = BacklogWatch(beganAt: 0)
    for tenth in 1...100 {
      watch.note(messages: BacklogWatch.smallestWindow, mayHaveMore: false, at: Int64(tenth) * Self.second / 10)
      watch.note(messages: 3, mayHaveMore: false, at: Int64(tenth) * Self.second / 10)
    }
    #expect(!watch.isCaughtUp(at: 11 * Self.second - 1))
    #expect(watch.isCaughtUp(at: 11 * Self.second))
    watch.note(messages: 1, mayHaveMore: true, at: 11 * Self.second)
    #expect(!watch.isCaughtUp(at: 11 * Self.second))
  }

  @Test func aFloodIsNoBacklogForEver() {
    var watch = BacklogWatch(beganAt: 0)
    for now in 0...60 { watch.note(messages: 5_000, mayHaveMore: true, at: Int64(now) * Self.second) }
    #expect(watch.isOver(at: 60 * Self.second) && !watch.isCaughtUp(at: 60 * Self.second))
  }

  /// A line on which there is always much: what it sends is live after the longest time, and complete.
  @Test func aBusyLineCountsFromTheLongestTimeOn() {
    var watch = BacklogWatch(beganAt: 0)
    for now in 1...600 { watch.note(messages: 50, mayHaveMore: false, at: Int64(now) * Self.second / 10) }
    #expect(!watch.isCaughtUp(at: 60 * Self.second - 1) && watch.isCaughtUp(at: 60 * Self.second))
  }

  @Test func aSlowCommitLeavesABacklog() throws {
    #expect(BacklogWatch(commitBeganAt: 0, endedAt: BacklogWatch.slowCommitMicroseconds - 1) == nil)
    var watch = try #require(BacklogWatch(commitBeganAt: 0, endedAt: Self.second / 2))
    watch.note(messages: 5_000, mayHaveMore: true, at: 5 * Self.second)
    #expect(!watch.isOver(at: 5 * Self.second) && watch.isOver(at: 5 * Self.second + Self.second / 2))
    var longest = try #require(BacklogWatch(commitBeganAt: 0, endedAt: 1_000 * Self.second))
    longest.note(messages: 5_000, mayHaveMore: true, at: 1_060 * Self.second - 1)
    #expect(!longest.isOver(at: 1_060 * Self.second - 1) && longest.isOver(at: 1_060 * Self.second))
  }
}
