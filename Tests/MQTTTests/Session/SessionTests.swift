import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// The session against Debian's mosquitto.
@Suite struct SessionTests {
  @Test(arguments: MQTTConnection.Version.allCases)
  func valuesArrive(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish(["21.5", "21,7", "warm"], topic: "room/plain")
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    // room/plain also is room/#: the counter's device gets each of them as a payload that is no JSON object.
    try eventually("four messages") { inbox.durable.count == 7 }
    let plain = inbox.durable.filter { $0.device == "plain" }
    #expect(plain.map(\.messageKey) == [nil, nil, nil])
    #expect(plain.flatMap(\.readings).map(\.quality) == [.good, .good, .badPayload])
    #expect(plain.flatMap(\.readings).map(\.value) == [21.5, 21.7, 0])
    let counter = inbox.durableReadings.filter { $0.parameter == ParameterIndex(2) && $0.quality.isGood }
    #expect(counter.map(\.value) == [1])
    try eventually("acknowledged") { try room.acknowledgements() == 4 }
    let status = try #require(source.status().first { $0.device == "plain" })
    #expect(status.counters.replies == 3 && status.counters.malformed == 1)
  }

  /// The promise itself: no PUBACK before the recorder says durable, and the PUBACK right after.
  @Test(arguments: MQTTConnection.Version.allCases)
  func acknowledgementWaitsForTheCommit(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox(otherwise: .hold)
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("offered") { inbox.held.count == 1 }
    // Longer than the library's keep-alive look and than anything it would send by itself.
    usleep(1_300_000)
    #expect(try room.acknowledgements() == 0)
    inbox.releaseHeld()
    try eventually("acknowledged") { try room.acknowledgements() == 1 }
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func whatWasNotCommittedComesAgainUnderTheSameKey(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let first = HeldInbox(otherwise: .hold)
    let source = try room.online(first, version: version)
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("offered") { first.held.count == 1 }
    source.stop()
    #expect(try room.acknowledgements() == 0)

    let second = HeldInbox()
    let again = try room.online(second, version: version)
    defer { again.stop() }
    try eventually("redelivered") { second.durable.count == 1 }
    #expect(second.durable[0].messageKey != nil && second.durable[0].messageKey == first.held[0].messageKey)
    #expect(second.durable[0].readings == first.held[0].readings)
    try eventually("acknowledged") { try room.acknowledgements() == 1 }
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func failedCommitBringsTheMessageAgain(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox([.failed, .failed])
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("stored at the third attempt") { inbox.durable.count == 1 }
    #expect(inbox.failed.map(\.messageKey) == [inbox.durable[0].messageKey, inbox.durable[0].messageKey])
    try eventually("acknowledged") { try room.acknowledgements() == 1 }
    try eventually("online again") { source.status().allSatisfy { $0.state == .online } }
    #expect(source.status()[0].counters.reconnects == 2)
  }

  /// Commits that fail in the middle of much: everything comes again, in order, and never did we say good-bye, which
  /// would have sent the acknowledgements that wait before it.
  @Test(arguments: MQTTConnection.Version.allCases)
  func failedCommitsKeepTheOrder(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox([.durable, .failed, .durable, .durable, .failed, .failed])
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish((1...1_000).map(BrokerRoom.counter), topic: "room/1/counter")
    try eventually("all") { Set(inbox.durableReadings.map(\.value)).count == 1_000 }
    #expect(!inbox.failed.isEmpty)
    var seen: Set<Double> = []
    #expect(inbox.durableReadings.map(\.value).filter { seen.insert($0).inserted } == (1...1_000).map(Double.init))
    #expect(try !room.log().contains("Received DISCONNECT from \(BrokerRoom.clientID)"))
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func fullInboxLosesNothing(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox(otherwise: .full)
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish((1...300).map(BrokerRoom.counter), topic: "room/1/counter")
    try eventually("turned away more than once") { inbox.refusals > 3 }
    #expect(inbox.durable.isEmpty)
    inbox.becomes(.durable)
    try eventually("all") { inbox.durable.count >= 300 }
    #expect(inbox.durableReadings.map(\.value) == (1...300).map(Double.init))
    #expect(source.status()[0].counters.turnedAway > 3)
  }

  @Test(arguments: MQTTConnection.Version.allCases)
  func brokerRestartIsSurvived(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let inbox = HeldInbox()
    let source = try room.online(inbox, version: version)
    defer { source.stop() }
    try room.publish([BrokerRoom.counter(1)], topic: "room/1/counter")
    try eventually("first") { inbox.durable.count == 1 }
    room.broker.stop()
    try eventually("offline") { source.status().allSatisfy { $0.state == .offline } }
    try room.broker.start()
    try room.publish([BrokerRoom.counter(2)], topic: "room/1/counter")
    try eventually("second") { inbox.durable.count == 2 }
    #expect(inbox.durableReadings.map(\.value) == [1, 2])
    try eventually("online") { source.status().allSatisfy { $0.state == .online } }
  }

  @Test func brokerMayBeDownAtTheStart() throws {
    let room = try BrokerRoom()
    room.broker.stop()
    let inbox = HeldInbox()
    let source = try room.source(inbox)
    try source.start()
    defer { source.stop() }
    try eventually("offline") { source.status().allSatisfy { $0.state == .offline } }
    try room.broker.start()
    try eventually("online") { source.status().allSatisfy { $0.state == .online } }
  }

  @Test func retainedIsMarkedAndLargeIsNotRead() throws {
    let room = try BrokerRoom()
    try room.publish(["20.0"], topic: "room/plain", retained: true)
    let inbox = HeldInbox()
    let source = try room.online(inbox)
    defer { source.stop() }
    try eventually("retained") { inbox.durable.contains { $0.device == "plain" } }
    try room.publish([String(repeating: "9", count: 1_000_000), "20.5"], topic: "room/plain")
    try eventually("three messages") { inbox.durable.filter { $0.device == "plain" }.count == 3 }
    let readings = inbox.durable.filter { $0.device == "plain" }.flatMap(\.readings)
    #expect(readings.map(\.quality) == [.uncertainRetained, .badPayloadTooLarge, .good])
    #expect(readings.map(\.value) == [20, 0, 20.5])
    try eventually("acknowledged") { try room.acknowledgements() == 3 }
  }

  /// More than fits into one round.
  static let many = MosquittoClient.maximumRoundMessages + 1_500

  /// Ended in the middle of rounds, several times: nothing is lost. mosquitto 2.0.11 answers one PUBACK of a resumed
  /// session with 20 further messages, so a round may be as large as our own bound.
  @Test(arguments: MQTTConnection.Version.allCases)
  func stoppedAgainAndAgainLosesNothing(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    var stored: [Double] = []
    let first = try room.online(HeldInbox(), version: version)
    first.stop()
    try room.publish((1...Self.many).map(BrokerRoom.counter), topic: "room/1/counter")
    for durableRounds in [1, 0, 1, 0] {
      let inbox = HeldInbox(Array(repeating: .durable, count: durableRounds), otherwise: .hold)
      let source = try room.source(inbox, version: version)
      try source.start()
      try eventually("a round held after \(stored.count)") {
        !inbox.held.isEmpty || Set(stored + inbox.durableReadings.map(\.value)).count == Self.many
      }
      source.stop()
      stored += inbox.durableReadings.map(\.value)
    }
    let last = HeldInbox()
    let source = try room.online(last, version: version)
    defer { source.stop() }
    try eventually("the rest") { Set(stored + last.durableReadings.map(\.value)).count == Self.many }
  }

  @Test func plansThatCannotRunAreRefused() throws {
    func plan(_ port: Int, _ id: String) -> MQTTBrokerPlan {
      MQTTBrokerPlan(
        name: "main", connection: MQTTConnection(host: "broker", port: port, clientID: id), devices: [])
    }
    #expect(throws: MQTTPlanFault.clientIDTwice(host: "broker", port: 1883, clientID: "a")) {
      try MQTTSource(brokers: [plan(1883, "a"), plan(1883, "a")], inbox: HeldInbox()).start()
    }
    #expect(throws: MQTTPlanFault.portOutsideRange(host: "broker", port: 0)) {
      try MQTTSource(brokers: [plan(0, "a")], inbox: HeldInbox()).start()
    }
    #expect(throws: MQTTPlanFault.clientIDLength(host: "broker", bytes: 0)) {
      try MQTTSource(brokers: [plan(1883, "")], inbox: HeldInbox()).start()
    }
  }
}
