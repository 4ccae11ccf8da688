import Foundation
import Harness

/// A small line of real programs around a daemon whose disk loses its power: broker, PLC, sensors with a counter, scanner
/// and ERP live on the machine's own disk and keep journals of what was acknowledged to them.
final class CutLine {
  let home: URL
  let lots: [String]
  static let startPatienceSeconds = 30.0
  private let programs: URL
  private let broker: MosquittoBroker
  /// Between the daemon and the broker: a machine without power acknowledges nothing.
  private let network: FaultProxy
  /// Longer than the proxy takes to see an order.
  private static let networkMicroseconds: UInt32 = 80_000
  private let configuration: URL
  private var children: [ChildProcess] = []
  private let scanner: ChildProcess
  private let sensors: ChildProcess
  private var daemon: ChildProcess?

  init(home: URL, data: URL, lotCount: Int, seed: UInt64) throws {
    self.home = home
    programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    lots = (1...lotCount).map { "L-" + String(repeating: "0", count: max(0, 4 - String($0).count)) + String($0) }
    let simulate = programs.appendingPathComponent("simulate").path
    broker = try MosquittoBroker(folder: home)
    network = FaultProxy(target: broker.port)
    func write(_ name: String, _ text: String) throws -> String {
      let file = home.appendingPathComponent(name)
      try text.write(to: file, atomically: true, encoding: .utf8)
      return file.path
    }
    func start(_ name: String, _ arguments: [String], says: String) throws -> (ChildProcess, Int) {
      let child = try ChildProcess(
        name: name, path: simulate, arguments: [name] + arguments, log: home.appendingPathComponent("\(name).log"))
      let line = try child.waitForLine(containing: says)
      // A line without a port makes every connection fail, which the comparison reports.
      return (child, line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0)
    }
    func path(_ name: String) -> String { home.appendingPathComponent(name).path }
    let (erp, erpPort) = try start(
      "erp", ["--port", "0", "--data", path("erp"), "--scenario", write("erp.yaml", Self.erpScenario(lots))],
      says: "listening on")
    let (plc, plcPort) = try start(
      "plc",
      ["--port", "0", "--scenario", write("plc.yaml", Self.plcScenario(seed)), "--journal", path("served.csv")],
      says: "listening on")
    sensors = try start(
      "sensors",
      [
        "--broker", "127.0.0.1:\(broker.port)", "--scenario", write("sensors.yaml", Self.sensorScenario(seed)),
        "--journal", path("published.csv"),
      ], says: "publishing to"
    ).0
    configuration = URL(
      fileURLWithPath: try write(
        "lotwire.yaml",
        Self.configuration(
          data: data.path, plcPort: plcPort, brokerPort: network.port, erpPort: erpPort, profiles: Self.profiles)))
    scanner = try start(
      "scanner",
      [
        "--tty-link", path("tty"), "--script", write("scans.yaml", Self.scanScript(lots)), "--journal",
        path("scans.csv"), "--answer-timeout", "0.7",
      ], says: "ready on"
    ).0
    children = [erp, plc]
  }

  deinit { end() }

  func end() {
    for child in [daemon, scanner, sensors].compactMap({ $0 }) + children { child.end() }
    network.stop()
    broker.stop()
  }

  /// The folder of the device profiles, found from this file upwards.
  private static var profiles: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path
  }

  // MARK: The network

  /// From here on no acknowledgement of the daemon reaches the broker: one that it sends after its disk has lost the
  /// power is none that a real machine could have sent.
  func cutNetwork() {
    network.set(.blackhole)
    usleep(Self.networkMicroseconds)
  }

  /// What the dead daemon left in the network is gone, and the next one finds a whole network.
  private func mendNetwork() {
    network.set(.reset)
    usleep(Self.networkMicroseconds)
    network.set(.none)
  }

  // MARK: The daemon

  /// `awaitsLedger`: returns when the daemon has opened its ledger.
  func startDaemon(awaitsLedger: Bool = false) throws {
    mendNetwork()
    let before = openings
    daemon = try ChildProcess(
      name: "lotwire", path: programs.appendingPathComponent("lotwire").path,
      arguments: ["run", "--config", configuration.path], log: home.appendingPathComponent("lotwire.log"))
    let deadline = Date().addingTimeInterval(Self.startPatienceSeconds)
    while awaitsLedger, openings == before, daemonIsRunning, Date() < deadline { usleep(10_000) }
  }

  /// How often the daemon said that its ledger is open.
  private var openings: Int {
    // No log yet: it said nothing.
    let log = (try? String(contentsOf: home.appendingPathComponent("lotwire.log"), encoding: .utf8)) ?? ""
    return log.components(separatedBy: "ledger open").count - 1
  }

  var daemonIsRunning: Bool { daemon?.isRunning ?? false }

  func killDaemon() {
    daemon?.killNow()
    daemon = nil
  }

  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  /// What the daemon said last.
  func lastWords() -> String {
    // Only decorates a failure.
    let log = (try? String(contentsOf: home.appendingPathComponent("lotwire.log"), encoding: .utf8)) ?? ""
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  // MARK: What was acknowledged

  /// No more messages are published; those that are on their way arrive.
  func endPublishing() { sensors.end() }

  /// Numbers of the counter whose messages the broker has taken: it keeps each until the daemon acknowledges it.
  func publishedCounters() throws -> Set<Int> {
    Set(
      try rows("published.csv").compactMap { fields in
        guard fields.count == 4, fields[1] == "cleanroom/1/counter",
          let number = Double(fields[3].split(separator: "=").last ?? "")
        else { return nil }
        return Int(number)
      })
  }

  /// Lots whose scan was answered with "accepted" before an instant, in microseconds.
  func acceptedLots(before cut: Int64) throws -> Set<String> {
    Set(
      try rows("scans.csv").compactMap { fields in
        guard fields.count == 5, fields[2] == "accepted", let answered = Int64(fields[3]), answered < cut else {
          return nil
        }
        let text = fields[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        return text.hasPrefix("L-") ? text : nil
      })
  }

  private func rows(_ name: String) throws -> [[String]] {
    let file = home.appendingPathComponent(name)
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }
}
