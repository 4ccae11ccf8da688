import Console
import Devices
import Foundation
import Harness
import MQTT
import Shopfloor
import Testing

/// The daemon as edge node and as host of itself: what it publishes is what it reads.
@Suite("A line as a Sparkplug edge node and host", .serialized)
struct SparkplugLineTests {
  private var now: Timestamp { SystemClock().now().utc }

  /// Waits until the press was read so often since then.
  private func press(_ line: SparkplugLine, hasValuesSince start: Timestamp) throws -> Bool {
    try DeviceLine.becomes(patienceSeconds: 60) {
      try line.samples(of: "press.temperature", from: start, until: now).count >= 8
    }
  }

  /// Waits until the mirror has values of a stretch of time, each of them one that the press had.
  private func mirror(_ line: SparkplugLine, has from: Timestamp, _ until: Timestamp) throws -> Bool {
    let enough = try DeviceLine.becomes(patienceSeconds: 90) {
      try line.samples(of: "mirror.temperature", from: from, until: until).count >= 3
    }
    let told = try line.samples(of: "mirror.temperature", from: from, until: until)
    return try enough && told.isSubset(of: line.samples(of: "press.temperature", from: from, until: until))
  }

  @Test("values and texts come back; what was measured while the broker or the daemon was away comes as history")
  func mirrored() throws {
    let line = try SparkplugLine(waitsForHost: true)
    try line.line.startDaemon()
    #expect(try DeviceLine.becomes(patienceSeconds: 60) { try line.value("mirror.temperature")?.quality == "good" })
    #expect(
      try DeviceLine.becomes(patienceSeconds: 60) {
        let text = try line.value("press.recipe")?.words
        return try text != nil && line.value("mirror.recipe")?.words == text
      })
    let first = try #require(try line.setting("bdseq").flatMap { Int($0) })

    var start = now
    line.broker.killNow()
    #expect(try press(line, hasValuesSince: start))
    var end = now
    try line.broker.start()
    #expect(try mirror(line, has: start, end), "the broker was away")

    // Now the daemon ends before the broker is back.
    start = now
    line.broker.killNow()
    #expect(try press(line, hasValuesSince: start))
    end = now
    line.line.endDaemon()
    #expect(try line.setting("through") != nil)
    try line.broker.start()
    try line.line.startDaemon()
    #expect(try mirror(line, has: start, end), "the daemon was away")
    let last = try #require(try line.setting("bdseq").flatMap { Int($0) })
    #expect(last > first, "every connection has a bdSeq of its own")
  }

  @Test("the first births say what the floor says; a daemon that was killed comes with another bdSeq")
  func births() throws {
    let line = try SparkplugLine(waitsForHost: false)
    let watch = try SparkplugLine.Watch(line)
    for round in 1...3 {
      try line.line.startDaemon()
      #expect(
        try DeviceLine.becomes(patienceSeconds: 60) {
          try watch.payloads(of: "spBv1.0/Plant1/DBIRTH/Line1/press").count >= round
        })
      line.line.killDaemon()
    }
    let nodes = try watch.payloads(of: "spBv1.0/Plant1/NBIRTH/Line1")
    let devices = try watch.payloads(of: "spBv1.0/Plant1/DBIRTH/Line1/press")
    func value(_ name: String, _ payload: SparkplugPayload) -> SparkplugValue? {
      payload.metrics.first { $0.name == name }?.value
    }
    #expect(nodes.allSatisfy { value("Line/Site", $0) == .string("Suzhou") })
    #expect(devices.allSatisfy { value("Station/State", $0) == .string("idle") })
    // Rebirths have the number of their connection.
    let numbers = nodes.map { value("bdSeq", $0) }
    #expect(Set(numbers).count == 3 && numbers.first == .long(0), "\(numbers)")
  }

  @Test("commands are refused unless the configuration allows them; then they reach the device as a person's write")
  func commands() throws {
    let line = try SparkplugLine(waitsForHost: false)
    try line.line.startDaemon()
    func isPublished() throws -> Bool {
      try DeviceLine.becomes(patienceSeconds: 60) { try line.edge?.state == .online }
    }
    #expect(try isPublished())
    try line.order("Write/press-1/setpoint", 150.5)
    #expect(try DeviceLine.becomes { try line.edge?.detail.contains("1 commands were refused") == true })
    #expect(try line.line.written("holding", 20).isEmpty)

    try line.configure(commands: SparkplugLine.commands)
    #expect(try line.line.ask(["reload"]).status == 0)
    #expect(try isPublished())
    try line.order("Write/press-1/setpoint", 150.5)
    #expect(try DeviceLine.becomes { try line.line.written("holding", 20) == [1505] })
    try line.order("Write/press-1/setpoint", 300)
    #expect(
      try DeviceLine.becomes { try line.edge?.detail.contains("1 commands of hosts were refused") == true })
    #expect(try line.line.written("holding", 20) == [1505], "the floor refuses what is out of range")

    // What is published is the same: no death, no birth.
    let connections = try line.connections()
    #expect(try line.line.ask(["reload"]).status == 0)
    try line.order("Write/press-1/setpoint", 120)
    #expect(try DeviceLine.becomes { try line.line.written("holding", 20) == [1505, 1200] })
    #expect(try connections > 0 && line.connections() == connections)
  }
}
