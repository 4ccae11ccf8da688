import Foundation
import FoundationNetworking
import Harness

/// A warehouse of real programs around a daemon that is killed again and again: three serial scanners, an ERP that is
/// away for a while, and quality that releases what came.
final class MaterialDay {
  static let stations = ["dock", "pick", "filler"]

  let folder: TemporaryFolder
  let programs: URL
  private let erp: ChildProcess
  private let erpPort: Int
  private var daemon: ChildProcess?
  let scanners: [String: MaterialDayScanner]

  init(orders: Int, deliveries: Int) throws {
    folder = try TemporaryFolder("material-day")
    let home = folder.url
    programs = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let simulate = programs.appendingPathComponent("simulate").path
    let scenario = home.appendingPathComponent("erp.yaml")
    try Self.erpScenario(orders: orders, deliveries: deliveries).write(to: scenario, atomically: true, encoding: .utf8)
    erp = try ChildProcess(
      name: "erp", path: simulate,
      arguments: [
        "erp", "--port", "0", "--data", home.appendingPathComponent("erp").path, "--scenario", scenario.path,
      ], log: home.appendingPathComponent("erp.log"))
    let line = try erp.waitForLine(containing: "listening on")
    // A line without a port makes every connection fail, which the test reports.
    erpPort = line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespaces)) } ?? 0
    try Self.configuration(erpPort: erpPort).write(
      to: home.appendingPathComponent("lotwire.yaml"), atomically: true, encoding: .utf8)
    var scanners: [String: MaterialDayScanner] = [:]
    for station in Self.stations {
      scanners[station] = try MaterialDayScanner(station: station, folder: home, simulate: simulate)
    }
    self.scanners = scanners
  }

  deinit {
    daemon?.end()
    erp.end()
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

  func endDaemon() {
    daemon?.end()
    daemon = nil
  }

  var daemonIsRunning: Bool { daemon?.isRunning ?? false }

  /// The last lines of the daemon's log: only decorates a failure.
  var daemonWords: String {
    let log = (try? String(contentsOf: folder.file("lotwire.log"), encoding: .utf8)) ?? ""  // only decorates a failure
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  var shell: MaterialDayShell {
    MaterialDayShell(program: programs.appendingPathComponent("lotwire").path, folder: folder.url)
  }

  // MARK: The ERP

  /// The plain count of the ERP simulator, by material lot.
  func erpStock() throws -> [String: MaterialDayStock] {
    struct Answer: Decodable {
      struct Line: Decodable {
        var received: String
        var consumed: String
        var picked: String
        var movements: Int
      }
      var lots: [String: Line]
    }
    guard let address = URL(string: "http://127.0.0.1:\(erpPort)/stock") else { return [:] }
    return try JSONDecoder().decode(Answer.self, from: Data(contentsOf: address)).lots.mapValues {
      MaterialDayStock(
        received: Int($0.received) ?? .min, consumed: Int($0.consumed) ?? .min, picked: Int($0.picked) ?? .min,
        movements: $0.movements)
    }
  }

  /// The key and the ledger's event of every movement that the ERP has stored.
  func erpMovements() throws -> [(key: String, event: Int)] {
    struct Stored: Decodable {
      var key: String
      var kind: String
      var content: Data
    }
    struct Movement: Decodable { var event: Int }
    let shelf = folder.file("erp").appendingPathComponent("records")
    return try FileManager.default.contentsOfDirectory(atPath: shelf.path).filter { $0.hasSuffix(".json") }.compactMap {
      let stored = try JSONDecoder().decode(Stored.self, from: Data(contentsOf: shelf.appendingPathComponent($0)))
      guard stored.kind == "material-movement" else { return nil }
      return (stored.key, try JSONDecoder().decode(Movement.self, from: stored.content).event)
    }
  }
}

/// Sums of one material lot, in whole units.
struct MaterialDayStock: Equatable {
  var received = 0
  var consumed = 0
  var picked = 0
  var movements = 0
}

/// Runs `lotwire` commands as a person would, one after the other.
struct MaterialDayShell {
  let program: String
  let folder: URL

  /// Standard output and error of the command, with its exit status.
  func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let log = folder.appendingPathComponent("command-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: log) }  // goes away with the folder otherwise
    let child = try ChildProcess(
      name: arguments[0], path: program,
      arguments: arguments + ["--config", folder.appendingPathComponent("lotwire.yaml").path], log: log)
    let status = try child.waitUntilExit(patienceSeconds: 120)
    return (status, try String(contentsOf: log, encoding: .utf8))
  }

  func trace(_ arguments: [String]) throws -> MaterialDayTrace? {
    let answer = try run(["trace"] + arguments + ["--json"])
    guard answer.status == 0 else { return nil }
    return try JSONDecoder().decode(MaterialDayTrace.Document.self, from: Data(answer.output.utf8)).trace
  }
}
