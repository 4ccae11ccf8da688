import Console
import Devices
import Foundation
import Harness
import Ledger
import Shopfloor

@testable import lotwire

/// A daemon that polls a simulated press: a temperature, a recipe name, a register that is refused, a coil that holds
/// the press and a setpoint.
final class DeviceLine {
  let folder: TemporaryFolder
  let plc: PLCSimulator
  private var daemon: ChildProcess?
  private var commands = 0

  static let profile = """
    name: press
    vendor: Lotwire
    model: simulated press
    transport: modbus
    status: simulated
    defaults: {poll_seconds: 0.1, word_order: ABCD}
    points:
      - {name: temperature, table: holding, address: 0, type: float32, unit: "°C", range: {min: 150, max: 200}}
      - {name: recipe, table: holding, address: 2, type: text, layout: {registers: 4}}
      - {name: force, table: holding, address: 6, type: uint16, unit: kN}
      - {name: state, table: holding, address: 7, type: uint16, range: {min: 0, max: 1}, words: {0: open, 1: closed}}
    writes:
      - {name: hold, table: coil, address: 0, type: bool}
      - {name: setpoint, table: holding, address: 20, type: int16, scale: 0.1, unit: "°C", range: {min: 100, max: 200}, min_interval_seconds: 0}

    """

  init(quirks: [String] = []) throws {
    folder = try TemporaryFolder("devices")
    let profiles = folder.file("profiles")
    try FileManager.default.createDirectory(at: profiles, withIntermediateDirectories: true)
    let profile = profiles.appendingPathComponent("press.yaml")
    try Self.profile.write(to: profile, atomically: true, encoding: .utf8)
    plc = try PLCSimulator(
      folder: folder.url,
      arguments: ["--profile", profile.path, "--allow-writes"] + quirks.flatMap { ["--quirk", $0] })
    try configure(specification: "{low: 100, high: 250}")
  }

  deinit { daemon?.end() }

  func configure(specification: String) throws {
    try """
    site: Suzhou
    line: Presses
    data: data
    profiles: profiles
    devices:
      - name: press-1
        profile: press
        tcp: {host: 127.0.0.1, port: \(plc.ports.first ?? 0), unit: 1}
        writes: [hold, setpoint]
    stations:
      - name: press
        operation: press
        parameters:
          - {name: press.temperature, device: press-1, point: temperature, specification: \(specification)}
          - {name: press.recipe, device: press-1, point: recipe}
          - {name: press.force, device: press-1, point: force}
          - {name: press.state, device: press-1, point: state}
        interlock: {device: press-1, write: hold}
    people:
      - {id: P-1, name: Li Wei, badge: B-1, rights: [operate, acknowledge]}
      - {id: P-7, name: Jo, badge: B-7, rights: [engineer]}

    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
  }

  // MARK: Programs

  private static var program: String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("lotwire").path
  }

  func startDaemon() throws {
    let child = try ChildProcess(
      name: "lotwire", path: Self.program, arguments: ["run", "--config", folder.file("lotwire.yaml").path],
      log: folder.file("daemon.log"))
    daemon = child
    try child.waitForLine(containing: "recording")
    // The socket opens a moment later.
    let client = ControlClient(socketPath: folder.file("data").appendingPathComponent("lotwire.socket").path)
    guard try Self.becomes({ (try? client.health()) == true }) else {  // not yet there
      throw CommandFailure("the daemon does not answer", 1)
    }
  }

  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  func killDaemon() {
    daemon?.killNow()
    daemon = nil
  }

  /// Runs a command to its end; `input` is what the person types.
  @discardableResult
  func lotwire(_ arguments: [String], input: String = "") throws -> (status: Int32, text: String) {
    commands += 1
    let answers = folder.file("input-\(commands)")
    try input.write(to: answers, atomically: true, encoding: .utf8)
    let child = try ChildProcess(
      name: "lotwire \(arguments.first ?? "")", path: "/bin/sh",
      arguments: ["-c", "input=$1; shift; exec \"$@\" <\"$input\"", "sh", answers.path, Self.program] + arguments,
      log: folder.file("command-\(commands).log"))
    let status = try child.waitUntilExit(patienceSeconds: 30)
    return (status, try child.outputLines().joined(separator: "\n"))
  }

  /// With the line's configuration.
  @discardableResult
  func ask(_ arguments: [String], input: String = "") throws -> (status: Int32, text: String) {
    try lotwire(arguments + ["--config", folder.file("lotwire.yaml").path], input: input)
  }

  func status() throws -> LineStatus {
    try ControlClient(socketPath: folder.file("data").appendingPathComponent("lotwire.socket").path).status()
  }

  func events(about subject: EventSubject) throws -> [Event] {
    let reader = try LedgerReader(path: folder.file("data").appendingPathComponent("lotwire.sqlite").path)
    return try reader.events(about: subject).map(\.event)
  }

  /// Values that were written to a place, in their order.
  func written(_ table: String, _ address: Int) throws -> [UInt16] {
    try plc.journal().rows.filter { $0.table == "write-\(table)" && $0.address == address }.flatMap(\.words)
  }

  /// Asks again and again until it is so; false after the patience.
  static func becomes(patienceSeconds: Double = 20, _ condition: () throws -> Bool) throws -> Bool {
    let end = Date().addingTimeInterval(patienceSeconds)
    while Date() < end {
      if try condition() { return true }
      Thread.sleep(forTimeInterval: 0.05)
    }
    return try condition()
  }
}
