import Foundation
import Harness

/// A small line of real programs around a daemon that is killed again and again: broker, PLC, sensors with a counter,
/// scanner, ERP. The simulators keep journals of what was acknowledged to them.
final class KilledLine {
  let folder: TemporaryFolder
  private let programs: URL
  private let broker: MosquittoBroker
  private var children: [ChildProcess] = []
  private(set) var scanner: ChildProcess
  private var daemon: ChildProcess?
  let lots: [String]

  init(lotCount: Int, seed: UInt64) throws {
    folder = try TemporaryFolder("killed")
    programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    lots = (1...lotCount).map { "L-" + String(repeating: "0", count: 4 - String($0).count) + String($0) }
    broker = try MosquittoBroker(folder: folder.url)
    let simulate = programs.appendingPathComponent("simulate").path
    func start(_ name: String, _ arguments: [String], says: String, in folder: URL) throws -> (ChildProcess, String) {
      let child = try ChildProcess(
        name: name, path: simulate, arguments: [name] + arguments, log: folder.appendingPathComponent("\(name).log"))
      return (child, try child.waitForLine(containing: says))
    }
    let home = folder.url
    func write(_ name: String, _ text: String) throws -> String {
      let file = home.appendingPathComponent(name)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return file.path
    }
    let erpScenario = try write("erp.yaml", Self.erpScenario(lots))
    let plcScenario = try write("plc.yaml", Self.plcScenario(seed: seed))
    let sensorScenario = try write("sensors.yaml", Self.sensorScenario(seed: seed))
    let script = try write("scans.yaml", Self.scanScript(lots))
    let (erp, erpLine) = try start(
      "erp", ["--port", "0", "--data", home.appendingPathComponent("erp").path, "--scenario", erpScenario],
      says: "listening on", in: home)
    let (plc, plcLine) = try start(
      "plc", ["--port", "0", "--scenario", plcScenario, "--journal", home.appendingPathComponent("served.csv").path],
      says: "listening on", in: home)
    let (sensors, _) = try start(
      "sensors",
      [
        "--broker", "127.0.0.1:\(broker.port)", "--scenario", sensorScenario, "--journal",
        home.appendingPathComponent("published.csv").path,
      ], says: "publishing to", in: home)
    _ = try write(
      "lotwire.yaml",
      Self.configuration(
        plcPort: Self.port(plcLine), brokerPort: broker.port, erpPort: Self.port(erpLine), profiles: Self.profiles))
    let (scanner, _) = try start(
      "scanner",
      [
        "--tty-link", home.appendingPathComponent("tty").path, "--script", script, "--journal",
        home.appendingPathComponent("scans.csv").path, "--answer-timeout", "0.7",
      ], says: "ready on", in: home)
    children = [erp, plc, sensors]
    self.scanner = scanner
  }

  deinit {
    for child in [scanner, daemon].compactMap({ $0 }) + children { child.end() }
    broker.stop()
  }

  private static func port(_ line: String) -> Int {
    // A line without a port makes every connection fail, which the test reports.
    line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
  }

  /// The folder of the device profiles, found from this file upwards.
  private static var profiles: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path
  }

  // MARK: The daemon

  func startDaemon() throws {
    daemon = try ChildProcess(
      name: "lotwire", path: programs.appendingPathComponent("lotwire").path,
      arguments: ["run", "--config", folder.file("lotwire.yaml").path], log: folder.file("lotwire.log"))
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

  // MARK: What was acknowledged

  /// The ERP's records by key; a key that stands twice was delivered twice.
  func deliveredRecords() throws -> [(key: String, lot: String, content: [UInt8])] {
    struct Stored: Decodable {
      var key: String
      var kind: String
      /// Movements of material have none.
      var lot: String?
      var content: Data
    }
    let shelf = folder.file("erp").appendingPathComponent("records")
    return try FileManager.default.contentsOfDirectory(atPath: shelf.path).filter { $0.hasSuffix(".json") }.sorted()
      .compactMap { name in
        let stored = try JSONDecoder().decode(
          Stored.self, from: Data(contentsOf: shelf.appendingPathComponent(name)))
        guard stored.kind == "batch-record" else { return nil }
        return stored.lot.map { (stored.key, $0, [UInt8](stored.content)) }
      }
  }

  /// Counter messages that the broker acknowledged: time in microseconds and number.
  func publishedCounters() throws -> [(time: Int64, number: Int)] {
    try rows("published.csv").compactMap { fields in
      guard fields.count == 4, fields[1] == "cleanroom/1/counter", let time = Int64(fields[0]),
        let number = Double(fields[3].split(separator: "=").last ?? "")
      else { return nil }
      return (time, Int(number))
    }
  }

  /// Accepted scans: when the label was sent first and when it was answered, in microseconds.
  func acceptedScans() throws -> [(text: String, sent: Int64, answered: Int64)] {
    try rows("scans.csv").compactMap { fields in
      guard fields.count == 5, fields[2] == "accepted", let sent = Int64(fields[0]), let answered = Int64(fields[3])
      else { return nil }
      return (fields[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"")), sent, answered)
    }
  }

  /// The temperature words that the PLC served, as hexadecimal text.
  func servedTemperatures() throws -> Set<String> {
    var served: Set<String> = []
    for fields in try rows("served.csv") where fields.count >= 5 && fields[2] == "holding" && fields[3] == "0" {
      served.insert(fields[4].split(separator: " ").prefix(2).joined().lowercased())
    }
    return served
  }

  private func rows(_ name: String) throws -> [[String]] {
    try String(contentsOf: folder.file(name), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
