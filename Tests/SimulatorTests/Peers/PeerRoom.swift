import Foundation
import Harness

/// What the tests with independent Modbus programs share.
enum PeerRoom {
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let scripts = repository.appendingPathComponent("Tests/SimulatorTests/Peers")

  /// Every table, every way a number can lie, and a hole at 40.
  static let profile = """
    name: peers
    vendor: Maker
    model: M1
    transport: modbus
    status: simulated
    points:
      - {name: a, table: holding, address: 30, type: float32, word_order: ABCD, range: {min: -5, max: 5}}
      - {name: b, table: holding, address: 32, type: float32, word_order: CDAB, range: {min: 100, max: 900}}
      - {name: c, table: holding, address: 34, type: int32, word_order: BADC}
      - {name: d, table: holding, address: 36, type: uint32, word_order: DCBA}
      - {name: e, table: holding, address: 38, type: int16, scale: 0.1, range: {min: -40, max: 90}}
      - {name: f, table: holding, address: 39, type: bool, bit: 3}
      - {name: g, table: input, address: 1000, type: uint16}
      - {name: h, table: input, address: 1001, type: uint16}
      - {name: i, table: coil, address: 5, type: bool}
      - {name: j, table: coil, address: 6, type: bool}
      - {name: k, table: discrete, address: 7, type: bool}
    writes:
      - {name: setpoint, table: holding, address: 38, type: int16, range: {min: 0, max: 900}}
      - {name: hold, table: coil, address: 6, type: bool}
    """

  /// How a peer reaches the simulator.
  enum Link: String, CaseIterable, Sendable {
    case tcp
    case rtuOverTCP = "rtu-over-tcp"
    case serial
  }

  /// A simulator on a link, and the words that tell pymodbus the way to it.
  struct Device {
    var simulator: PLCSimulator
    var cable: SerialCable?
    var way: [String]
  }

  static func device(_ link: Link, _ folder: TemporaryFolder, _ arguments: [String] = []) throws -> Device {
    let profile = folder.file("peers.yaml")
    try Self.profile.write(to: profile, atomically: true, encoding: .utf8)
    let cable = link == .serial ? try SerialCable(folder: folder.url) : nil
    let own: [String] =
      switch link {
      case .tcp: []
      case .rtuOverTCP: ["--rtu-over-tcp"]
      case .serial: ["--rtu", cable?.left ?? ""]
      }
    let simulator = try PLCSimulator(
      folder: folder.url, arguments: ["--profile", profile.path, "--count", "3"] + own + arguments)
    let way = link == .serial ? ["serial", cable?.right ?? ""] : [link.rawValue, "127.0.0.1", "\(simulator.ports[0])"]
    return Device(simulator: simulator, cable: cable, way: way)
  }

  static var python: String {
    get throws {
      let path = repository.appendingPathComponent(".build/python-peers/bin/python").path
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw SetupFault(description: "there is no \(path): run \"make setup\" first")
      }
      return path
    }
  }

  struct SetupFault: Error, CustomStringConvertible { var description: String }

  /// What pymodbus' client read, a line for each request.
  static func pymodbusClient(_ folder: TemporaryFolder, _ arguments: [String]) throws -> [String] {
    try run(
      "pymodbus", python, [scripts.appendingPathComponent("pymodbus_client.py").path] + arguments, folder)
  }

  static func pymodbusServer(_ folder: TemporaryFolder, _ arguments: [String]) throws -> ChildProcess {
    let server = try ChildProcess(
      name: "pymodbus", path: python,
      arguments: [scripts.appendingPathComponent("pymodbus_server.py").path] + arguments,
      log: folder.file("pymodbus-server.log"))
    try server.waitForLine(containing: "serving")
    return server
  }

  static func mbpoll(_ folder: TemporaryFolder, _ arguments: [String]) throws -> [String] {
    try run("mbpoll", "/usr/bin/mbpoll", arguments, folder)
  }

  private static func run(
    _ name: String, _ path: String, _ arguments: [String], _ folder: TemporaryFolder
  ) throws -> [String] {
    let log = folder.file("\(name)-\(UUID().uuidString.prefix(8)).log")
    let process = try ChildProcess(name: name, path: path, arguments: arguments, log: log)
    _ = try process.waitUntilExit(patienceSeconds: 30)
    return try process.outputLines()
  }
}
