import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct SessionBoardTests {
  static func time(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  let board = SessionBoard(since: time(0))

  @Test func aDeviceSaysItselfThatItIsAway() {
    board.show(.online, "connected", reconnects: 3, at: Self.time(1))
    board.show(["one": false, "two": true], at: Self.time(2))
    board.show(["one": false], at: Self.time(3))
    let one = board.status(of: "one"), two = board.status(of: "two")
    #expect(one.state == .offline && one.since == Self.time(2) && one.detail.hasPrefix("the device says"))
    #expect(one.detail.hasSuffix("connected") && one.counters.reconnects == 3)
    #expect(two.state == .online && two.since == Self.time(1) && two.detail == "connected")
    board.show(["one": true], at: Self.time(4))
    #expect(board.status(of: "one").state == .online)
  }

  /// What a device said of itself means nothing while nobody hears it.
  @Test func withoutTheBrokerItsReasonIsShown() {
    board.show(["one": false], at: Self.time(2))
    board.show(.offline, "no broker", reconnects: 0, at: Self.time(3))
    #expect(board.status(of: "one").detail == "no broker" && board.status(of: "one").since == Self.time(3))
  }

  @Test func roundsAndFloodsAreCounted() {
    board.count(["one": (messages: 3, malformed: 1)], unmapped: 0, lastUnmappedTopic: "")
    board.count(["one": (messages: 2, malformed: 0)], unmapped: 4, lastUnmappedTopic: "x/y")
    board.count([
      .thinned(
        MessagesThinned(
          device: "one", topic: "t", from: Self.time(0), until: Self.time(1), received: 30, kept: 12, rule: ""))
    ])
    board.update { $0.notesGivenUp = 2 }
    let one = board.status(of: "one"), two = board.status(of: "two")
    #expect(one.counters.replies == 5 && one.counters.malformed == 1 && two.counters.replies == 0)
    #expect(one.detail.contains("18 messages came faster") && !two.detail.contains("faster"))
    #expect(two.detail.contains("4 messages on topics that nobody reads, last x/y"))
    #expect(two.detail.contains("2 notes on this connection"))
  }
}
