import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// Networks that are cut and freeze, brokers that are dead or flooded.
@Suite struct SessionNetworkTests {
  @Test(arguments: MQTTConnection.Version.allCases)
  func aCutNetworkLosesNothing(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom()
    let proxy = FaultProxy(target: room.broker.port)
    defer { proxy.stop() }
    let inbox = HeldInbox()
    let source = try BrokerRoom.online([try room.plan(version: version, port: proxy.port)], inbox)
    defer { source.stop() }
    for cut in 0..<5 {
      try room.publish((cut * 100 + 1...cut * 100 + 50).map(BrokerRoom.counter), topic: "room/1/counter")
      proxy.set(.reset)
      try eventually("offline") { source.status()[0].state == .offline }
      try room.publish((cut * 100 + 51...cut * 100 + 100).map(BrokerRoom.counter), topic: "room/1/counter")
      proxy.set(.none)
      try eventually("online") { source.status()[0].state == .online }
    }
    try eventually("all") { Set(inbox.durableReadings.map(\.value)) == Set((1...500).map(Double.init)) }
    #expect(inbox.losses.isEmpty)
    // In order, as far as a message came first.
    var seen: Set<Double> = []
    #expect(inbox.durableReadings.map(\.value).filter { seen.insert($0).inserted } == (1...500).map(Double.init))
    let links = inbox.links
    #expect(links.allSatisfy { $0.change != .connected || $0.sessionPresent == (links.first != $0) })
  }

  /// Nothing is closed and nothing comes: the sign of life that is not answered shows it.
  @Test func aFrozenNetworkIsNoticed() throws {
    let room = try BrokerRoom()
    let proxy = FaultProxy(target: room.broker.port)
    defer { proxy.stop() }
    let inbox = HeldInbox()
    let source = try BrokerRoom.online([try room.plan(port: proxy.port, keepAliveSeconds: 5)], inbox)
    defer { source.stop() }
    proxy.set(.blackhole)
    try eventually("offline", patienceSeconds: 60) { source.status()[0].state == .offline }
    try room.publish((1...20).map(BrokerRoom.counter), topic: "room/1/counter")
    proxy.set(.reset)
    proxy.set(.none)
    try eventually("all") { Set(inbox.durableReadings.map(\.value)) == Set((1...20).map(Double.init)) }
    let ends = inbox.links.filter { $0.change == .disconnected }
    let end = try #require(ends.first), heard = try #require(end.lastHeardAt)
    #expect(end.at.microseconds - heard.microseconds > 4_000_000)
    #expect(inbox.losses.isEmpty)
  }

  @Test func aDeadBrokerAndAFloodedOneLeaveTheOthersAlone() throws {
    let quiet = try BrokerRoom(), flooded = try BrokerRoom()
    let dead = DeadPort()
    let inbox = HeldInbox()
    var plans: [MQTTBrokerPlan] = []
    for (name, port) in [("dead", dead.port), ("flooded", flooded.broker.port), ("quiet", quiet.broker.port)] {
      let value = try TestValue("room/plain", parameters: [UInt32(plans.count)])
      plans.append(
        MQTTBrokerPlan(
          name: name, connection: MQTTConnection(host: "127.0.0.1", port: port, clientID: name),
          devices: [MQTTDevicePlan(device: try DeviceName(name), values: [value])]))
    }
    let source = BrokerRoom.source(plans, inbox)
    try source.start()
    defer { source.stop() }
    func state(_ name: String) -> LinkStatus.State? { source.status().first { $0.device.text == name }?.state }
    try eventually("online") { state("quiet") == .online && state("flooded") == .online }
    // So long that what follows is no backlog; then more than the rule of 100 a second keeps whole.
    usleep(2_500_000)
    try flooded.publish((0..<5_000).map { "\($0)" }, topic: "room/plain")
    for number in 1...20 { try quiet.publish(["\(number)"], topic: "room/plain") }
    func values(_ name: String) -> [Double] {
      inbox.durable.filter { $0.device.text == name }.flatMap(\.readings).map(\.value)
    }
    try eventually("the quiet one") { values("quiet") == (1...20).map(Double.init) }
    #expect(state("dead") != .online && state("quiet") == .online)
    try eventually("the flood is on record") {
      inbox.notes.contains { if case .thinned(let thinned) = $0 { thinned.device.text == "flooded" } else { false } }
    }
    try eventually("the flood is shown") {
      source.status().contains { $0.device.text == "flooded" && $0.detail.contains("faster than is kept whole") }
    }
    // What the topic said last, highest and lowest is kept.
    try eventually("its extremes") { Set(values("flooded")).isSuperset(of: [0, 4_999]) }
  }

  /// One commit for many messages where the broker sends many at once, and none waits for long where it does not.
  @Test(arguments: MQTTConnection.Version.allCases)
  func aWideWindowMakesLargeRounds(version: MQTTConnection.Version) throws {
    let room = try BrokerRoom(extraLines: ["max_inflight_messages 0"])
    let first = try room.online(HeldInbox(), version: version)
    first.stop()
    try room.publish((1...10_000).map { "\($0)" }, topic: "room/plain")
    let inbox = HeldInbox()
    let source = try room.source(inbox, version: version)
    try source.start()
    defer { source.stop() }
    func values() -> [Double] { inbox.durable.filter { $0.device == "plain" }.flatMap(\.readings).map(\.value) }
    try eventually("all") { values().count >= 10_000 }
    #expect(values() == (1...10_000).map(Double.init))
    // Each message is a batch for either device.
    #expect(inbox.largestOffer > 500)
    try eventually("acknowledged") { try room.acknowledgements() == 10_000 }
  }

  /// What the broker kept while we were away is no flood, although it comes at once.
  @Test func aBacklogIsKeptWhole() throws {
    let room = try BrokerRoom()
    let rule = ThinningRule(maximumMessagesPerSecond: 10)
    let first = try BrokerRoom.online([try room.plan(thinning: rule)], HeldInbox())
    first.stop()
    try room.publish((1...500).map { "\($0)" }, topic: "room/plain")
    let inbox = HeldInbox()
    let source = try BrokerRoom.online([try room.plan(thinning: rule)], inbox)
    defer { source.stop() }
    func values() -> [Double] { inbox.durable.filter { $0.device == "plain" }.flatMap(\.readings).map(\.value) }
    try eventually("all") { values() == (1...500).map(Double.init) }
  }
}
