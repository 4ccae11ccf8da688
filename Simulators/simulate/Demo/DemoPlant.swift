import Foundation
import Harness

/// Everything the demonstration starts, in one place, so that it is all ended again.
final class DemoPlant {
  let folder: URL
  let programs: URL
  let resources: URL
  private var children: [ChildProcess] = []
  private var broker: MosquittoBroker?

  /// - Parameters:
  ///   - programs: the folder of `lotwire` and `simulate`.
  ///   - resources: the folder that holds `DeviceProfiles/` and `Simulators/`.
  init(folder: URL, programs: URL, resources: URL) {
    self.folder = folder
    self.programs = programs
    self.resources = resources
  }

  var configuration: URL { folder.appendingPathComponent("lotwire.yaml") }

  /// Starts broker, devices, ERP, daemon and, last, the operator.
  func start() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let broker = try MosquittoBroker(folder: folder)
    self.broker = broker
    let erp = try simulate("erp", ["--port", "0", "--data", path("erp"), "--scenario", scenario("erp-demo")])
    let plc = try simulate("plc", ["--port", "0", "--scenario", scenario("sealer-drift")])
    let erpPort = try Self.port(in: erp.waitForLine(containing: "listening on"))
    let plcPort = try Self.port(in: plc.waitForLine(containing: "listening on"))
    let sensors = try simulate(
      "sensors", ["--broker", "127.0.0.1:\(broker.port)", "--scenario", scenario("cleanroom")])
    try sensors.waitForLine(containing: "publishing to")
    let text = DemoConfiguration(
      profiles: resources.appendingPathComponent("DeviceProfiles").path, modbusPort: plcPort, brokerPort: broker.port,
      erpPort: erpPort
    ).text
    try text.write(to: configuration, atomically: true, encoding: .utf8)
    let scanner = try simulate(
      "scanner",
      ["--tty-link", path("scanner-1"), "--script", scenario("demo-operator"), "--journal", path("scans.csv")])
    try scanner.waitForLine(containing: "ready on")
    let daemon = try child("lotwire", ["run", "--config", configuration.path])
    try daemon.waitForLine(containing: "recording")
  }

  /// The scanner's operator has done everything.
  var operatorIsDone: Bool { children.first { $0.name == "scanner" }?.isRunning == false }

  /// Name and log of a program that ended although it should run.
  var casualty: String? {
    children.first { !$0.isRunning && !$0.name.hasPrefix("scanner") }.map { "\($0.name) ended; see \($0.log.path)" }
  }

  /// Runs `lotwire` with these words and returns what it printed.
  func ask(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let output = Pipe()
    let process = Process()
    process.executableURL = programs.appendingPathComponent("lotwire")
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Ends everything, the daemon before its devices.
  func stop() {
    for child in children.reversed() { child.end() }
    children = []
    broker?.stop()
    broker = nil
  }

  /// Starts `simulate` with these words.
  ///
  /// - Parameter name: of the program and its log; nil: what it simulates.
  @discardableResult
  func simulate(_ what: String, _ arguments: [String], name: String? = nil) throws -> ChildProcess {
    let name = name ?? what
    let started = try ChildProcess(
      name: name, path: programs.appendingPathComponent("simulate").path, arguments: [what] + arguments,
      log: folder.appendingPathComponent("\(name).log"))
    children.append(started)
    return started
  }

  @discardableResult
  func child(_ program: String, _ arguments: [String]) throws -> ChildProcess {
    let started = try ChildProcess(
      name: program, path: programs.appendingPathComponent(program).path, arguments: arguments,
      log: folder.appendingPathComponent("\(program).log"))
    children.append(started)
    return started
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func scenario(_ name: String) -> String {
    resources.appendingPathComponent("Simulators/Scenarios/\(name).yaml").path
  }

  static func port(in line: String) throws -> Int {
    guard let text = line.split(separator: ":").last, let port = Int(text.trimmingCharacters(in: .whitespaces)) else {
      throw ChildProcess.Failure(description: "no port in \"\(line)\"")
    }
    return port
  }
}
