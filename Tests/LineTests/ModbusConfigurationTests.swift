import Devices
import Foundation
import Harness
import Modbus
import Shopfloor
import Testing

@testable import lotwire

@Suite("Modbus devices in the configuration")
struct ModbusConfigurationTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder("modbus-configuration")
    let profiles = folder.file("profiles")
    try FileManager.default.createDirectory(at: profiles, withIntermediateDirectories: true)
    try DeviceLine.profile.write(to: profiles.appendingPathComponent("press.yaml"), atomically: true, encoding: .utf8)
  }

  static let good = """
    site: Suzhou
    line: Presses
    data: data
    profiles: profiles
    devices:
      - name: press-1
        profile: press
        tcp: {host: press-1.plant, unit: 3, tls: {ca: ca.pem, certificate: us.pem, key: us-key.pem}}
        requests: {pause_seconds: 0.02, close_after_poll: true, pipeline: 4}
        writes: [hold]
      - name: press-2
        profile: press
        tcp: {host: 10.0.0.2, port: 4001, unit: 1, framing: rtu}
      - name: press-3
        profile: press
        rtu: {path: /dev/ttyUSB0, unit: 5}
    stations:
      - name: press
        operation: press
        parameters:
          - {name: press.force, device: press-1, point: force}
        interlock: {device: press-1, write: hold}

    """

  private func read(_ text: String) throws -> PlantConfiguration {
    let file = folder.file("lotwire.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try ConfigurationReader.read(file)
  }

  @Test func everyKindOfConnectionIsRead() throws {
    let plant = try read(Self.good)
    #expect(
      plant.modbusDevices.map(\.endpoint) == [
        .tls(
          host: "press-1.plant", port: 802,
          .init(
            caFile: folder.file("ca.pem").path, certificateFile: folder.file("us.pem").path,
            keyFile: folder.file("us-key.pem").path)),
        .rtuOverTCP(host: "10.0.0.2", port: 4001),
        .rtu(path: "/dev/ttyUSB0", baud: 19_200, parity: .even, stopBits: 1),
      ])
    #expect(plant.modbusDevices.map(\.unit) == [3, 1, 5])
    let policy = try #require(plant.modbusDevices.first?.policy)
    #expect(
      policy == EndpointPolicy(closesAfterPoll: true, pauseMicroseconds: 20_000, pipelineDepth: 4))
    #expect(
      plant.plan.writes == [WriteAllowance(device: "press-1", point: "hold", unit: "", minimum: 0, maximum: 1)])
    #expect(plant.plan.stations.first?.interlock == InterlockPlan(device: "press-1", point: "hold"))
    let wiring = plant.plan.wiring.map(\.description).joined(separator: "\n")
    for word in ["press-1.plant:802 (TLS)", "pause 0.02 s", "may write hold", "RTU frames", "unit 5"] {
      #expect(wiring.contains(word), "an auditor must see \(word) change")
    }
  }

  @Test(
    arguments: [
      ("writes: [hold]", "writes: [unlock]", 10, "has no write point \"unlock\""),
      ("writes: [hold]", "writes: [hold, hold]", 10, "stands twice"),
      ("    writes: [hold]\n", "", 21, "has no write point that is switched on"),
      ("write: hold}", "write: setpoint}", 22, "Write one of: hold"),
      ("write: hold}", "write: hold, hold: 2}", 22, "hold writes 2.0, but hold takes 0.0 to 1.0"),
      ("write: hold}", "write: hold, release: 1}", 22, "write the same value"),
      ("device: press-1, write", "device: press-2, write", 22, "no write point that is switched on"),
      (", key: us-key.pem", "", 8, "certificate and key go together"),
      ("framing: rtu", "framing: rtu, tls: {}", 13, "TLS is for Modbus/TCP frames only"),
      ("framing: rtu", "framing: ascii", 13, "Write one of: tcp, rtu"),
      ("pipeline: 4", "pipeline: 40", 9, "outside 1 to 16"),
      ("pause_seconds: 0.02", "pause_second: 0.02", 9, "Write \"pause_seconds\""),
      ("unit: 5", "unit: 248", 16, "outside 1 to 247"),
    ])
  func aFaultIsNamedWithItsLine(good: String, bad: String, line: Int, says: String) throws {
    do {
      _ = try read(Self.good.replacingOccurrences(of: good, with: bad))
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      #expect(issues.issues.contains { $0.line == line && $0.description.contains(says) }, "\(issues)")
    }
  }

  @Test func anInterlockNeedsAWritePointThatMayBeWrittenOften() throws {
    let slow = DeviceLine.profile.replacingOccurrences(
      of: "table: coil, address: 0, type: bool}",
      with: "table: coil, address: 0, type: bool, min_interval_seconds: 6}")
    try slow.write(to: folder.file("profiles/press.yaml"), atomically: true, encoding: .utf8)
    do {
      _ = try read(Self.good)
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      #expect("\(issues)".contains("a write every 6.0 s only"), "\(issues)")
    }
  }

  @Test func aDeviceWithASelfTestIsWrittenToOnlyWhereItIsPolled() throws {
    let tested = DeviceLine.profile + "self_test:\n  - {point: force, equals: 4660}\n"
    try tested.write(to: folder.file("profiles/press.yaml"), atomically: true, encoding: .utf8)
    _ = try read(Self.good)
    let text = Self.good.replacingOccurrences(
      of: "press.force, device: press-1", with: "press.force, device: press-2")
    do {
      _ = try read(text)
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      #expect("\(issues)".contains("only after its self-test"), "\(issues)")
    }
  }

  @Test func twoStationsCannotPullOneInterlock() throws {
    let second = """
        - name: press-b
          operation: press
          interlock: {device: press-1, write: hold}

      """
    do {
      _ = try read(Self.good + second)
      Issue.record("the fault was not found")
    } catch let issues as DocumentIssues {
      #expect("\(issues)".contains("already the interlock of station press"), "\(issues)")
    }
  }
}
