import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Modbus

/// The whole room against `simulate plc`, which shares no Modbus code with it.
@Suite struct SimulatedSealerTests {
  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Executables of the package lie beside the test program.
  private static var simulator: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("simulate")
  }

  private func start(_ folder: TemporaryFolder, scenario: String, _ arguments: [String]) throws -> ChildProcess {
    let file = folder.file("scenario.yaml")
    try scenario.write(to: file, atomically: true, encoding: .utf8)
    return try ChildProcess(
      name: "simulate plc", path: Self.simulator.path,
      arguments: ["plc", "--scenario", file.path, "--journal", folder.file("served.csv").path] + arguments,
      log: folder.file("simulate.log"))
  }

  private func sealer() throws -> DeviceProfile {
    let file = Self.repository.appendingPathComponent("DeviceProfiles/lotwire/heat-sealer.yaml")
    return try DeviceProfile.load(text: String(contentsOf: file, encoding: .utf8), file: file.path)
  }

  /// The words of holding registers 0 and 1 that were served to a unit.
  private func servedTemperatures(_ folder: TemporaryFolder, unit: Int) throws -> Set<UInt64> {
    let lines = try String(contentsOf: folder.file("served.csv"), encoding: .utf8).split(separator: "\n")
    return Set(
      lines.compactMap { line in
        let columns = line.split(separator: ",", omittingEmptySubsequences: false)
        guard columns.count == 6, columns[1] == "\(unit)", columns[2] == "holding", columns[3] == "0" else {
          return nil
        }
        let words = columns[4].split(separator: " ").prefix(2).compactMap { UInt64($0, radix: 16) }
        return words.reduce(0) { $0 << 16 | $1 }
      })
  }

  @Test func everyValueWasServedWhateverGoesWrong() async throws {
    let folder = try TemporaryFolder("sealer")
    let simulator = try start(
      folder,
      scenario: """
        name: brief-faults
        faults:
          - {kind: wrong_transaction, at_seconds: 0.5, for_seconds: 0.3}
          - {kind: exception, at_seconds: 1.2, for_seconds: 0.3, code: 4}
          - {kind: reset, at_seconds: 1.7, for_seconds: 0.2}
          - {kind: slow_bytes, at_seconds: 2.1, for_seconds: 0.3, delay_seconds: 0.002}
          - {kind: silence, at_seconds: 2.6, for_seconds: 0.2}
        """, ["--devices", "2"])
    defer { simulator.end() }
    let line = try simulator.waitForLine(containing: "listening on 127.0.0.1:")
    let port = try #require(line.split(separator: ":").last.flatMap { Int($0) })
    var profile = try sealer()
    profile.requests.responseTimeoutMicroseconds = 200_000
    let endpoint = ModbusDevicePlan.Endpoint.tcp(host: "127.0.0.1", port: port)
    let plans = [
      try testPlan(profile, endpoint, device: "sealer-1", unit: 1),
      try testPlan(profile, endpoint, device: "sealer-2", unit: 2, firstIndex: 100),
    ]
    try await withSource(plans) { inbox, source in
      let cycles = await inbox.wait { readings in
        readings.contains { $0.parameter == ParameterIndex(105) && $0.quality.isGood && $0.value >= 2 }
          && readings.contains { $0.parameter == ParameterIndex(5) && $0.quality.isGood && $0.value >= 2 }
      }
      #expect(cycles)
      let qualities = Set(inbox.readings.map(\.quality))
      #expect(qualities.isSuperset(of: [.good, .badTimeout, .badDeviceException, .badNotConnected]))
      for (unit, firstIndex) in [(1, 0), (2, 100)] as [(Int, UInt32)] {
        let recorded = inbox.readings.filter { $0.parameter == ParameterIndex(firstIndex) && $0.quality.isGood }
        let served = try servedTemperatures(folder, unit: unit)
        #expect(recorded.count >= 10)
        #expect(recorded.allSatisfy { served.contains($0.raw) && (170...190).contains($0.value) })
      }
      #expect(source.status().map(\.state) == [.online, .online])
    }
    simulator.end()
    #expect(simulator.exitStatus == 0)
  }

  @Test func theSealerSpeaksRTUToo() async throws {
    let folder = try TemporaryFolder("sealer-rtu")
    let ours = PseudoTerminal()
    let theirs = PseudoTerminal()
    let relay = Relay(ours, theirs)
    defer { relay.end() }
    let simulator = try start(folder, scenario: "name: steady", ["--devices", "2", "--rtu", theirs.path])
    defer { simulator.end() }
    try simulator.waitForLine(containing: "serving on")
    let endpoint = ModbusDevicePlan.Endpoint.rtu(path: ours.path, baud: 115_200, parity: .even, stopBits: 1)
    let plans = [
      try testPlan(sealer(), endpoint, device: "sealer-1", unit: 1),
      try testPlan(sealer(), endpoint, device: "sealer-2", unit: 2, firstIndex: 100),
    ]
    try await withSource(plans) { inbox, _ in
      let enough = await inbox.wait { readings in
        [0, 100].allSatisfy { index in
          readings.filter { $0.parameter == ParameterIndex(index) && $0.quality.isGood }.count >= 3
        }
      }
      #expect(enough)
      // What is recorded now was served before.
      let recorded = inbox.readings.filter { $0.parameter == ParameterIndex(100) && $0.quality.isGood }
      let served = try servedTemperatures(folder, unit: 2)
      #expect(recorded.allSatisfy { served.contains($0.raw) })
    }
  }
}
