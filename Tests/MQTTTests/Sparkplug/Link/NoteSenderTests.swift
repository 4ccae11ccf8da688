import Devices
import Foundation
import Shopfloor
import Testing

@testable import MQTT

/// Facts for the record wait in order while the recorder has no room, up to a bound.
@Suite struct NoteSenderTests {
  private func note(_ number: Int) -> MessageNote {
    .broker(BrokerLink(broker: "b\(number)", change: .disconnected, detail: "", at: Timestamp(microseconds: 0)))
  }

  private let now = Timestamp(microseconds: 0)

  @Test func keepsTheOrderThroughAFullInbox() throws {
    let inbox = NotingInbox(refusals: 2)
    var sender = NoteSender(inbox: inbox, wake: try WakeSignal())
    sender.add([note(1)])
    sender.send(at: now)
    sender.add([note(2), note(3)])
    sender.send(at: now)
    #expect(sender.turnedAway == 2 && inbox.links.isEmpty && !sender.isIdle)
    try eventually("sent and answered") {
      sender.send(at: now)
      return sender.isIdle
    }
    #expect(inbox.links.map(\.broker) == ["b1", "b2", "b3"])
  }

  @Test func givesUpTheOldestAboveItsBound() throws {
    let inbox = NotingInbox(refusals: 1)
    var sender = NoteSender(inbox: inbox, wake: try WakeSignal())
    sender.add((1...(NoteSender.maximumWaiting + 5)).map(note))
    #expect(sender.givenUp == 5)
    sender.send(at: now)
    try eventually("sent") {
      sender.send(at: now)
      return sender.isIdle
    }
    #expect(inbox.links.count == NoteSender.maximumWaiting && inbox.links.first?.broker == "b6")
  }

  @Test func withoutARecorderNothingWaits() throws {
    var sender = NoteSender(inbox: nil, wake: try WakeSignal())
    sender.add([note(1)])
    #expect(sender.isIdle)
  }
}
