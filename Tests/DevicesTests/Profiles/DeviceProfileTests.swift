import Devices
import Foundation
import Testing

@Suite struct DeviceProfileTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("DeviceProfiles")

  @Test func theHeatSealerIsReadAsWritten() throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("lotwire/heat-sealer.yaml"), encoding: .utf8)
    let profile = try DeviceProfile.load(text: text, file: "heat-sealer.yaml")
    #expect(
      profile.points.map(\.name) == [
        "temperature", "pressure", "cycle", "ready", "seal_state", "cycle_counter", "dwell", "temperature_setpoint",
        "cycle_coil",
      ])
    #expect(
      profile.point("pressure")
        == ProfilePoint(
          name: "pressure", table: .holding, address: 2, asPrinted: "40003", type: .float32, wordOrder: .cdab,
          unit: "bar", minimum: -1, maximum: 10, pollIntervalMicroseconds: 100_000))
    #expect(profile.point("cycle")?.type == .bit(0))
    #expect(profile.point("dwell")?.sentinels.map(\.raw) == [0xFFFF])
    #expect(profile.requests == RequestRules())
  }

  static let head = """
    name: probe
    vendor: Maker
    model: M1
    transport: modbus
    status: documented

    """

  @Test func defaultsApplyUnlessAPointSaysOtherwise() throws {
    let profile = try DeviceProfile.load(
      text: Self.head + """
        defaults: {word_order: CDAB, poll_seconds: 0.25, max_registers: 40, bridge_gaps: true, pause_seconds: 0.02,
          response_timeout_seconds: 0.5}
        points:
          - {name: a, table: input, address: 0x10, type: int32, scale: 0.01, sentinels: [-1]}
          - {name: b, table: input, address: 20, type: float32, word_order: BADC, poll_seconds: 5}
        """, file: "probe.yaml")
    #expect(
      profile.requests
        == RequestRules(
          maximumRegisters: 40, bridgesGaps: true, pauseMicroseconds: 20_000, responseTimeoutMicroseconds: 500_000))
    let first = try #require(profile.point("a"))
    #expect(first.address == 16 && first.wordOrder == .cdab && first.sentinels == [Sentinel(0xFFFF_FFFF)])
    #expect(first.pollIntervalMicroseconds == 250_000)
    #expect(profile.point("b")?.wordOrder == .badc)
    #expect(profile.point("b")?.pollIntervalMicroseconds == 5_000_000)
  }

  /// A line of a point, and a part of what must be said of it.
  @Test(arguments: [
    ("{name: a, table: holding, address: 0, type: float32}", "word order of this 32-bit value is missing"),
    ("{name: a, table: holding, address: 0, type: flaot32, word_order: ABCD}", "\"flaot32\" is not one of"),
    ("{name: a, table: holding, address: 70000, type: int16}", "70000 is outside 0 to 65535"),
    ("{name: a, table: holding, address: 65535, type: uint32, word_order: ABCD}", "needs address 65536"),
    ("{name: a, table: holding, address: 0, type: int16, word_order: ABCD}", "no order of the 2 bytes of an int16"),
    ("{name: a, table: holding, address: 0, type: bool}", "which bit of the register"),
    ("{name: a, table: holding, address: 0, type: bool, bit: 16}", "16 is outside 0 to 15"),
    ("{name: a, table: holding, address: 0, type: int16, bit: 3}", "only a bool or a bit_field has a bit"),
    ("{name: a, table: coil, address: 0, type: int16}", "a coil is on or off"),
    ("{name: a, table: coil, address: 0, type: bool, bit: 1}", "a coil has no bits"),
    ("{name: a, table: coil, address: 0, type: bool, scale: 2}", "an on/off value has none"),
    ("{name: a, table: registers, address: 0, type: int16}", "\"registers\" is not one of"),
    ("{name: a, table: holding, address: 0, type: int16, scale: 0}", "a scale of 0"),
    ("{name: a, table: holding, address: 0, type: int16, range: {min: 5, max: 5}}", "is not below max"),
    ("{name: a, table: holding, address: 0, type: int16, sentinels: [0x10000]}", "0x10000 is wider than the 16 bits"),
    ("{name: a, table: holding, address: 0, type: int16, poll_seconds: 0}", "0.0 s is outside"),
    ("{name: a, table: holding, address: 0, type: int16, adress: 1}", "key \"adress\" is not known"),
    ("{name: a, table: holding, type: int16}", "key \"address\" is missing"),
    ("{name: a, table: holding, address: 0, type: int16, source: manual}", "\"manual\" is not one of"),
  ])
  func aFaultyPointIsExplained(point: String, problem: String) {
    let text = Self.head + "points:\n  - \(point)\n"
    #expect {
      _ = try DeviceProfile.load(text: text, file: "probe.yaml")
    } throws: { error in
      guard let issues = (error as? DocumentIssues)?.issues, let issue = issues.first else { return false }
      return issues.count == 1 && issue.problem.contains(problem) && issue.line == 7 && !issue.remedy.isEmpty
    }
  }

  @Test func allFaultsComeAtOnceInTheOrderOfTheFile() {
    let text = """
      name: probe
      vendor: Maker
      modle: M1
      transport: modbus
      status: perfect
      points:
        - {name: a, table: holding, address: 0, type: float32}
        - {name: a, table: holding, address: 1, type: int16}
      """
    #expect {
      _ = try DeviceProfile.load(text: text, file: "probe.yaml")
    } throws: { error in
      let issues = (error as? DocumentIssues)?.issues ?? []
      // model missing; modle unknown; status; word order; name twice; a lies on a.
      return issues.map(\.line) == [1, 3, 5, 7, 8, 8]
    }
  }

  @Test(arguments: [
    ("address: 0, type: int16", "address: 0, type: int16", true),
    ("address: 0, type: uint32, word_order: ABCD", "address: 1, type: int16", true),
    ("address: 0, type: uint32, word_order: ABCD", "address: 1, type: bool, bit: 0", true),
    ("address: 0, type: bool, bit: 3", "address: 0, type: bool, bit: 3", true),
    ("address: 0, type: bool, bit: 3", "address: 0, type: bool, bit: 4", false),
    ("address: 0, type: bool, bit: 3", "address: 0, type: uint16", false),
    ("address: 0, type: uint32, word_order: ABCD", "address: 2, type: int16", false),
  ])
  func onlyBitsShareARegister(first: String, second: String, collides: Bool) {
    let text =
      Self.head + "points:\n  - {name: a, table: holding, \(first)}\n  - {name: b, table: holding, \(second)}\n"
    do throws(DocumentIssues) {
      _ = try DeviceProfile.load(text: text, file: "probe.yaml")
      #expect(!collides)
    } catch {
      #expect(collides)
      #expect(error.issues.map(\.line) == [8])
    }
  }
}
