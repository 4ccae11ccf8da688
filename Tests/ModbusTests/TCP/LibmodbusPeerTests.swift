import CModbus
import Devices
import Foundation
import Glibc
import Testing

@testable import Modbus

func closeSocket(_ descriptor: Int32) { close(descriptor) }

/// Serves one libmodbus mapping to one connection.
///
/// libmodbus is used by the serving thread only; the mapping is filled before that thread begins.
final class LibmodbusServer: Sendable {
  let port: Int
  private let listener: Int32

  init(registers: [UInt16], coils: [Bool]) {
    (listener, port) = listenOnLoopback()
    let listener = listener
    Thread.detachNewThread {
      // The addresses of a mapping that could not be made would be nil: out of memory.
      guard let mapping = modbus_mapping_new(Int32(coils.count), 0, Int32(registers.count), 0),
        let context = modbus_new_tcp("127.0.0.1", 0)
      else { return }
      for (index, word) in registers.enumerated() { mapping.pointee.tab_registers[index] = word }
      for (index, coil) in coils.enumerated() { mapping.pointee.tab_bits[index] = coil ? 1 : 0 }
      let connection = accept(listener, nil, nil)
      modbus_set_socket(context, connection)
      var request = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
      while true {
        let count = modbus_receive(context, &request)
        guard count >= 0 else { break }
        if count > 0 { modbus_reply(context, request, count, mapping) }
      }
      modbus_close(context)
      modbus_free(context)
      modbus_mapping_free(mapping)
      close(listener)
    }
  }
}

/// Our framing and decoding against Debian's libmodbus on the other side of a socket.
@Suite struct LibmodbusPeerTests {
  @Test func everyTypeAndOrderIsReadAsLibmodbusReadsIt() async throws {
    var generator = SeededGenerator(seed: 9)
    // Floats of everyday size in every order: the pattern is libmodbus's own reading of the words.
    let registers = (0..<16).map { _ in UInt16.random(in: 0x4142...0x4345, using: &generator) }
    let coils = (0..<19).map { _ in Bool.random(using: &generator) }
    let server = LibmodbusServer(registers: registers, coils: coils)
    var points: [ProfilePoint] = WordOrder.names(registers: 2).map(\.order).enumerated().map { index, order in
      ProfilePoint(
        name: "float-\(order)", table: .holding, address: index * 2, type: .float32, wordOrder: order,
        pollIntervalMicroseconds: 20_000)
    }
    points += (8..<16).map { word("word-\($0)", $0) }
    points += (0..<19).map {
      ProfilePoint(name: "coil-\($0)", table: .coil, address: $0, type: .bool, pollIntervalMicroseconds: 20_000)
    }
    let expected =
      [
        modbus_get_float_abcd(Array(registers[0..<2])), modbus_get_float_cdab(Array(registers[2..<4])),
        modbus_get_float_badc(Array(registers[4..<6])), modbus_get_float_dcba(Array(registers[6..<8])),
      ].map { Double($0) } + registers[8...].map { Double($0) } + coils.map { $0 ? 1 : 0 }
    let plan = try testPlan(
      testProfile(points, responseTimeoutMicroseconds: 2_000_000), .tcp(host: "127.0.0.1", port: server.port))
    try await withSource([plan]) { inbox, source in
      #expect(await inbox.wait { $0.count >= 3 * points.count })
      for batch in inbox.batches {
        let sorted = batch.readings.sorted { $0.parameter < $1.parameter }
        #expect(sorted.allSatisfy { $0.quality.isGood })
        #expect(sorted.map(\.value) == expected)
      }
      let status = try #require(source.status().first)
      #expect(status.state == .online && status.counters.replies >= 6)
    }
  }

  @Test func anAddressThatLibmodbusDoesNotHaveSpoilsOnlyItsBlock() async throws {
    let server = LibmodbusServer(registers: [42], coils: [])
    let profile = try testProfile([word("there", 0), word("missing", 100)], responseTimeoutMicroseconds: 2_000_000)
    let plan = try testPlan(profile, .tcp(host: "127.0.0.1", port: server.port))
    try await withSource([plan]) { inbox, _ in
      #expect(await inbox.wait { $0.count >= 6 })
      for reading in inbox.readings {
        if reading.parameter == ParameterIndex(0) {
          #expect(reading.value == 42 && reading.quality.isGood)
        } else {
          #expect(reading.quality == .badDeviceException && reading.detail == 2)
        }
      }
    }
  }
}
