import CModbus
import Devices
import Foundation
import Glibc
import Shopfloor
import Synchronization
import Testing

@testable import Modbus

/// Ends the threads of a test when the test ends.
private final class Running: Sendable {
  private let flag = Mutex(true)
  var isOn: Bool { flag.withLock { $0 } }
  func end() { flag.withLock { $0 = false } }
}

@Suite struct SerialBusTests {
  private func line(_ path: String) -> ModbusDevicePlan.Endpoint {
    .rtu(path: path, baud: 115_200, parity: .none, stopBits: 1)
  }

  /// Answers every request on the test's end of a line, each with what `answer` makes of its number and bytes.
  private func serve(
    _ terminal: PseudoTerminal, _ running: Running, _ answer: @escaping @Sendable (Int, [UInt8]) -> [UInt8]
  ) {
    Thread.detachNewThread {
      var number = 0
      var buffer: [UInt8] = []
      while running.isOn {
        buffer += terminal.receive()
        while buffer.count >= 8 {
          let reply = answer(number, Array(buffer[0..<8]))
          buffer.removeFirst(8)
          number += 1
          terminal.send(reply)
        }
      }
    }
  }

  /// Every register says the value.
  private static func reply(_ request: [UInt8], _ value: UInt8) -> [UInt8] {
    let count = Int(request[5])
    return rtuBytes(request[0], [request[1], UInt8(count * 2)] + (0..<count).flatMap { _ in [0, value] })
  }

  @Test func severalUnitsShareALineWithALibmodbusServer() async throws {
    let ours = PseudoTerminal()
    let theirs = PseudoTerminal()
    let running = Running()
    defer { running.end() }
    let relay = Relay(ours, theirs)
    defer { relay.end() }
    let path = theirs.path
    Thread.detachNewThread {
      // Unit 2 is somebody else's; libmodbus ignores it.
      guard let context = modbus_new_rtu(path, 115_200, Int8(UInt8(ascii: "N")), 8, 1),
        let mapping = modbus_mapping_new(0, 0, 4, 0)
      else { return }
      modbus_set_slave(context, 1)
      mapping.pointee.tab_registers[0] = 0x4334
      mapping.pointee.tab_registers[1] = 0x8000
      modbus_connect(context)
      modbus_set_indication_timeout(context, 0, 100_000)
      var request = [UInt8](repeating: 0, count: Int(MODBUS_RTU_MAX_ADU_LENGTH))
      while running.isOn {
        let count = modbus_receive(context, &request)
        if count > 0 { modbus_reply(context, request, count, mapping) }
      }
      modbus_close(context)
      modbus_mapping_free(mapping)
      modbus_free(context)
    }
    let profile = try testProfile(
      [
        ProfilePoint(
          name: "temperature", table: .holding, address: 0, type: .float32, wordOrder: .abcd,
          pollIntervalMicroseconds: 50_000)
      ], responseTimeoutMicroseconds: 300_000)
    let plans = [
      try testPlan(profile, line(ours.path), device: "first", unit: 1, firstIndex: 1),
      try testPlan(profile, line(ours.path), device: "absent", unit: 2, firstIndex: 2),
    ]
    try await withSource(plans) { inbox, source in
      let both = await inbox.wait { readings in
        readings.filter(\.quality.isGood).count >= 5 && readings.contains { $0.quality == .badTimeout }
      }
      #expect(both)
      for reading in inbox.readings where reading.quality.isGood {
        #expect(reading.parameter == ParameterIndex(1) && reading.value == 180.5 && reading.raw == 0x4334_8000)
      }
      #expect(source.status().map(\.device) == ["absent", "first"])
    }
  }

  @Test func aReplyAfterTheTimeoutNeverBecomesTheNextValue() async throws {
    let terminal = PseudoTerminal()
    let running = Running()
    defer { running.end() }
    serve(terminal, running) { number, request in
      if number == 1 { usleep(1_100_000) }
      return Self.reply(request, number == 1 ? 66 : 42)
    }
    let profile = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 1_000_000)
    try await withSource([try testPlan(profile, line(terminal.path))]) { inbox, _ in
      let recovered = await inbox.wait { readings in
        guard let bad = readings.firstIndex(where: { !$0.quality.isGood }) else { return false }
        return readings[bad...].filter(\.quality.isGood).count >= 3
      }
      #expect(recovered)
      #expect(inbox.readings.first { !$0.quality.isGood }?.quality == .badTimeout)
      #expect(inbox.readings.allSatisfy { !$0.quality.isGood || $0.value == 42 })
    }
  }

  @Test(arguments: ["checksum", "unit", "function", "count"])
  func aWrongReplyIsRefusedAndTheLineRecovers(fault: String) async throws {
    let terminal = PseudoTerminal()
    let running = Running()
    defer { running.end() }
    serve(terminal, running) { number, request in
      guard number == 1 else { return Self.reply(request, 42) }
      switch fault {
      case "checksum": return Self.reply(request, 66).dropLast() + [0]
      case "unit": return rtuBytes(9, [3, 2, 0, 66])
      case "function": return rtuBytes(1, [4, 2, 0, 66])
      default: return rtuBytes(1, [3, 4, 0, 66, 0, 66])
      }
    }
    let profile = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 1_000_000)
    try await withSource([try testPlan(profile, line(terminal.path))]) { inbox, _ in
      let recovered = await inbox.wait { readings in
        readings.contains { !$0.quality.isGood } && readings.last?.quality == .good
      }
      #expect(recovered)
      #expect(inbox.readings.first { !$0.quality.isGood }?.quality == .badMalformedReply)
      #expect(inbox.readings.allSatisfy { !$0.quality.isGood || $0.value == 42 })
    }
  }

  @Test func aLineThatIsNotThereIsVisible() async throws {
    let profile = try testProfile([word("level", 0)])
    try await withSource([try testPlan(profile, line("/dev/lotwire-no-such-line"))]) { inbox, source in
      #expect(await inbox.wait { !$0.isEmpty })
      #expect(inbox.readings.allSatisfy { $0.quality == .badNotConnected })
      let status = try #require(source.status().first)
      #expect(status.state == .offline && status.detail.contains("/dev/lotwire-no-such-line"))
    }
  }

  @Test func oneLineHasOneSetOfSettings() throws {
    let profile = try testProfile([word("level", 0)])
    let plans = [
      try testPlan(profile, .rtu(path: "/dev/ttyS9", baud: 9_600, parity: .none, stopBits: 1), device: "a"),
      try testPlan(profile, .rtu(path: "/dev/ttyS9", baud: 19_200, parity: .none, stopBits: 1), device: "b"),
    ]
    #expect {
      _ = try ModbusSource(devices: plans, inbox: RecordingInbox())
    } throws: { error in
      (error as? ModbusSetupFault)?.code == "serial-settings-differ"
    }
  }
}
