import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

/// A room whose sensors count over MQTT, and the daemon that keeps the counts. What the sensors' brokers acknowledged
/// stands in journals; what was kept stands in the ledger.
final class MQTTFaultLine {
  /// Where the daemon looks for a broker.
  struct Broker {
    var name = "main"
    var port: Int
    /// As in the configuration: "3.1.1" or "5".
    var version = "3.1.1"
  }

  /// Counts 1, 2, 3 … on a topic of its own.
  struct Sensor {
    var device: String
    var everySeconds = 0.04
    /// The name of the broker where the daemon reads it.
    var broker = "main"
    /// Whether the daemon takes the time from the message; else the time of receipt holds.
    var tellsTime = true

    var topic: String { "room/\(device)/count" }
  }

  let folder: TemporaryFolder
  let brokers: [Broker]
  let sensors: [Sensor]
  private var daemon: ChildProcess?
  private var starts = 0
  private var commands = 0

  /// Generous: the machine may be busy with other things.
  static let patienceSeconds = 60.0

  /// - Parameter more: further parts of the configuration.
  init(brokers: [Broker], sensors: [Sensor], stations: String? = nil, more: String = "") throws {
    folder = try TemporaryFolder("mqtt-faults")
    self.brokers = brokers
    self.sensors = sensors
    try configure(stations: stations ?? Self.stations(sensors), more: more)
  }

  deinit { daemon?.end() }

  static var programs: URL { URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent() }
  static var simulate: String { programs.appendingPathComponent("simulate").path }

  // MARK: Configuration

  func configure(stations: String, more: String = "") throws {
    let brokers = brokers.map { broker in
      // The usual version needs no word.
      let version = broker.version == "3.1.1" ? "" : ", mqtt: \"\(broker.version)\""
      return
        "  - {name: \(broker.name), host: 127.0.0.1, port: \(broker.port), client_id: lotwire-\(broker.name)\(version)}"
    }
    let devices = sensors.map { sensor in
      let time = sensor.tellsTime ? ", time: time" : ""
      return """
          - name: \(sensor.device)
            mqtt:
              broker: \(sensor.broker)
              points:
                - {name: count, topic: \(sensor.topic), json: value\(time), id: id}
        """
    }
    try """
    site: Test plant
    line: Rooms
    data: data
    brokers:
    \(brokers.joined(separator: "\n"))
    devices:
    \(devices.joined(separator: "\n"))
      - {name: scanner-1, station: room, serial: {path: tty-room}}
    \(stations)
    \(more)
    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
  }

  static func parameters(_ sensors: [Sensor]) -> String {
    sensors.map { "      - {name: count.\($0.device), device: \($0.device), point: count}" }.joined(separator: "\n")
  }

  private static func stations(_ sensors: [Sensor]) -> String {
    """
    stations:
      - name: room
        operation: fill
        parameters:
    \(parameters(sensors))
    """
  }

  // MARK: The daemon

  /// Starts the daemon without waiting for it. A file that grows beyond a limit makes writing fail, it ends nobody.
  func startDaemon() throws {
    starts += 1
    daemon = try ChildProcess(
      name: "lotwire", path: "/bin/sh",
      arguments: [
        "-c", "trap '' XFSZ; exec \"$0\" run --config \"$1\"", Self.programs.appendingPathComponent("lotwire").path,
        folder.file("lotwire.yaml").path,
      ], log: log(starts))
  }

  func waitUntilRecording() throws {
    try daemon?.waitForLine(containing: "recording", patienceSeconds: Self.patienceSeconds)
  }

  func killDaemon() {
    daemon?.killNow()
    daemon = nil
  }

  /// Ends the daemon as its service manager would.
  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  var daemonIsRunning: Bool { daemon?.isRunning ?? false }

  private func log(_ start: Int) -> URL { folder.file("lotwire-\(start).log") }

  var logTail: String {
    // Only decorates a failure.
    let text = (try? String(contentsOf: log(starts), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  /// From now on no file of the daemon grows beyond so many bytes (setrlimit(2), RLIMIT_FSIZE); nil: without limit.
  func limitFiles(toBytes limit: Int?) throws {
    let daemon = try #require(daemon)
    commands += 1
    let child = try ChildProcess(
      name: "prlimit", path: "/usr/bin/prlimit",
      arguments: ["--pid", "\(daemon.processIdentifier)", "--fsize=\(limit.map { "\($0)" } ?? "unlimited"):"],
      log: folder.file("command-\(commands).log"))
    let status = try child.waitUntilExit(patienceSeconds: Self.patienceSeconds)
    let answer = try child.outputLines()
    #expect(status == 0, "\(answer)")
  }

  /// What `lotwire status` says.
  func status() throws -> String {
    commands += 1
    let child = try ChildProcess(
      name: "lotwire status", path: Self.programs.appendingPathComponent("lotwire").path,
      arguments: ["status", "--config", folder.file("lotwire.yaml").path], log: folder.file("command-\(commands).log"))
    _ = try child.waitUntilExit(patienceSeconds: Self.patienceSeconds)
    return try child.outputLines().joined(separator: "\n")
  }

  // MARK: The ledger

  func ledger() throws -> LedgerReader {
    try LedgerReader(path: folder.file("data").appendingPathComponent("lotwire.sqlite").path)
  }

  func events() throws -> [Event] {
    let reader = try ledger()
    var found: [EventRecord] = []
    while true {
      let more = try reader.events(after: found.last?.sequence ?? 0, limit: 1_000)
      found += more
      if more.count < 1_000 { return found.map(\.event) }
    }
  }

  /// Waits until everything that was acknowledged to a publisher is in the ledger.
  func waitUntilKept(_ publishers: MQTTFaultPublisher...) throws {
    var kept = KeptCounts()
    let acknowledged = try publishers.map { try $0.acknowledged() }
    try waitUntil("all that was published is in the ledger") {
      try kept.read(ledger())
      return acknowledged.allSatisfy { kept.holds($0, sensors) }
    }
  }

  /// Everything that was acknowledged to the publishers is in the ledger once, and nothing else is.
  ///
  /// - Parameters:
  ///   - some: the sensors that are looked at; nil: all.
  ///   - lost: whether a message may be missing: for losses that the
  ///     ledger itself tells of.
  func check(
    _ publishers: [MQTTFaultPublisher], of some: [Sensor]? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    lost: (Sensor, MQTTFaultPublisher.Message) -> Bool = { _, _ in false }
  ) throws {
    var kept = KeptCounts()
    try kept.read(ledger())
    for sensor in some ?? sensors {
      var times = kept.times[sensor.device] ?? [:]
      let messages = try publishers.flatMap { try $0.acknowledged()[sensor.topic] ?? [] }
      let wrong = messages.filter { message in
        let count = times.removeValue(forKey: message.number) ?? 0
        return count != 1 && !(count == 0 && lost(sensor, message))
      }
      #expect(
        wrong.isEmpty, "\(sensor.device): \(wrong.count) of \(messages.count) not once: \(wrong.prefix(5))",
        sourceLocation: sourceLocation)
      // The last ones may have reached the broker without its answer reaching the sensor any more.
      let last = messages.map(\.number).max() ?? 0
      let invented = times.keys.filter { $0 <= last }.sorted()
      #expect(
        invented.isEmpty && times.values.allSatisfy { $0 == 1 }, "\(sensor.device) holds \(invented.prefix(5)) …",
        sourceLocation: sourceLocation)
    }
  }

  func waitUntil(
    _ what: String, patienceSeconds: Double = MQTTFaultLine.patienceSeconds,
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
  ) throws {
    let end = Date().addingTimeInterval(patienceSeconds)
    while try !condition() {
      guard Date() < end else {
        Issue.record("not within \(patienceSeconds) s: \(what)\n\(logTail)", sourceLocation: sourceLocation)
        throw CancellationError()
      }
      usleep(50_000)
    }
  }
}

/// The good counts in a ledger, read on from where the last reading ended.
struct KeptCounts {
  /// How often each number was kept, by device.
  private(set) var times: [String: [Int: Int]] = [:]
  private var group: Int64 = 0

  mutating func read(_ ledger: LedgerReader) throws {
    let parameters = try ledger.parameters()
    let devices = Dictionary(uniqueKeysWithValues: parameters.map { ($0.index, $0.device.text) })
    while true {
      let groups = try ledger.groups(after: group, limit: 500)
      for reading in groups.flatMap(\.batches).flatMap(\.readings) where reading.quality.hasValue {
        times[devices[reading.parameter] ?? "", default: [:]][Int(reading.value), default: 0] += 1
      }
      guard let last = groups.last else { return }
      group = last.id
    }
  }

  func holds(_ acknowledged: [String: [MQTTFaultPublisher.Message]], _ sensors: [MQTTFaultLine.Sensor]) -> Bool {
    sensors.allSatisfy { sensor in
      let kept = times[sensor.device] ?? [:]
      return (acknowledged[sensor.topic] ?? []).allSatisfy { kept[$0.number] != nil }
    }
  }
}
