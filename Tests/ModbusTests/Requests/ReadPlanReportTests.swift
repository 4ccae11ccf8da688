import Devices
import Foundation
import Shopfloor
import Testing

@testable import Modbus

@Suite struct ReadPlanReportTests {
  private func plan(_ endpoint: ModbusDevicePlan.Endpoint, learned: DeviceLimitsLearned? = nil) throws
    -> ModbusDevicePlan
  {
    var profile = try testProfile([
      word("temperature", 0, interval: 100_000), word("pressure", 1, interval: 100_000),
      word("dwell", 10, interval: 1_000_000), word("door", 11, interval: 1_000_000),
      ProfilePoint(name: "run", table: .coil, address: 3, type: .bool, pollIntervalMicroseconds: 100_000),
    ])
    profile.requests.pauseMicroseconds = 5_000
    var plan = try testPlan(profile, endpoint)
    plan.learned = learned
    plan.profileDigest = "digest"
    return plan
  }

  @Test func everyPollIsShownWithItsBytesAndTime() throws {
    let report = try ReadPlanReport(plan(.tcp(host: "plc", port: 502)))
    #expect(report.framing == .tcp)
    #expect(report.polls.map(\.intervalsMicroseconds) == [[100_000], [1_000_000], [100_000, 1_000_000]])
    let fast = report.polls[0]
    #expect(fast.requests.map(\.function) == [3, 1])
    #expect(fast.requests.map(\.points) == [["temperature", "pressure"], ["run"]])
    #expect(fast.requestBytes == 24 && fast.replyBytes == 9 + 4 + 9 + 1)
    #expect(abs(fast.expectedMicroseconds - (2 * 7_000 + 2 * 4 + 0.25)) < 1e-6)
    #expect(
      report.description.contains(
        "  function 3  holding 0-1  12+13 bytes  7.01 ms  temperature, pressure\n"))
    #expect(report.description.contains("3 requests, 36 bytes out, 36 bytes in"))
    let copy = try JSONDecoder().decode(ReadPlanReport.self, from: JSONEncoder().encode(report))
    #expect(copy == report)
  }

  @Test func aSerialLineCountsItsCharacters() throws {
    let report = try ReadPlanReport(plan(.rtu(path: "line", baud: 9_600, parity: .even, stopBits: 1)))
    // 8 + 5 characters around the data, 2 a register, two silences of 3.5, of 11 bits each; and the pause.
    let character = 11.0 / 9_600 * 1_000_000
    #expect(abs(report.polls[0].requests[0].expectedMicroseconds - (24 * character + 5_000)) < 1e-6)
    #expect(report.polls[0].requestBytes == 16 && report.polls[0].replyBytes == 9 + 6)
  }

  @Test func aboveNineteenTwoTheSilenceIsFixed() {
    let slow = RequestCost(baud: 19_200, hasParity: false, stopBits: 1)
    let fast = RequestCost(baud: 115_200, hasParity: false, stopBits: 2)
    #expect(abs(slow.requestMicroseconds - 20 * 10.0 / 19_200 * 1e6) < 1e-6)
    #expect(abs(fast.requestMicroseconds - (13 * 11.0 / 115_200 * 1e6 + 3_500)) < 1e-6)
  }

  @Test func whatWasLearnedIsTold() throws {
    let learned = DeviceLimitsLearned(
      device: "sealer", profileDigest: "digest",
      unreadable: [.init(table: "holding", address: 11, count: 1, exception: 2)], maximumRegisters: 1)
    let report = try ReadPlanReport(plan(.tcp(host: "plc", port: 502), learned: learned))
    #expect(
      report.learned == [
        "holding 11 (point door) refused with exception 2", "the device gives at most 1 registers at once",
      ])
    #expect(report.polls[0].requests.map(\.count) == [1, 1, 1])
    #expect(report.polls[1].requests.map(\.points) == [["dwell"]])
    #expect(report.description.hasSuffix("  the device gives at most 1 registers at once"))
  }
}
