import Console
import Devices
import Foundation
import Harness
import Ledger
import Shopfloor

@testable import lotwire

/// A sealer with its scanner, an ERP with lots to seal, and the daemon; a control plan is what judges them.
final class ControlPlanLine {
  let folder: TemporaryFolder
  let scanner: MaterialDayScanner
  /// The simulated sealer began between these moments.
  let sealerBegan: ClosedRange<Timestamp>
  private let plc: PLCSimulator
  private let erp: ChildProcess
  private var daemon: ChildProcess?
  private var commands = 0

  /// - Parameters:
  ///   - scenario: of the sealer, a file of `Simulators/Scenarios`.
  ///   - alarms: the part `alarms:` of the configuration.
  init(scenario: String, lots: [String], alarms: String) throws {
    folder = try TemporaryFolder("control-plan")
    let erpScenario = folder.file("erp.yaml")
    try Self.erpScenario(lots).write(to: erpScenario, atomically: true, encoding: .utf8)
    erp = try ChildProcess(
      name: "erp", path: Self.programs.appendingPathComponent("simulate").path,
      arguments: [
        "erp", "--port", "0", "--data", folder.file("erp").path, "--scenario", erpScenario.path,
      ], log: folder.file("erp.log"))
    let line = try erp.waitForLine(containing: "listening on")
    // A line without a port makes every connection fail, which the test reports.
    let erpPort = line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
    scanner = try MaterialDayScanner(
      station: "sealer-1", folder: folder.url, simulate: Self.programs.appendingPathComponent("simulate").path)
    let before = SystemClock().now().utc
    plc = try PLCSimulator(
      folder: folder.url,
      arguments: [
        "--scenario", Self.repository.appendingPathComponent("Simulators/Scenarios/\(scenario).yaml").path,
      ])
    sealerBegan = before...SystemClock().now().utc
    try Self.configuration(plcPort: plc.ports.first ?? 0, erpPort: erpPort, alarms: alarms)
      .write(to: configurationFile, atomically: true, encoding: .utf8)
  }

  deinit {
    daemon?.end()
    erp.end()
  }

  var configurationFile: URL { folder.file("lotwire.yaml") }
  private var ledgerPath: String { folder.file("data").appendingPathComponent("lotwire.sqlite").path }
  private var client: ControlClient {
    ControlClient(socketPath: folder.file("data").appendingPathComponent("lotwire.socket").path)
  }

  // MARK: Programs

  private static var programs: URL { URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent() }
  private static var repository: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  func startDaemon() throws {
    let log = folder.file("daemon-\(commands).log")
    let child = try ChildProcess(
      name: "lotwire", path: Self.programs.appendingPathComponent("lotwire").path,
      arguments: ["run", "--config", configurationFile.path], log: log)
    daemon = child
    try child.waitForLine(containing: "recording", patienceSeconds: 60)
    // The socket opens a moment later.
    guard try DeviceLine.becomes({ (try? client.health()) == true }) else {  // not yet there
      throw CommandFailure("the daemon does not answer", 1)
    }
  }

  func killDaemon() {
    daemon?.killNow()
    daemon = nil
  }

  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  /// Runs a command of the line to its end.
  @discardableResult
  func ask(_ arguments: [String]) throws -> (status: Int32, text: String) {
    try run(arguments + ["--config", configurationFile.path])
  }

  func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    commands += 1
    let child = try ChildProcess(
      name: "lotwire \(arguments.first ?? "")", path: Self.programs.appendingPathComponent("lotwire").path,
      arguments: arguments, log: folder.file("command-\(commands).log"))
    let status = try child.waitUntilExit(patienceSeconds: 60)
    return (status, try child.outputLines().joined(separator: "\n"))
  }

  /// Writes a document into the folder of the line.
  func write(_ text: String, as name: String) throws -> String {
    try text.write(to: folder.file(name), atomically: true, encoding: .utf8)
    return folder.file(name).path
  }

  // MARK: What there is

  func status() throws -> LineStatus { try client.status() }

  func events() throws -> [EventRecord] {
    let reader = try LedgerReader(path: ledgerPath)
    var found: [EventRecord] = []
    while true {
      let more = try reader.events(after: found.last?.sequence ?? 0, limit: 1_000)
      found += more
      if more.count < 1_000 { return found }
    }
  }

  /// Alarms as they were raised, oldest first.
  func alarms() throws -> [Alarm] {
    try events().compactMap { if case .alarmRaised(let alarm) = $0.event { alarm } else { nil } }
  }

  // MARK: Documents

  private static func erpScenario(_ lots: [String]) -> String {
    """
    orders:
      - number: WO-1
        product: POUCH
        product_name: Pouch
        quantity: 100
        unit: pcs
        operations: [seal]
        lots: [\(lots.joined(separator: ", "))]
        materials: []

    """
  }

  private static func configuration(plcPort: Int, erpPort: Int, alarms: String) -> String {
    """
    site: Test plant
    line: Pouch line
    data: data
    profiles: \(repository.appendingPathComponent("DeviceProfiles").path)
    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: \(plcPort), unit: 1}
      - {name: scanner-1, station: sealer-1, serial: {path: tty-sealer-1}}
    stations:
      - name: sealer-1
        operation: seal
        parameters:
          - {name: seal.temperature, device: plc-1, point: temperature}
          - {name: seal.pressure, device: plc-1, point: pressure}
          - {name: seal.cycle, device: plc-1, point: cycle}
        cycle: {parameter: seal.cycle}
    people:
      - {id: P-1, name: Li Wei, badge: BADGE-1, rights: [operate]}
      - {id: P-A, name: Ana Novak, badge: BADGE-A, rights: [quality]}
      - {id: P-B, name: Chen Jie, badge: BADGE-B, rights: [quality, acknowledge, disposition]}
    \(alarms)
    erp:
      http: {url: "http://127.0.0.1:\(erpPort)"}
      poll_seconds: 0.5
    seal_after_seconds: 2

    """
  }
}
