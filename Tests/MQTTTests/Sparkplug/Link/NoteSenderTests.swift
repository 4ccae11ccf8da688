import Devices
import Foundation
import Shopfloor
import Testing

@testable import MQTT

/// Facts for the record wait in order until the recorder has stored them, up to a bound.
@Suite struct NoteSenderTests {
  private func note(_ number: Int) -> MessageNote {
    .broker(BrokerLink(broker: "b\(number)", change: .disconnected, detail: "", at: Timestamp(microseconds: 0)))
  }

  /// Each look a pause later than the one before.
  private final class Looks {
    private var microseconds: Int64 = 0

    var next: ClockReading {
      microseconds += NoteQueue.pauseMicroseconds
      return ClockReading(utc: Timestamp(microseconds: 0), monotonicMicroseconds: microseconds)
    }
  }

  @Test func keepsTheOrderThroughAFullInbox() throws {
    let (inbox, looks) = (NotingInbox(refusals: 2), Looks())
    var sender = NoteSender(inbox: inbox, wake: try WakeSignal())
    sender.add([note(1)])
    sender.send(at: looks.next)
    sender.add([note(2), note(3)])
    sender.send(at: looks.next)
    #expect(sender.turnedAway == 2 && inbox.links.isEmpty && !sender.isIdle)
    try eventually("sent and answered") {
      sender.send(at: looks.next)
      return sender.isIdle
    }
    #expect(inbox.links.map(\.broker) == ["b1", "b2", "b3"])
  }

  /// A full disk: the recorder answers what it could not commit with a refusal.
  @Test func whatWasNotStoredIsSentAgain() throws {
    let (inbox, looks) = (NotingInbox(refusals: 0, failedCommits: 3), Looks())
    var sender = NoteSender(inbox: inbox, wake: try WakeSignal())
    sender.add([note(1), note(2)])
    sender.send(at: looks.next)
    sender.add([note(3)])
    try eventually("stored") {
      sender.send(at: looks.next)
      return sender.isIdle
    }
    #expect(sender.refused == 3 && sender.givenUp == 0 && sender.lastRefusal != nil)
    #expect(inbox.links.map(\.broker) == ["b1", "b2", "b3"])
  }

  @Test func givesUpTheOldestAboveItsBound() throws {
    let (inbox, looks) = (NotingInbox(refusals: 1), Looks())
    var sender = NoteSender(inbox: inbox, wake: try WakeSignal())
    sender.add((1...(NoteQueue.maximumWaiting + 5)).map(note))
    #expect(sender.givenUp == 5 && sender.waitingCount == NoteQueue.maximumWaiting)
    sender.send(at: looks.next)
    try eventually("sent") {
      sender.send(at: looks.next)
      return sender.isIdle
    }
    #expect(inbox.links.count == NoteQueue.maximumWaiting && inbox.links.first?.broker == "b6")
  }

  @Test func withoutARecorderNothingWaits() throws {
    var sender = NoteSender(inbox: nil, wake: try WakeSignal())
    sender.add([note(1)])
    #expect(sender.isIdle)
  }
}
