import Console
import Devices
import Foundation
import Harness
import Ledger
import MQTT
import Shopfloor

/// A line that publishes itself as a Sparkplug edge node and reads itself back as a Sparkplug host, at one mosquitto.
final class SparkplugLine {
  let line: DeviceLine
  let broker: MosquittoBroker
  private var publishers = 0

  static let commands = "  commands: {person: P-7, writes: [{device: press-1, point: setpoint}]}\n"

  private let waitsForHost: Bool

  /// - Parameter waitsForHost: the edge node publishes only while our own host is there; the host ends with each reload.
  init(waitsForHost: Bool) throws {
    self.waitsForHost = waitsForHost
    line = try DeviceLine()
    let folder = line.folder.file("broker")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    broker = try MosquittoBroker(folder: folder)
    try configure()
  }

  /// - Parameter commands: what a host may order, as the configuration has it; empty: nothing.
  func configure(commands: String = "") throws {
    try line.configure(specification: "{low: 100, high: 250}")
    let file = line.folder.file("lotwire.yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    try text
      .replacingOccurrences(
        of: "devices:\n",
        with: """
          brokers:
            - {name: main, host: 127.0.0.1, port: \(broker.port), client_id: line, sparkplug_host: mirror-host}
          sparkplug_edge:
            broker: main
            group: Plant1
            node: Line1
            every_seconds: 0.2
          \(waitsForHost ? "  primary_host: mirror-host\n" : "")\(commands)devices:
            - name: mirror
              sparkplug:
                broker: main
                group: Plant1
                node: Line1
                device: press
                points:
                  - {name: temperature, metric: Parameters/press.temperature, unit: "°C"}
                  - {name: recipe, metric: Parameters/press.recipe/Text, text: true}

          """
      )
      .replacingOccurrences(
        of: "stations:\n",
        with: """
          stations:
            - name: mirror
              operation: mirror
              parameters:
                - {name: mirror.temperature, device: mirror, point: temperature}
                - {name: mirror.recipe, device: mirror, point: recipe}

          """
      )
      .write(to: file, atomically: true, encoding: .utf8)
  }

  // MARK: What is there

  private func reader() throws -> LedgerReader {
    try LedgerReader(path: line.folder.file("data").appendingPathComponent("lotwire.sqlite").path)
  }

  func value(_ parameter: ParameterName) throws -> ParameterStatus? {
    try line.status().stations.flatMap(\.values).first { $0.parameter == parameter }
  }

  /// A value and its time in whole milliseconds, as Sparkplug tells it.
  struct Sample: Hashable {
    var milliseconds: Int64
    var value: Double
  }

  /// The values of a parameter in a stretch of time, whenever they were committed.
  func samples(of parameter: ParameterName, from: Timestamp, until: Timestamp) throws -> Set<Sample> {
    let samples = try reader().sampledReadings(
      from: from, until: SystemClock().now().utc, everyMicroseconds: 1_000, limit: 100_000)
    return Set(
      samples.filter { $0.parameter.name == parameter && $0.reading.quality.hasValue }.map(\.reading)
        .filter { $0.time >= from && $0.time <= until }
        .map { Sample(milliseconds: $0.time.microseconds / 1_000, value: $0.value) })
  }

  func setting(_ name: String) throws -> String? { try reader().setting("sparkplug.edge.Plant1/Line1.\(name)") }

  var edge: LinkStatus? {
    get throws { try line.status().devices.first { $0.device == "sparkplug-edge" } }
  }

  /// How often the edge node has connected, by the broker's own journal.
  func connections() throws -> Int {
    try FileManager.default.contentsOfDirectory(at: line.folder.file("broker"), includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "log" }
      .flatMap { try String(contentsOf: $0, encoding: .utf8).split(separator: "\n") }
      .count { $0.contains("New client connected") && $0.contains("as line-sparkplug-edge ") }
  }

  // MARK: What a host does

  /// Writes down everything that is published from now on.
  final class Watch {
    private let child: ChildProcess

    init(_ line: SparkplugLine) throws {
      child = try ChildProcess(
        name: "mosquitto_sub", path: "/usr/bin/stdbuf",
        arguments: [
          "-oL", "/usr/bin/mosquitto_sub", "-h", "127.0.0.1", "-p", "\(line.broker.port)", "-d", "-t",
          "spBv1.0/Plant1/#", "-F", "message %t %x",
        ], log: line.line.folder.file("watch.log"))
      try child.waitForLine(containing: "Subscribed")
    }

    deinit { child.end() }

    /// The payloads of a topic, in their order.
    func payloads(of topic: String) throws -> [SparkplugPayload] {
      let text = try String(contentsOf: child.log, encoding: .utf8)
      // The last line may still be under way.
      let whole = text.prefix(upTo: text.lastIndex(of: "\n") ?? text.startIndex)
      return try whole.split(separator: "\n").compactMap { line -> SparkplugPayload? in
        let parts = line.split(separator: " ")
        guard parts.count == 3, parts[0] == "message", parts[1] == topic else { return nil }
        let digits = Array(parts[2].utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
          UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16)
        }
        return try SparkplugCodec.decode(bytes)
      }
    }
  }

  /// Orders a write by its metric, as another host would.
  func order(_ metric: String, _ value: Double) throws {
    publishers += 1
    let file = line.folder.file("command-\(publishers)")
    let payload = SparkplugPayload(
      timestamp: UInt64(max(0, SystemClock().now().utc.microseconds / 1_000)),
      metrics: [
        SparkplugMetric(name: metric, datatype: SparkplugDataType.double.rawValue, value: .double(value))
      ])
    try Data(SparkplugCodec.encode(payload)).write(to: file)
    let publisher = try ChildProcess(
      name: "mosquitto_pub", path: "/usr/bin/mosquitto_pub",
      arguments: [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", "spBv1.0/Plant1/NCMD/Line1", "-f", file.path,
      ], log: line.folder.file("publisher-\(publishers).log"))
    guard try publisher.waitUntilExit(patienceSeconds: 30) == 0 else {
      throw ChildProcess.Failure(description: "mosquitto_pub failed")
    }
  }
}
