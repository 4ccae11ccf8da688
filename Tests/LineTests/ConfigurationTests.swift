import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("Configuration")
struct ConfigurationTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("configuration") }

  static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("DeviceProfiles").path

  static let good = """
    site: Suzhou
    line: Pouch line 1
    data: data
    profiles: \(profiles)
    devices:
      - name: plc-1
        profile: heat-sealer
        tcp: {host: 127.0.0.1, port: 9, unit: 1}
    stations:
      - name: sealer-1
        operation: seal
        parameters:
          - name: seal.temperature
            device: plc-1
            point: temperature
            alarm: {low: 175, high: 185, deadband: 0.5, delay_seconds: 1}
    people:
      - {id: P-1, name: 李伟, badge: B-1, rights: [operate, acknowledge]}

    """

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test("a good one becomes the plan of the line")
  func good() throws {
    let plant = try read(Self.good)
    let parameter = try #require(plant.plan.stations.first?.parameters.first)
    #expect(parameter.unit == "°C")
    #expect(parameter.expectedIntervalMicroseconds == 100_000)
    #expect(parameter.alarm?.onDelayMicroseconds == 1_000_000)
    #expect(plant.people.first?.name == "李伟")
    #expect(plant.ledgerPath.hasPrefix(folder.url.path))
  }

  @Test(
    "a fault is named with its line, and what to write instead",
    arguments: [
      ("point: temperature", "point: temprature", 15, "device plc-1 has no point"),
      ("device: plc-1", "device: plc-9", 14, "there is no device"),
      ("low: 175", "low: 195", 16, "is not below the high limit"),
      ("delay_seconds", "delay_second", 16, "Write \"delay_seconds\""),
      ("profile: heat-sealer", "profile: heat-seeler", 7, "there is no profile"),
      ("port: 9", "port: 99999", 8, "outside 1 to 65535"),
      ("operation: seal", "operation: \"se\\u202Eal\"", 11, "invisible character U+202E"),
      ("rights: [operate", "rights: [operat", 18, "Write one of: operate"),
      ("deadband: 0.5", "deadband: 50", 16, "could never return"),
      ("site: Suzhou", "sitee: Suzhou", 1, "Write \"site\""),
      ("stations:", "stations: [", 10, "this is not YAML"),
    ])
  func fault(good: String, bad: String, line: Int, says: String) throws {
    do {
      _ = try read(Self.good.replacingOccurrences(of: good, with: bad))
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      let matching = issues.issues.filter { $0.description.contains(says) }
      #expect(matching.contains { $0.line == line }, "\(issues)")
    }
  }

  @Test("all faults are reported at once")
  func several() throws {
    let text = Self.good.replacingOccurrences(of: "port: 9", with: "port: x")
      .replacingOccurrences(of: "low: 175", with: "low: warm")
    #expect { try read(text) } throws: { ($0 as? DocumentIssues)?.issues.count ?? 0 >= 2 }
  }

  @Test("a running daemon refuses a faulty configuration and keeps the old one")
  func reload() throws {
    let file = folder.file("lotwire.yaml")
    try Self.good.write(to: file, atomically: true, encoding: .utf8)
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("lotwire").path
    func lotwire(_ name: String, _ arguments: [String]) throws -> (Int32, String) {
      let child = try ChildProcess(
        name: name, path: program, arguments: arguments + ["--config", file.path], log: folder.file("\(name).log"))
      let status = try child.waitUntilExit(patienceSeconds: 30)
      return (status, try child.outputLines().joined(separator: "\n"))
    }
    let daemon = try ChildProcess(
      name: "daemon", path: program, arguments: ["run", "--config", file.path], log: folder.file("daemon.log"))
    try daemon.waitForLine(containing: "recording")
    #expect(try lotwire("status-1", ["status"]).0 == 0)
    // Changed limits are taken; the change is named in the ledger.
    try Self.good.replacingOccurrences(of: "high: 185", with: "high: 186")
      .write(to: file, atomically: true, encoding: .utf8)
    let reloaded = try lotwire("reload-1", ["reload"])
    #expect(reloaded.0 == 0, "\(reloaded.1)")
    let second = try ChildProcess(
      name: "second", path: program, arguments: ["run", "--config", file.path], log: folder.file("second.log"))
    #expect(try second.waitUntilExit(patienceSeconds: 30) == EX_IOERR)
    #expect(try second.outputLines().contains { $0.contains("ledger.already_in_use") })
    // The daemon's own copy of a faulty file: refused with the place.
    let client = folder.file("client.yaml")
    try Self.good.write(to: client, atomically: true, encoding: .utf8)
    try Self.good.replacingOccurrences(of: "point: temperature", with: "point: temprature")
      .write(to: file, atomically: true, encoding: .utf8)
    let refused = try ChildProcess(
      name: "reload-2", path: program, arguments: ["reload", "--config", client.path], log: folder.file("reload-2.log"))
    #expect(try refused.waitUntilExit(patienceSeconds: 30) == EX_CONFIG)
    #expect(try refused.outputLines().contains { $0.contains("lotwire.yaml:15:") })
    #expect(daemon.isRunning)
    let check = try ChildProcess(
      name: "check", path: program, arguments: ["check-config", "--config", file.path], log: folder.file("check.log"))
    #expect(try check.waitUntilExit(patienceSeconds: 30) == EX_CONFIG)
    daemon.end()
    #expect(daemon.exitStatus == 0)
  }
}
