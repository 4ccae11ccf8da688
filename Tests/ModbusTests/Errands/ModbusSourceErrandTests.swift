import CModbus
import Devices
import Foundation
import Glibc
import Shopfloor
import Synchronization
import Testing

@testable import Modbus

/// One-off reads and writes through the public door, with libmodbus as the device: function codes, echoes and packed
/// bits are its reading of the protocol and not ours.
@Suite struct ModbusSourceErrandTests {
  private func profile() throws -> DeviceProfile {
    var profile = try testProfile([word("level", 0), word("other", 3)], responseTimeoutMicroseconds: 2_000_000)
    profile.writes = [
      WritePoint(
        name: "setpoint", table: .holding, address: 8, type: .float32, wordOrder: .cdab, minimum: 0, maximum: 300,
        minimumIntervalMicroseconds: 1),
      WritePoint(
        name: "limit", table: .holding, address: 10, type: .int16, scale: 0.1, minimum: -100, maximum: 100,
        minimumIntervalMicroseconds: 1),
      WritePoint(name: "hold", table: .coil, address: 5, type: .bool, minimumIntervalMicroseconds: 1),
      WritePoint(
        name: "latch", table: .coil, address: 6, type: .bool, minimumIntervalMicroseconds: 1, function: .multiple),
      WritePoint(name: "enable", table: .holding, address: 11, type: .bit(4), minimumIntervalMicroseconds: 1),
      WritePoint(
        name: "missing", table: .holding, address: 900, type: .uint16, minimum: 0, maximum: 9,
        minimumIntervalMicroseconds: 1, isReadBack: false),
    ]
    return profile
  }

  private func withDevice(
    allowed: Set<String> = ["setpoint", "limit", "hold", "latch", "enable", "missing"],
    _ body: (ModbusSource, DeviceName) async throws -> Void
  ) async throws {
    let server = LibmodbusServer(registers: (0..<16).map { $0 * 11 }, coils: [Bool](repeating: false, count: 16))
    var plan = try testPlan(profile(), .tcp(host: "127.0.0.1", port: server.port))
    plan.allowedWrites = allowed
    try await withSource([plan]) { inbox, source in
      #expect(await inbox.wait { !$0.isEmpty })
      try await body(source, plan.device)
    }
  }

  private func write(_ source: ModbusSource, _ device: DeviceName, _ point: String, _ value: Double) async throws
    -> ModbusWriteOutcome
  {
    try await withCheckedThrowingContinuation { continuation in
      source.write(device: device, point: point, value: value) { continuation.resume(with: $0) }
    }
  }

  private func read(_ source: ModbusSource, _ device: DeviceName, _ points: [String]) async throws
    -> [ModbusPointValue]
  {
    try await withCheckedThrowingContinuation { continuation in
      source.read(device: device, points: points) { continuation.resume(with: $0) }
    }
  }

  @Test func everyFunctionOfWritingIsUnderstoodByLibmodbus() async throws {
    try await withDevice { source, device in
      for (point, value, words) in [
        ("setpoint", 180.5, [0x8000, 0x4334]), ("limit", -12.5, [UInt16(bitPattern: -125)]), ("hold", 1, [1]),
        ("latch", 1, [1]), ("enable", 1, [121 | 16]), ("enable", 0, [121 & ~16]),
      ] as [(String, Double, [UInt16])] {
        let outcome = try await write(source, device, point, value)
        #expect(outcome.result == .confirmed, "\(point): \(outcome)")
        #expect(outcome.writtenWords == words && outcome.readBackWords == words && outcome.readBackValue == value)
      }
      let missing = try await write(source, device, "missing", 1)
      #expect(missing.result == .refused(exception: 2))
    }
  }

  @Test func pointsAreReadBetweenThePolls() async throws {
    try await withDevice { source, device in
      let values = try await read(source, device, ["other", "level"])
      #expect(values.map(\.point) == ["other", "level"])
      #expect(values.map(\.value) == [33, 0] && values[0].words == [33])
      await #expect(throws: ModbusErrandFault.self) { _ = try await read(source, device, ["nothing"]) }
      let stranger: DeviceName = "stranger"
      await #expect(throws: ModbusErrandFault.self) { _ = try await read(source, stranger, ["level"]) }
    }
  }

  @Test func nothingIsWrittenThatThePlanDoesNotAllow() async throws {
    try await withDevice(allowed: []) { source, device in
      guard case .denied(let reason) = try await write(source, device, "setpoint", 1).result else {
        Issue.record("it was written")
        return
      }
      #expect(reason.contains("not allowed"))
    }
  }

  /// A server that never answers: what waits is answered when the source stops, and once.
  @Test func aStopAnswersWhatWaits() async throws {
    let server = ScriptedServer { _ in [] }
    defer { server.stop() }
    let plan = try testPlan(
      testProfile([word("level", 0)], responseTimeoutMicroseconds: 60_000_000),
      .tcp(host: "127.0.0.1", port: server.port))
    let answers = Answers()
    try await withSource([plan]) { _, source in
      for _ in 0..<20 {
        source.read(device: plan.device, points: ["level"]) { result in
          guard case .failure(let fault) = result else { return }
          answers.add(fault.code)
        }
      }
      #expect(await eventually { answers.codes.count >= 4 })
    }
    #expect(answers.codes.filter { $0 == "queue-full" }.count == 4)
    // On a machine without time some have waited too long before the stop.
    #expect(answers.codes.filter { ["stopped", "no-turn"].contains($0) }.count == 16)
  }

  private final class Answers: Sendable {
    private let list = Mutex<[String]>([])
    var codes: [String] { list.withLock { $0 } }
    func add(_ code: String) { list.withLock { $0.append(code) } }
  }
}
