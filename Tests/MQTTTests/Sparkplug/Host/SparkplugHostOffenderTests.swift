import Devices
import Shopfloor
import Testing

@testable import MQTT

/// Edge nodes that leave the specification: read where it is safe, counted, asked for births now and then, and never
/// more than that.
@Suite struct SparkplugHostOffenderTests {
  @Test func aDeviceThatIsBornWithoutItsNodeIsRead() {
    var room = HostRoom()
    room.connect()
    room.device(.deviceBirth, 0, HostRoom.ovenBirth())
    room.device(.deviceData, 1, [SparkplugMetric(name: "Temperature", value: .double(5))])
    room.device(.deviceData, 2, [HostRoom.temperature(6)])
    #expect(room.readings(of: HostRoom.temperature).map(\.value) == [21.5, 5], "names hold, aliases do not")
    #expect(room.session.counters.violations[.deviceBirthAlone] == 1)
    room.send(.deviceDeath, HostRoom.oven, nil, [], timestamp: nil)
    #expect(room.readings.suffix(3).allSatisfy { $0.quality == .badDeviceOffline && $0.time == room.now.utc })
  }

  @Test func aDeathWithoutATimeIsAtTheTimeOfReceipt() {
    var room = HostRoom.born()
    room.pass(milliseconds: 5)
    room.deliver(.deviceDeath, HostRoom.oven, SparkplugPayload(metrics: []))
    #expect(room.readings.count == 3)
    #expect(room.readings.allSatisfy { $0.quality == .badDeviceOffline && $0.time == room.now.utc })
    #expect(room.session.counters.violations[.deathWithoutTime] == 1)
    #expect(room.session.counters.violations[.noSequence] == 1)
  }

  @Test func dataWithNameAndTypeNeedsNoBirth() {
    var room = HostRoom()
    room.connect()
    room.device(.deviceData, 3, [SparkplugMetric(name: "Temperature", datatype: 9, value: .float(1.5))])
    #expect(room.values == [1.5])
  }

  @Test func whatTheBrokerHadKeptIsLastKnown() {
    var room = HostRoom()
    room.connect()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 0), retained: true)
    room.device(.deviceBirth, 1, HostRoom.ovenBirth(), retained: true)
    room.device(.deviceData, 2, [HostRoom.temperature(3)], retained: true)
    #expect(room.readings(of: HostRoom.temperature).map(\.quality) == [.uncertainRetained])
    #expect(room.session.phase == .unknown, "an old birth is none")
    #expect(room.session.counters.violations[.retained] == 3)
    room.node(.nodeDeath, nil, [], retained: true)
    #expect(room.session.phase == .unknown)
  }

  @Test func oneAliasForTwoMetricsIsBelievedForNone() {
    var room = HostRoom()
    room.connect()
    room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: 0))
    room.device(
      .deviceBirth, 1,
      [
        SparkplugMetric(name: "Temperature", alias: 10, datatype: 10, value: .double(1)),
        SparkplugMetric(name: "Count", alias: 10, datatype: 4, value: .long(1)),
      ])
    room.forget()
    room.device(.deviceData, 2, [SparkplugMetric(alias: 10, value: .double(2))])
    #expect(room.readings.isEmpty)
    #expect(room.session.counters.violations[.unsoundBirth] == 1)
  }

  @Test(arguments: [[], [0xFF], [0x12, 0x05, 0x0A], [0x12, 0x02, 0x7A, 0x00], Array("21.5".utf8)] as [[UInt8]])
  func payloadsThatAreNoneAreCounted(_ payload: [UInt8]) {
    var room = HostRoom.born()
    for kind in SparkplugTopic.Kind.allCases {
      let address = kind.isOfDevice ? HostRoom.oven : HostRoom.node
      room.tell(
        .message(topic: SparkplugTopic.message(kind, address).text, payload: payload, isRetained: false))
    }
    room.wait(seconds: 30)
    #expect(room.session.counters.violationCount > 0)
    #expect(room.readings.allSatisfy { !$0.quality.hasValue })
  }

  @Test func aPayloadTooLargeIsCounted() {
    var room = HostRoom.born()
    room.tell(.messageTooLarge(topic: "spBv1.0/plant/DDATA/cell/oven", bytes: 9_000_000))
    #expect(room.session.counters.violations[.unreadable] == 1)
  }

  @Test func twoNodesUnderOneNameDoNotMixValues() {
    var room = HostRoom.born()
    for round in 0..<50 {
      room.node(.nodeBirth, 0, HostRoom.nodeBirth(bdSeq: UInt64(round)))
      room.device(.deviceBirth, 1, HostRoom.ovenBirth(first: UInt64(10 + round % 2 * 100)))
      room.device(.deviceData, 2, [HostRoom.temperature(Double(round), alias: UInt64(10 + round % 2 * 100))])
      room.device(.deviceData, 7, [HostRoom.temperature(-1, alias: UInt64(10 + (round + 1) % 2 * 100))])
      room.pass(milliseconds: 300)
    }
    #expect(room.readings(of: HostRoom.temperature).allSatisfy { $0.value != -1 })
    #expect(room.readings(of: HostRoom.count).allSatisfy { $0.quality == .badSentinel })
  }

  @Test func whatAHoleHadHeldUpIsNoFlood() {
    var room = HostRoom.born()
    for number in 0..<115 {
      room.pass(milliseconds: 15)
      room.device(.deviceData, UInt64(number + 3), [HostRoom.temperature(Double(number + 3))])
    }
    #expect(room.readings.isEmpty)
    room.device(.deviceData, 2, [HostRoom.temperature(2)])
    room.wait(seconds: 130)
    #expect(room.values == (2..<118).map(Double.init), "60 messages a second, as the rule allows")
    #expect(room.notes.isEmpty)
  }

  @Test func aFloodIsThinnedAndTold() {
    var plan = HostRoom.plan
    plan.thinning = ThinningRule(maximumMessagesPerSecond: 10)
    var room = HostRoom.born(plan)
    var sequence: UInt64 = 2
    for number in 0..<5_000 {
      room.device(.deviceData, sequence % 256, [HostRoom.temperature(Double(number % 1_000))])
      sequence += 1
    }
    room.wait(seconds: 130)
    #expect(room.readings.count < 200)
    #expect(room.values.contains(0) && room.values.contains(999))
    #expect(room.readings.map(\.time) == room.readings.map(\.time).sorted())
    let thinned = room.notes.compactMap { if case .thinned(let note) = $0 { note } else { nil } }
    #expect(thinned.reduce(0) { $0 + $1.received } >= 4_900)
    #expect(thinned.allSatisfy { $0.device == "oven" && $0.topic == "spBv1.0/plant/DDATA/cell/oven" })
    #expect(room.lost.isEmpty, "a thinned message is a known one")
  }
}
