import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// What is on record of sessions that end and are lost, against Debian's mosquitto.
@Suite struct SessionLossTests {
  /// The broker forgets us between two runs of the program.
  @Test(arguments: MQTTConnection.Version.allCases)
  func aSessionThatTheLedgerKnowsAndTheBrokerNot(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let complete = Timestamp(microseconds: 1_000_000)
    let source = try room.source(
      inbox, version: version, formerSession: .init(topics: ["room/#"], completeUntil: complete))
    try source.start()
    defer { source.stop() }
    try eventually("degraded") { source.status().allSatisfy { $0.state == .degraded } }
    #expect(source.status()[0].detail.contains("lost our session"))
    try eventually("noted and marked") { inbox.losses.count == 1 && inbox.durable.count == 2 }
    let link = try #require(inbox.links.first), lost = try #require(inbox.losses.first)
    #expect(link.change == .connected && link.sessionPresent == false && link.topics == ["room/#"])
    #expect(link.session == "lotwire-line-1@127.0.0.1:\(room.broker.port)")
    #expect(link.detail.contains("MQTT \(version.rawValue)"))
    #expect(lost.cause == .sessionLost && lost.until == link.at)
    #expect(lost.from == complete.advanced(byMicroseconds: -SessionFacts.onTheWayMicroseconds))
    #expect(lost.devices == ["plain", "counter"] && lost.broker == "main")
    // Every parameter, at the instant from which on nothing is missing.
    #expect(inbox.durableReadings.map(\.quality) == [.badNotConnected, .badNotConnected])
    #expect(Set(inbox.durableReadings.map(\.parameter.rawValue)) == [1, 2])
    #expect(inbox.durableReadings.allSatisfy { $0.time == lost.until })
  }

  /// The broker forgets us while we run: from the last instant at which everything was stored.
  @Test(arguments: MQTTConnection.Version.allCases)
  func aSessionLostUnderWayHasItsExtent(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("first") { inbox.durable.count == 1 }
    let first = inbox.durable[0].receivedAt
    // Long enough that the broker can have nothing more.
    usleep(2_500_000)
    room.broker.killNow()
    try eventually("offline") { source.status().allSatisfy { $0.state == .offline } }
    try room.broker.forgetSessions()
    try room.broker.start()
    try eventually("noted") { inbox.losses.count == 1 }
    let links = inbox.links, lost = inbox.losses[0]
    #expect(links.map(\.change) == [.connected, .disconnected, .connected])
    #expect(links.map(\.sessionPresent) == [false, nil, false])
    let heard = try #require(links[1].lastHeardAt)
    #expect(heard >= first && heard <= links[1].at)
    #expect(lost.from == heard.advanced(byMicroseconds: -SessionFacts.onTheWayMicroseconds))
    #expect(lost.until == links[2].at)
    try eventually("marked") { inbox.durableReadings.count == 3 }
    #expect(inbox.durableReadings.suffix(2).allSatisfy { $0.quality == .badNotConnected && $0.time == lost.until })
    try room.publish([BrokerRoom.counter(2)], topic: "room/1/counter")
    try eventually("second") { inbox.durableReadings.map(\.value) == [1, 0, 0, 2] }
  }

  /// What had been read and not stored when the session was lost is part of the loss.
  @Test func whatWasNotStoredIsPartOfTheLoss() throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let source = try room.online(inbox)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("first") { inbox.durable.count == 1 }
    let stored = Timestamp(microseconds: inbox.durable[0].receivedAt.microseconds + 1_000_000)
    usleep(2_500_000)
    inbox.becomes(.failed)
    try room.publish([BrokerRoom.counter(2)], topic: "room/1/counter")
    try eventually("not stored") { !inbox.failed.isEmpty }
    room.broker.killNow()
    try room.broker.forgetSessions()
    inbox.becomes(.durable)
    try room.broker.start()
    try eventually("noted") { inbox.losses.count == 1 }
    #expect(inbox.losses[0].from < stored)
  }

  /// autosave_interval 1: what was acknowledged to the publisher more than a second before is not lost with the broker.
  @Test(arguments: MQTTConnection.Version.allCases)
  func aKilledBrokerKeepsTheSession(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox(otherwise: .hold)
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish((1...100).map(BrokerRoom.counter), topic: "room/1/counter")
    try eventually("some offered") { !inbox.held.isEmpty }
    // mosquitto looks once a second whether it is time to save.
    usleep(2_500_000)
    room.broker.killNow()
    inbox.becomes(.durable)
    inbox.releaseHeld()
    try room.broker.start()
    try eventually("all") { Set(inbox.durableReadings.map(\.value)) == Set((1...100).map(Double.init)) }
    try eventually("online") { inbox.links.count == 3 }
    #expect(inbox.links.map(\.sessionPresent) == [false, nil, true])
    #expect(inbox.losses.isEmpty)
  }

  /// A topic that nobody wants any more is given up at the broker; the others lose nothing, also not where the old one
  /// covered them.
  @Test(arguments: MQTTConnection.Version.allCases)
  func staleTopicsAreGivenUp(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let first = HeldInbox()
    let before = try room.online(first, version: version)
    before.stop()
    #expect(first.links.map(\.change) == [.connected, .disconnected])
    #expect(first.links[0].topics == ["room/#"] && first.links[1].detail == "stopped")
    try room.publish((1...50).map(BrokerRoom.counter), topic: "room/kept")

    let second = HeldInbox()
    var plan = try room.plan(
      filter: "room/kept", version: version,
      formerSession: .init(topics: first.links[0].topics, completeUntil: try #require(first.links[1].lastHeardAt)))
    plan.devices.removeFirst()
    let source = try BrokerRoom.online([plan], second)
    defer { source.stop() }
    try eventually("noted") { second.links.count == 1 }
    #expect(second.links[0].topics == ["room/kept"] && second.links[0].sessionPresent == true)
    try room.publish(["1.5"], topic: "room/plain")
    try room.publish([BrokerRoom.counter(51)], topic: "room/kept")
    try eventually("the last") { second.durableReadings.last?.value == 51 }
    #expect(second.durableReadings.map(\.value) == (1...51).map(Double.init))
    #expect(!source.status()[0].detail.contains("nobody reads"))
    #expect(second.losses.isEmpty)
  }

  /// No acknowledgement leaves before what goes on record with it is stored.
  @Test func notesComeBeforeAcknowledgements() throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    inbox.notesBecome(.full)
    let source = try room.online(inbox)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("offered") { inbox.durable.count == 1 }
    usleep(1_300_000)
    #expect(try room.acknowledgements() == 0 && inbox.notes.isEmpty)
    inbox.notesBecome(.durable, next: [.failed])
    try eventually("acknowledged") { try room.acknowledgements() == 1 }
    try eventually("all noted") { inbox.links.map(\.change) == [.connected, .disconnected, .connected] }
  }

  /// The lines of one device in one round may be more than the recorder takes at once.
  @Test func largeRoundsAreOfferedInParts() {
    func batch(_ count: Int) -> ReadingBatch {
      ReadingBatch(
        device: "a", receivedAt: Timestamp(microseconds: 0), monotonicMicroseconds: 0,
        readings: Array(
          repeating: Reading(parameter: ParameterIndex(0), time: Timestamp(microseconds: 0), value: 1), count: count))
    }
    let sizes = [9_000, 9_000, 9_000, 20_000, 1, 0]
    let parts = RoundDelivery.split(sizes.map(batch)).map { $0.map(\.readings.count) }
    #expect(parts == [[9_000, 9_000], [9_000], [20_000], [1, 0]])
    #expect(RoundDelivery.split([]).isEmpty)
  }
}
