import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// The real daemon, real brokers and sensors whose journals say what was acknowledged to them. No time is held against
/// anybody: what was published is compared with what the ledger holds in the end.
@Suite("Faults between sensors, brokers and the ledger", .serialized)
struct MQTTFaultTests {
  static let versions = ["3.1.1", "5"]
  static let sensors = (1...3).map { MQTTFaultLine.Sensor(device: "room-\($0)") }

  /// The daemon records and the sensors publish.
  private func start(_ line: MQTTFaultLine, _ name: String, brokerPort: Int) throws -> MQTTFaultPublisher {
    try line.startDaemon()
    try line.waitUntilRecording()
    try line.waitUntil("the session stands") { try Self.links(line).contains { $0.change == .connected } }
    return try MQTTFaultPublisher(
      name, folder: line.folder.url, port: brokerPort, sensors: line.sensors.filter { $0.broker == "main" })
  }

  private static func links(_ line: MQTTFaultLine) throws -> [BrokerLink] {
    try line.events().compactMap { if case .brokerLinked(let link) = $0 { link } else { nil } }
  }

  private static func losses(_ line: MQTTFaultLine) throws -> [MessagesLost] {
    try line.events().compactMap { if case .messagesLost(let lost) = $0 { lost } else { nil } }
  }

  private func publishes(
    _ publisher: MQTTFaultPublisher, _ line: MQTTFaultLine, more count: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try publisher.count()
    try line.waitUntil("\(count) messages more than \(before)", sourceLocation: sourceLocation) {
      try publisher.count() >= before + count
    }
  }

  // MARK: The broker

  @Test(
    "a broker that is killed and one that is restarted keep the session; nothing is missing, nothing twice",
    arguments: versions)
  func brokerGoesAway(version: String) throws {
    let home = try TemporaryFolder("mqtt-broker")
    let broker = try MosquittoBroker(folder: home.url)
    let line = try MQTTFaultLine(brokers: [.init(port: broker.port, version: version)], sensors: Self.sensors)
    let first = try start(line, "first", brokerPort: broker.port)
    try publishes(first, line, more: 60)
    // Restarted as its service manager would, under load.
    broker.stop()
    try broker.start()
    try publishes(first, line, more: 60)
    // Killed while it holds messages for the daemon. It saves once a second: what it has acknowledged must be saved.
    line.endDaemon()
    try publishes(first, line, more: 60)
    first.end()
    try waitUntilSaved(home, line)
    broker.killNow()
    try broker.start()
    // More follow, under the same topics; the daemon is there again only afterwards.
    try line.startDaemon()
    try line.waitUntilKept(first)
    // Killed while the daemon is connected.
    broker.killNow()
    try line.waitUntil("the daemon noticed") { try Self.links(line).last?.change == .disconnected }
    try broker.start()
    try line.waitUntil("the daemon is back") { try Self.links(line).last?.change != .disconnected }
    line.endDaemon()
    try line.check([first])
    let links = try Self.links(line)
    #expect(links.allSatisfy { $0.change != .connected || $0.detail.contains("MQTT \(version)") }, "\(links)")
    #expect(links.filter { $0.change == .connected }.dropFirst().allSatisfy { $0.sessionPresent == true }, "\(links)")
    #expect(try Self.losses(line).isEmpty)
  }

  /// Waits until the broker has written its file after now.
  private func waitUntilSaved(_ home: TemporaryFolder, _ line: MQTTFaultLine) throws {
    let now = Date()
    let path = home.file("mosquitto.db").path
    try line.waitUntil("the broker has saved") {
      // Before the first save there is no file.
      let saved = (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
      // The broker begins a save at a moment of its own: the second one from now on holds everything.
      return saved.map { $0 > now.addingTimeInterval(2) } ?? false
    }
  }

  @Test(
    "what waited at the broker while the daemon was away arrives whole, although it comes faster than any rule allows",
    arguments: [true, false])
  func backlog(tellsTime: Bool) throws {
    let home = try TemporaryFolder("mqtt-backlog")
    let broker = try MosquittoBroker(folder: home.url)
    let sensor = MQTTFaultLine.Sensor(device: "room-1", everySeconds: 0.02, tellsTime: tellsTime)
    let line = try MQTTFaultLine(brokers: [.init(port: broker.port)], sensors: [sensor])
    let publisher = try start(line, "sensors", brokerPort: broker.port)
    try publishes(publisher, line, more: 20)
    line.endDaemon()
    try publishes(publisher, line, more: 400)
    publisher.end()
    try line.startDaemon()
    try line.waitUntilKept(publisher)
    line.endDaemon()
    try line.check([publisher])
  }

  @Test(
    "a broker that lost the session: the ledger says what is missing, from when to when, and nothing else is",
    arguments: versions)
  func sessionLost(version: String) throws {
    let home = try TemporaryFolder("mqtt-session")
    let broker = try MosquittoBroker(folder: home.url)
    let line = try MQTTFaultLine(brokers: [.init(port: broker.port, version: version)], sensors: Self.sensors)
    let publisher = try start(line, "sensors", brokerPort: broker.port)
    try publishes(publisher, line, more: 60)
    let stopping = SystemClock().now().utc
    line.endDaemon()
    try publishes(publisher, line, more: 30)
    broker.stop()
    try broker.forgetSessions()
    try broker.start()
    // Acknowledged by a broker that keeps it for nobody.
    try publishes(publisher, line, more: 30)
    try line.startDaemon()
    try line.waitUntil("the loss is told") { try !Self.losses(line).isEmpty }
    let status = try line.status()
    #expect(status.contains("lost our session"), "\(status)")
    try publishes(publisher, line, more: 60)
    publisher.end()
    let loss = try #require(try Self.losses(line).first)
    try line.waitUntil("what came later is in the ledger") {
      var kept = KeptCounts()
      try kept.read(line.ledger())
      let later = try publisher.acknowledged().mapValues { $0.filter { $0.time > loss.until } }
      return kept.holds(later, line.sensors)
    }
    line.endDaemon()
    #expect(try Self.losses(line).count == 1)
    #expect(loss.cause == .sessionLost && loss.broker == "main")
    #expect(Set(loss.devices.map(\.text)) == Set(Self.sensors.map(\.device)))
    #expect(loss.from <= SystemClock().now().utc && loss.from < loss.until)
    var missing = 0
    try line.check([publisher]) { _, message in
      missing += 1
      return loss.tells(of: message)
    }
    #expect(missing >= 30, "the broker had forgotten them")
    // Nothing was in question long before the daemon went.
    #expect(loss.from.microseconds(since: stopping) > -10_000_000, "\(loss)")
  }

  // MARK: The network

  @Test("a network that is cut, and one that freezes: nothing is missing, nothing twice")
  func network() throws {
    let home = try TemporaryFolder("mqtt-network")
    let broker = try MosquittoBroker(folder: home.url)
    let proxy = FaultProxy(target: broker.port)
    defer { proxy.stop() }
    let line = try MQTTFaultLine(brokers: [.init(port: proxy.port)], sensors: Self.sensors)
    let publisher = try start(line, "sensors", brokerPort: broker.port)
    try publishes(publisher, line, more: 60)
    for fault in [FaultProxy.Fault.reset, .blackhole, .slowBytes(gapMicroseconds: 500), .loss(rate: 0.2)] {
      proxy.set(fault)
      try publishes(publisher, line, more: 60)
      // From a freeze into a cut: what was under way never arrives.
      if fault == .blackhole { proxy.set(.reset) }
      try publishes(publisher, line, more: 20)
      proxy.set(.none)
      try publishes(publisher, line, more: 40)
    }
    publisher.end()
    try line.waitUntilKept(publisher)
    line.endDaemon()
    try line.check([publisher])
    #expect(try Self.losses(line).isEmpty)
    let links = try Self.links(line)
    #expect(links.count { $0.change == .disconnected } >= 2, "\(links)")
  }

  @Test("two brokers, one of them dead: the other one's sensors are recorded, and later both are")
  func oneBrokerDead() throws {
    let home = try TemporaryFolder("mqtt-dead")
    let second = home.file("second")
    try FileManager.default.createDirectory(at: second, withIntermediateDirectories: true)
    let alive = try MosquittoBroker(folder: home.url)
    let dead = try MosquittoBroker(folder: second)
    dead.stop()
    let sensors =
      Self.sensors + [MQTTFaultLine.Sensor(device: "far-1", broker: "far"), .init(device: "far-2", broker: "far")]
    let line = try MQTTFaultLine(
      brokers: [.init(port: alive.port), .init(name: "far", port: dead.port)], sensors: sensors)
    let near = try start(line, "near", brokerPort: alive.port)
    try publishes(near, line, more: 60)
    try line.waitUntilKept(near)
    try dead.start()
    try line.waitUntil("the other broker is connected") {
      try Self.links(line).contains { $0.broker == "far" && $0.change == .connected }
    }
    let far = try MQTTFaultPublisher(
      "far", folder: line.folder.url, port: dead.port, sensors: sensors.filter { $0.broker == "far" })
    try publishes(far, line, more: 40)
    try line.waitUntilKept(far)
    dead.killNow()
    try publishes(near, line, more: 60)
    far.end()
    near.end()
    try line.waitUntilKept(near)
    line.endDaemon()
    try line.check([near])
  }

  // MARK: The ledger

  @Test(
    "a ledger that cannot be written: nothing is acknowledged, and nothing is missing when there is room again",
    arguments: versions)
  func ledgerFull(version: String) throws {
    let home = try TemporaryFolder("mqtt-full")
    let broker = try MosquittoBroker(folder: home.url, extraLines: ["log_type all"])
    let line = try MQTTFaultLine(brokers: [.init(port: broker.port, version: version)], sensors: Self.sensors)
    let publisher = try start(line, "sensors", brokerPort: broker.port)
    try publishes(publisher, line, more: 60)
    try line.limitFiles(toBytes: 4_096)
    try line.waitUntil("recording has stopped") { try line.status().contains("NOT RECORDING") }
    let kept = try line.ledger().counts().readings
    try publishes(publisher, line, more: 120)
    #expect(try line.ledger().counts().readings == kept)
    let acknowledged = try Self.acknowledgements(home)
    #expect(acknowledged <= kept, "\(acknowledged) acknowledged, \(kept) in the ledger")
    try line.limitFiles(toBytes: nil)
    try publishes(publisher, line, more: 60)
    publisher.end()
    try line.waitUntilKept(publisher)
    line.endDaemon()
    try line.check([publisher])
    #expect(try Self.losses(line).isEmpty)
  }

  /// How many acknowledgements of the daemon the broker has logged.
  private static func acknowledgements(_ home: TemporaryFolder) throws -> Int {
    try FileManager.default.contentsOfDirectory(at: home.url, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "log" && $0.lastPathComponent.hasPrefix("mosquitto") }
      .reduce(0) { sum, log in
        let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
        return sum + text.components(separatedBy: "Received PUBACK from lotwire-main").count - 1
      }
  }
}
