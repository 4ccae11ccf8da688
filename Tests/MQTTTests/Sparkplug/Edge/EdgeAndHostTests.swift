import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import MQTT

/// Both ends are ours: what the edge node is handed arrives in the recorder behind the host, once for each time.
@Suite struct EdgeAndHostTests {
  private static let temperature = ParameterIndex(1)

  private func host(_ room: EdgeRoom, _ inbox: HeldInbox) -> SparkplugHost {
    let device = SparkplugDevicePlan(
      device: "seal", group: "plant", edgeNode: "line1", sparkplugDevice: "seal",
      points: [SparkplugPoint(name: "temperature", metric: "temperature")],
      parameters: ["temperature": [Self.temperature]])
    return SparkplugHost(
      plan: SparkplugHostPlan(
        name: "main sparkplug",
        connection: MQTTConnection(host: "127.0.0.1", port: room.room.broker.port, clientID: "host"), hostID: "scada",
        devices: [device]), inbox: inbox, backoff: Backoff(firstMicroseconds: 50_000, capMicroseconds: 300_000))
  }

  /// Good readings of the temperature by their own times, in milliseconds after the first.
  private func values(_ inbox: HeldInbox, since start: Timestamp) -> [Int64: Double] {
    var found: [Int64: Double] = [:]
    for reading in inbox.durableReadings where reading.parameter == Self.temperature && reading.quality.isGood {
      found[reading.time.microseconds(since: start) / 1_000] = reading.value
    }
    return found
  }

  /// Whether all of these were stored. Beside them stands the value of each birth at the time of the birth.
  private func holds(_ inbox: HeldInbox, _ handed: [Int64: Double], since start: Timestamp) -> Bool {
    let seen = values(inbox, since: start)
    return handed.allSatisfy { seen[$0.key] == $0.value }
  }

  @Test func whatIsHandedInArrivesAlsoThroughACutAndAPrimaryHostThatGoes() throws {
    let room = try EdgeRoom()
    let proxy = FaultProxy(target: room.room.broker.port)
    defer { proxy.stop() }
    let node = room.node(room.plan(port: proxy.port, primaryHost: "scada"))
    try node.start()
    defer { node.stop() }
    // Credible device times end at the present.
    let now = SystemClock().now().utc
    let start = Timestamp(microseconds: (now.microseconds / 1_000 - 10_000) * 1_000)
    var handed: [Int64: Double] = [:]
    func hand(_ range: ClosedRange<Int64>) {
      node.update(
        range.map { number in
          handed[number] = Double(number)
          return SparkplugEdgeValue(
            device: "seal", metric: "temperature", time: start.advanced(byMicroseconds: number * 1_000),
            value: .number(Double(number)))
        })
    }
    hand(1...100)
    let first = HeldInbox()
    let early = host(room, first)
    try early.start()
    try eventually("what was kept") { holds(first, handed, since: start) }
    hand(101...200)
    proxy.set(.reset)
    hand(201...300)
    try eventually("noticed") { node.status().reconnects >= 1 }
    proxy.set(.none)
    try eventually("through the cut") { holds(first, handed, since: start) }
    early.stop()
    try eventually("the host is away") { node.status().primaryHost == .offline }
    hand(301...400)
    let second = HeldInbox()
    let late = host(room, second)
    try late.start()
    defer { late.stop() }
    let missed = handed.filter { $0.key > 300 }
    try eventually("what the second host missed") { holds(second, missed, since: start) }
  }
}
