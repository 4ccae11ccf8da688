import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct NoteQueueTests {
  var queue = NoteQueue()

  static func link(_ number: Int) -> MessageNote {
    .broker(BrokerLink(broker: "b\(number)", change: .connected, detail: "", at: Timestamp(microseconds: 0)))
  }

  static func loss(_ number: Int) -> MessageNote {
    .lost(
      MessagesLost(
        broker: "b\(number)", devices: [], cause: .sessionLost, from: Timestamp(microseconds: 0),
        until: Timestamp(microseconds: 1), detail: ""))
  }

  @Test mutating func keepsWhatIsNotStored() {
    queue.add([Self.link(1)])
    #expect(queue.take(at: 0) == [Self.link(1)])
    // One hand-over at a time.
    queue.add([Self.link(2)])
    #expect(queue.take(at: 1) == nil)
    queue.answered(isStored: false, at: 2)
    #expect(queue.take(at: 3) == nil)
    #expect(queue.take(at: 2 + NoteQueue.pauseMicroseconds) == [Self.link(1), Self.link(2)])
    queue.add([Self.link(3)])
    queue.answered(isStored: true, at: 1_000_000)
    #expect(queue.take(at: 1_000_000) == [Self.link(3)])
    queue.turnedAway(at: 1_000_000)
    #expect(queue.waiting == [Self.link(3)] && !queue.isEmpty)
    #expect(queue.take(at: 2_000_000) == [Self.link(3)])
    queue.answered(isStored: true, at: 2_000_000)
    #expect(queue.isEmpty && queue.givenUp == 0)
  }

  @Test mutating func aLossOutlivesBeginningsAndEnds() {
    queue.add([Self.loss(0)] + (1...NoteQueue.maximumWaiting).map(Self.link))
    #expect(queue.waiting.count == NoteQueue.maximumWaiting && queue.givenUp == 1)
    #expect(queue.waiting.first == Self.loss(0) && queue.waiting[1] == Self.link(2))
  }

  @Test mutating func whatIsUnderWayIsNotGivenUpForWhatFollows() {
    queue.add([Self.link(0)])
    _ = queue.take(at: 0)
    queue.add((1...NoteQueue.maximumWaiting).map(Self.link))
    #expect(queue.waiting.first == Self.link(0) && queue.givenUp == 1)
    queue.answered(isStored: true, at: 0)
    #expect(queue.waiting == (2...NoteQueue.maximumWaiting).map(Self.link))
  }

  @Test mutating func whatIsUnderWayIsNotTakenBack() {
    queue.add([Self.loss(1), Self.loss(2)])
    queue.withdraw([Self.loss(2), Self.loss(3)])
    #expect(queue.take(at: 0) == [Self.loss(1)])
    queue.add([Self.loss(1)])
    queue.withdraw([Self.loss(1), Self.loss(1)])
    queue.answered(isStored: true, at: 0)
    #expect(queue.isEmpty)
  }
}
