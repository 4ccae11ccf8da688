import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import MQTT

/// The edge node against Debian's mosquitto, with a host of the specification's duties beside it.
@Suite struct EdgeBrokerTests {
  private func values(_ range: ClosedRange<Int64>) -> [SparkplugEdgeValue] {
    range.map { EdgeDriver.value("temperature", at: $0, .number(Double($0))) }
  }

  private func milliseconds(_ range: ClosedRange<Int64>) -> [UInt64] { range.map { EdgeDriver.milliseconds($0) } }

  @Test(arguments: MQTTConnection.Version.allCases)
  func isBornPublishesObeysAndSaysGoodBye(version: MQTTConnection.Version) throws {
    let room = try EdgeRoom()
    let host = try room.watch()
    defer { host.stop() }
    let commands = Mutex<[SparkplugEdgeCommand]>([])
    let node = room.node(room.plan(version: version), firstBirthDeathSequence: 41) { command in
      commands.withLock { $0.append(command) }
    }
    node.update(values(1...1))
    try node.start()
    try eventually("born") { node.status().state == .online }
    try eventually("births seen") { host.count(.deviceBirth) == 2 }
    for value in values(2...50) { node.update([value]) }
    try eventually("all values") { host.times() == milliseconds(1...50) }
    host.send("spBv1.0/plant/DCMD/line1/seal", [SparkplugMetric(name: "setpoint", value: .double(180))])
    host.send("spBv1.0/plant/DCMD/line1/seal", [SparkplugMetric(name: "temperature", value: .double(180))])
    try eventually("the command") { commands.withLock { $0.count } == 1 }
    try eventually("the refusal") { node.status().counts.refusedCommands == 1 }
    #expect(node.status().birthDeathSequence == 41 && node.status().words.contains("connected to 127.0.0.1"))
    node.stop()
    // With MQTT 5 the DISCONNECT says that the will be spoken too; a host passes over the second.
    let deaths = version == .version5 ? 2 : 1
    try eventually("the death") { host.count(.nodeDeath) == deaths }
    #expect(host.host.session == nil && host.host.deathsIgnored == deaths - 1)
    #expect(host.messages.last?.metric("bdSeq")?.value == .long(41))
    #expect(node.status().state == .offline)
  }

  @Test func aHostThatComesLaterGetsARebirth() throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan())
    try node.start()
    defer { node.stop() }
    try eventually("born") { node.status().state == .online }
    let host = try room.watch()
    defer { host.stop() }
    node.update(values(1...1))
    try eventually("births after the request") { host.host.session != nil && host.count(.deviceBirth) == 2 }
    #expect(node.status().counts.rebirths == 1)
    #expect(host.host.current[.init(device: "seal", metric: "temperature")]?.value == .double(1))
  }

  @Test func aBrokerThatComesLaterGetsWhatWasKept() throws {
    let room = try EdgeRoom()
    room.room.broker.stop()
    let node = room.node(room.plan())
    try node.start()
    defer { node.stop() }
    node.update(values(1...2_000))
    try eventually("tried") { node.status().reconnects > 1 }
    #expect(node.status().keptValues == 2_000 && node.status().state == .offline)
    try room.room.broker.start()
    try eventually("everything kept has left") { node.status().state == .online && node.status().keptValues == 0 }
    let host = try room.watch()
    defer { host.stop() }
    // A host that was there too late for the births asks for them; what came before is history for the next one.
    node.update(values(2_001...2_100))
    try eventually("the values of now") { host.times().last == EdgeDriver.milliseconds(2_100) }
    #expect(node.status().keptValues == 0 && node.status().counts.publishedAsHistory == 2_000)
  }

  /// Cut, values, healed: all values are there, none is invented, the broker spoke the will with the number of its birth.
  @Test func aCutLosesNothing() throws {
    let room = try EdgeRoom()
    let host = try room.watch()
    defer { host.stop() }
    let proxy = FaultProxy(target: room.room.broker.port)
    defer { proxy.stop() }
    let recorder = NotingInbox(refusals: 1)
    let node = room.node(room.plan(port: proxy.port), recorder: recorder)
    try node.start()
    defer { node.stop() }
    var next: Int64 = 1
    for round in 1...4 {
      try eventually("born \(round)") { host.host.session != nil && node.status().state == .online }
      node.update(values(next...(next + 99)))
      proxy.set(.reset)
      node.update(values((next + 100)...(next + 199)))
      try eventually("noticed \(round)") { node.status().reconnects >= UInt64(round) }
      node.update(values((next + 200)...(next + 299)))
      proxy.set(.none)
      next += 300
    }
    try eventually("everything") { host.times() == milliseconds(1...(next - 1)) }
    #expect(host.count(.nodeDeath) >= 4)
    try eventually("on record") { recorder.links.filter { $0.change == .connected }.count >= 5 }
    #expect(recorder.links.first?.broker == "main sparkplug edge")
  }

  @Test func aBrokerThatIsKilledLosesNothingThatWasHandedIn() throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan())
    try node.start()
    defer { node.stop() }
    do {
      let host = try room.watch("first")
      node.update(values(1...100))
      try eventually("seen") { host.times().last == EdgeDriver.milliseconds(100) }
      host.stop()
    }
    room.room.broker.killNow()
    node.update(values(101...200))
    try eventually("noticed") { node.status().state == .offline }
    node.update(values(201...300))
    try room.room.broker.start()
    try eventually("born again") { node.status().state == .online && node.status().keptValues == 0 }
    #expect(node.status().givenUp == 0 && node.status().counts.births >= 2)
    #expect(node.status().counts.publishedAsHistory >= 300)
  }

  @Test func thePrimaryHostDecidesWhenThereIsASession() throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan(primaryHost: "scada"))
    try node.start()
    defer { node.stop() }
    node.update(values(1...100))
    try eventually("waiting") { node.status().primaryHost == .unknown && node.status().state == .degraded }
    #expect(node.status().counts.births == 0)
    let first = try room.watch()
    try eventually("all that was kept") { first.times() == milliseconds(1...100) }
    first.stop()
    try eventually("left") { node.status().reconnects == 1 }
    try eventually("knows that it is away") { node.status().primaryHost == .offline }
    #expect(node.status().state == .degraded && node.status().words.contains("says that it is offline"))
    node.update(values(101...200))
    let second = try room.watch()
    defer { second.stop() }
    try eventually("also what the first may not have seen") { second.times() == milliseconds(1...200) }
    #expect(second.kinds.first == .nodeBirth)
    #expect(second.messages[0].metric("bdSeq")?.value == .long(UInt64(node.status().birthDeathSequence)))
  }

  @Test func manyThreadsMayHandIn() throws {
    let room = try EdgeRoom()
    let host = try room.watch()
    defer { host.stop() }
    let node = room.node(room.plan())
    try node.start()
    try eventually("born") { host.count(.deviceBirth) == 2 }
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      let metric = ["temperature", "setpoint", "run", "temperature"][thread]
      let device = thread == 3 ? "oven" : "seal"
      for step in 1...500 {
        let content: SparkplugEdgeValue.Content = metric == "run" ? .text("R\(step)") : .number(Double(step))
        node.update([EdgeDriver.value(metric, of: device, at: Int64(step), content)])
      }
    }
    try eventually("all of all") {
      ["temperature", "setpoint", "run"].allSatisfy { host.times($0) == milliseconds(1...500) }
        && host.host.seen[.init(device: "oven", metric: "temperature")]?.filter { $0.value != nil }.count == 500
    }
    node.stop()
    #expect(node.status().keptValues == 0 && node.status().counts.published == 2_000)
  }

  @Test func aPlanThatCannotRunStartsNothing() throws {
    let room = try EdgeRoom()
    var plan = room.plan()
    plan.edgeNode = "line/1"
    let node = room.node(plan)
    #expect(throws: SparkplugEdgeFault.name(of: "edge node", "line/1")) { try node.start() }
    #expect(node.status().state == .starting)
  }

  /// The broker's own journal: clean session, will with QoS 1 and not retained, the subscriptions before the first
  /// birth, everything with QoS 0 but the death, and DISCONNECT behind it.
  @Test(arguments: MQTTConnection.Version.allCases)
  func theBrokerSawItSo(version: MQTTConnection.Version) throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan(version: version))
    try node.start()
    try eventually("born") { node.status().state == .online }
    node.update(values(1...1))
    try eventually("published") { node.status().counts.published == 1 && node.status().keptValues == 0 }
    node.stop()
    try eventually("the end") { try room.brokerLines().contains("Received DISCONNECT from edge-line1") }
    let lines = try room.brokerLines()
    let protocolNumber = version == .version5 ? 5 : 2
    #expect(lines.contains { $0.contains("as edge-line1 (p\(protocolNumber), c1, k60)") })
    let will = try #require(lines.firstIndex { $0.hasPrefix("Will message specified") && $0.hasSuffix("(r0, q1).") })
    #expect(lines[will + 1].hasSuffix("spBv1.0/plant/NDEATH/line1"))
    let received = lines.filter { $0.hasPrefix("Received ") }.map { line in
      line.prefix { $0 != "," } + line.drop { $0 != "," }.prefix(8)
        + (line.split(separator: "'").dropFirst().first.map { " " + $0 } ?? "")
    }
    #expect(
      received.map(String.init) == [
        "Received SUBSCRIBE from edge-line1",
        "Received PUBLISH from edge-line1 (d0, q0, r0 spBv1.0/plant/NBIRTH/line1",
        "Received PUBLISH from edge-line1 (d0, q0, r0 spBv1.0/plant/DBIRTH/line1/seal",
        "Received PUBLISH from edge-line1 (d0, q0, r0 spBv1.0/plant/DBIRTH/line1/oven",
        "Received PUBLISH from edge-line1 (d0, q0, r0 spBv1.0/plant/DDATA/line1/seal",
        "Received PUBLISH from edge-line1 (d0, q1, r0 spBv1.0/plant/NDEATH/line1",
        "Received DISCONNECT from edge-line1",
      ])
  }
}
