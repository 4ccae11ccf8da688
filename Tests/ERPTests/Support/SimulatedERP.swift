import Foundation
import Harness

/// The real `simulate erp` on a loopback port with a folder of its own.
final class SimulatedERP {
  let folder: TemporaryFolder
  let port: Int
  private let scenario: URL
  private var process: ChildProcess?

  init(scenario: String = "orders: []", port: Int = 0, starts: Bool = true) throws {
    folder = try TemporaryFolder("simulated-erp")
    self.scenario = folder.file("scenario.yaml")
    try scenario.write(to: self.scenario, atomically: true, encoding: .utf8)
    if starts {
      let started = try Self.start(folder: folder, scenario: self.scenario, port: port)
      process = started.process
      self.port = started.port
    } else {
      self.port = port
    }
  }

  deinit { process?.killNow() }

  var address: String { "http://127.0.0.1:\(port)" }

  func start() throws { process = try Self.start(folder: folder, scenario: scenario, port: port).process }

  func killNow() { process?.killNow() }

  /// Changes the faults for the next start.
  func write(scenario text: String) throws { try text.write(to: scenario, atomically: true, encoding: .utf8) }

  /// The keys of the stored records in the order of arrival, from the files and not from the interface.
  func storedKeys() throws -> [String] { try stored().map(\.key) }

  /// What it wrote on its standard output, over all its starts.
  func said() throws -> String {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("simulate-") }.sorted()
      .map { try String(contentsOf: folder.file($0), encoding: .utf8) }.joined()
  }

  struct Stored: Decodable {
    var key: String
    var sha256: String
    var content: Data
  }

  func stored() throws -> [Stored] {
    let records = folder.file("data/records")
    return try FileManager.default.contentsOfDirectory(atPath: records.path).filter { $0.hasSuffix(".json") }.sorted()
      .map { try JSONDecoder().decode(Stored.self, from: Data(contentsOf: records.appendingPathComponent($0))) }
  }

  private static func start(
    folder: TemporaryFolder, scenario: URL, port: Int
  ) throws -> (process: ChildProcess, port: Int) {
    let process = try ChildProcess(
      name: "simulate erp", path: builtProgram("simulate"),
      arguments: ["erp", "--port", "\(port)", "--data", folder.file("data").path, "--scenario", scenario.path],
      log: folder.file("simulate-\(UUID().uuidString.prefix(8)).log"))
    let line = try process.waitForLine(containing: "listening on 127.0.0.1:")
    guard let text = line.split(separator: ":").last, let port = Int(text) else {
      throw NotInTime(description: "no port in \"\(line)\"")
    }
    return (process, port)
  }
}

/// The path of a program that was built beside the test bundle.
func builtProgram(_ name: String) -> String {
  let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
  let end = bundle.range(of: ".xctest")?.upperBound ?? bundle.endIndex
  return URL(fileURLWithPath: String(bundle[..<end])).deletingLastPathComponent().appendingPathComponent(name).path
}
