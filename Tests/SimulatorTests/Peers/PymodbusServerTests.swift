import Devices
import Foundation
import Harness
import Modbus
import Shopfloor
import Testing

@testable import faults

/// The driver against pymodbus' server, whose own converters encode the values.
@Suite struct PymodbusServerTests {
  private static func point(
    _ name: String, _ table: RegisterTable, _ address: Int, _ type: PointType, _ order: WordOrder? = nil
  ) -> ProfilePoint {
    ProfilePoint(
      name: name, table: table, address: address, type: type, wordOrder: order, pollIntervalMicroseconds: 50_000)
  }

  /// What the server holds, with its value for unit 1.
  private static let values: [(ProfilePoint, Double)] = [
    (point("int16", .holding, 100, .int16), 1_234),
    (point("abcd", .holding, 101, .float32, .abcd), Double(Float(123.456))),
    (point("cdab", .holding, 103, .float32, .cdab), Double(Float(123.456))),
    (point("int32", .holding, 105, .int32, .abcd), 70_000),
    (point("int32-little", .input, 207, .int32, .cdab), 70_000),
    (point("double", .input, 212, .float64, .abcd), 1.25e100),
    (point("double-little", .holding, 116, .float64, .cdab), 1.25e100),
    (point("int64", .holding, 120, .int64, .abcd), 5_000_000_000),
    (point("coil-1", .coil, 1, .bool), 0),
    (point("coil-3", .coil, 3, .bool), 1),
    (point("discrete-0", .discrete, 0, .bool), 1),
    (point("discrete-2", .discrete, 2, .bool), 0),
  ]
  /// The same for both units.
  private static let unsigned: [(ProfilePoint, Double)] = [
    (point("uint16", .input, 209, .uint16), 54_321),
    (point("uint32", .holding, 110, .uint32, .abcd), 3_000_000_000),
    // The value of a text is its length; the text itself is compared below.
    (point("text", .holding, 124, .text(TextLayout(registers: 3))), 6),
  ]

  @Test func theDriverReadsWhatPymodbusServesOverTCP() async throws {
    let folder = try TemporaryFolder("pymodbus-server")
    let port = freeLoopbackPort()
    let server = try PeerRoom.pymodbusServer(folder, ["tcp", "\(port)"])
    defer { server.end() }
    try await compare(.tcp(host: "127.0.0.1", port: port))
  }

  @Test func theDriverReadsWhatPymodbusServesInRTUFramesOverTCP() async throws {
    let folder = try TemporaryFolder("pymodbus-rtu-tcp")
    let port = freeLoopbackPort()
    let server = try PeerRoom.pymodbusServer(folder, ["rtu-over-tcp", "\(port)"])
    defer { server.end() }
    try await compare(.rtuOverTCP(host: "127.0.0.1", port: port))
  }

  @Test func theDriverReadsWhatPymodbusServesOnASerialLine() async throws {
    let folder = try TemporaryFolder("pymodbus-serial")
    let cable = try SerialCable(folder: folder.url)
    let server = try PeerRoom.pymodbusServer(folder, ["serial", cable.left])
    defer { server.end() }
    try await compare(.rtu(path: cable.right, baud: 115_200, parity: .none, stopBits: 1))
  }

  private func compare(_ endpoint: ModbusDevicePlan.Endpoint) async throws {
    let all = Self.values + Self.unsigned
    let profile = DeviceProfile(
      name: "pymodbus", vendor: "pymodbus", model: "server", status: .simulated, points: all.map(\.0))
    let plans = try [1, 2].map { unit in
      ModbusDevicePlan(
        device: try .init("unit-\(unit)"), profile: profile, endpoint: endpoint, unit: UInt8(unit),
        parameters: all.indices.map { (all[$0].0.name, ParameterIndex(UInt32(unit * 100 + $0))) })
    }
    let inbox = CollectingInbox()
    let source = try ModbusSource(devices: plans, inbox: inbox, eventLoopThreads: 1, seed: 1)
    source.start()
    let everythingCame = await inbox.wait(seconds: 15) { batches in
      Set(batches.flatMap(\.readings).filter(\.quality.isGood).map(\.parameter)).count == 2 * all.count
    }
    source.stop()
    #expect(everythingCame, "\(source.status())")
    let texts = inbox.batches.flatMap(\.texts).map(\.text)
    #expect(!texts.isEmpty && texts.allSatisfy { $0 == "Lot 42" })
    for reading in inbox.batches.flatMap(\.readings) where reading.quality.isGood {
      let unit = reading.parameter.rawValue / 100
      let index = Int(reading.parameter.rawValue % 100)
      let value = all[index].1
      let isNegated = unit == 2 && index < Self.values.count && all[index].0.table.holdsRegisters
      #expect(reading.value == (isNegated ? -value : value), "unit \(unit), \(all[index].0.name)")
    }
  }
}
