import Devices
import Foundation
import Harness
import Shopfloor
import Synchronization
import Testing

@testable import MQTT

/// The edge node read by hosts that others wrote, over Debian's mosquitto.
@Suite struct EdgePeerTests {
  private func values(_ range: ClosedRange<Int64>) -> [SparkplugEdgeValue] {
    range.map { EdgeDriver.value("temperature", at: $0, .number(Double($0) + 0.5)) }
  }

  private func pysparkplug(_ room: EdgeRoom, _ hostID: String = "scada") throws -> EdgePeer {
    try EdgePeer(
      "pysparkplug_host.py", environment: "python-sparkplug", ["\(room.room.broker.port)", hostID], room.room.folder)
  }

  /// The values of a metric of the seal station, by time, in the order in which the peer saw them.
  private func seen(_ peer: EdgePeer, _ metric: String = "temperature") throws -> [(
    time: UInt64?, metric: EdgePeer.Metric
  )] {
    try peer.messages.filter { $0.device == "seal" }.flatMap(\.metrics)
      .filter { $0.name == metric && !$0.null }.map { ($0.time, $0) }
  }

  @Test func pysparkplugReadsBirthsDataHistoryAndDeath() throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan(), firstBirthDeathSequence: 3)
    node.update(values(1...3))
    node.update([
      EdgeDriver.value("run", at: 4, .text("Käse 4")), EdgeDriver.value("alarms", of: nil, at: 5, .integer(-2)),
      EdgeDriver.value("temperature", of: "oven", at: 6, .number(0.1)),
      EdgeDriver.value("halt", of: nil, at: 7, .flag(true)),
    ])
    let peer = try pysparkplug(room)
    try node.start()
    try eventually("births and history") { try seen(peer).count == 4 }
    let births = try peer.messages.filter { $0.kind.hasSuffix("BIRTH") }
    #expect(births.map(\.kind) == ["NBIRTH", "DBIRTH", "DBIRTH"])
    #expect(births.map(\.device) == [nil, "seal", "oven"])
    #expect(births.map(\.sequence) == [0, 1, 2])
    #expect(births.allSatisfy { $0.quality == 0 && !$0.retained })
    func find(_ birth: Int, _ name: String) -> EdgePeer.Metric? { births[birth].metrics.first { $0.name == name } }
    #expect(find(0, "bdSeq")?.value == .number(3) && find(0, "bdSeq")?.type == "INT64")
    #expect(find(0, "Node Control/Rebirth")?.value == .flag(false) && find(0, "Node Control/Rebirth")?.alias == nil)
    #expect(find(0, "alarms")?.value == .number(-2) && find(0, "alarms")?.type == "INT32")
    #expect(find(0, "halt")?.value == .flag(true))
    #expect(find(1, "run")?.value == .text("Käse 4") && find(1, "setpoint")?.null == true)
    #expect(find(1, "temperature")?.value == .number(3.5) && find(1, "temperature")?.type == "DOUBLE")
    #expect(find(2, "temperature")?.value == .number(Double(Float(0.1))))
    node.update(values(4...20))
    try eventually("live values") { try seen(peer).count == 21 }
    let data = try peer.messages.filter { $0.kind == "DDATA" && $0.device == "seal" }.flatMap(\.metrics).filter {
      $0.name == "temperature"
    }
    let expected = Array(Int64(1)...20)
    #expect(data.map(\.time) == expected.map { EdgeDriver.milliseconds($0) })
    #expect(data.map(\.value) == expected.map { .number(Double($0) + 0.5) })
    #expect(data.map(\.historical) == [true, true, true] + Array(repeating: false, count: 17))
    node.stop()
    try eventually("the death") { try peer.messages.last?.kind == "NDEATH" }
    let death = try #require(try peer.messages.last)
    #expect(death.metrics.map(\.name) == ["bdSeq"] && death.metrics.first?.value == .number(3))
    try peer.leave()
  }

  @Test func pysparkplugAsksForARebirthAndWrites() throws {
    let room = try EdgeRoom()
    let commands = Mutex<[SparkplugEdgeCommand]>([])
    let node = room.node(room.plan()) { command in commands.withLock { $0.append(command) } }
    try node.start()
    defer { node.stop() }
    let peer = try pysparkplug(room)
    try eventually("born") { node.status().state == .online }
    try peer.tell("rebirth")
    try eventually("reborn") { node.status().counts.rebirths == 1 }
    try eventually("births seen") { try peer.messages.filter { $0.kind == "DBIRTH" }.count >= 2 }
    try peer.tell("write seal setpoint 181.25")
    try peer.tell("write seal temperature 181.25")
    try peer.tell("write oven setpoint 181.25")
    try eventually("answered") { node.status().counts.acceptedCommands + node.status().counts.refusedCommands == 3 }
    #expect(
      commands.withLock { $0 } == [SparkplugEdgeCommand(device: "seal", metric: "setpoint", value: .number(181.25))])
    try peer.leave()
  }

  @Test func pysparkplugAsPrimaryHostComesAndGoes() throws {
    let room = try EdgeRoom()
    let node = room.node(room.plan(primaryHost: "scada"))
    try node.start()
    defer { node.stop() }
    node.update(values(1...10))
    try eventually("waiting") { node.status().state == .degraded }
    let other = try pysparkplug(room, "historian")
    let peer = try pysparkplug(room)
    try eventually("all that was kept") { try seen(peer).count == 11 }
    try peer.tell("offline")
    try eventually("left") { node.status().primaryHost == .offline && node.status().state == .degraded }
    #expect(try peer.messages.last?.kind == "NDEATH")
    node.update(values(11...20))
    try peer.tell("online")
    try eventually("all") { Set(try seen(peer).map(\.time)) == Set((1...20).map { EdgeDriver.milliseconds($0) }) }
    #expect(try peer.messages.filter { $0.kind == "NBIRTH" }.count == 2)
    try peer.leave()
    try other.leave()
  }

  /// It knows no aliases, so it can read no data of ours; births, deaths, commands and rebirths it can.
  @Test func theWrapperReadsBirthsWritesAndAsksForARebirth() throws {
    let room = try EdgeRoom()
    let commands = Mutex<[SparkplugEdgeCommand]>([])
    let node = room.node(room.plan()) { command in commands.withLock { $0.append(command) } }
    let peer = try EdgePeer(
      "wrapper_scada.py", environment: "python-sparkplug-wrapper", ["\(room.room.broker.port)"], room.room.folder)
    // It says that it is ready before its subscription is answered: births are asked for until they are seen.
    try node.start()
    try eventually("born") { node.status().state == .online }
    try eventually("births seen") {
      if try peer.messages.filter({ $0.kind == "DBIRTH" }).count >= 2 { return true }
      try peer.tell("rebirth")
      usleep(200_000)
      return false
    }
    let births = try peer.messages.filter { $0.kind == "DBIRTH" && $0.device == "seal" }
    let temperature = births.last?.metrics.first { $0.name == "temperature" }
    #expect(temperature?.alias != nil)
    let nodeBirth = try peer.messages.last { $0.kind == "NBIRTH" }
    #expect(nodeBirth?.metrics.first { $0.name == "bdSeq" }?.value == .number(0))
    try peer.tell("write seal setpoint 181.25")
    try eventually("written") { commands.withLock { !$0.isEmpty } }
    #expect(
      commands.withLock { $0 } == [SparkplugEdgeCommand(device: "seal", metric: "setpoint", value: .number(181.25))])
    node.stop()
    try eventually("the death") { try peer.messages.last?.kind == "NDEATH" }
    try peer.leave()
  }
}
