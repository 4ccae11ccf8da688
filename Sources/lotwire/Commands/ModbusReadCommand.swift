import ArgumentParser
import Devices
import Foundation
import Modbus
import Shopfloor

struct ModbusReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read", abstract: "Read registers of a device once and show them in every usual way.",
    discussion: """
      For finding addresses and word orders before there is a profile; needs no daemon and no configuration:
        lotwire modbus read 192.168.1.10:502 --unit 1 --table holding --address 0 --count 4
        lotwire modbus read /dev/ttyUSB0 --baud 9600 --unit 3 --address 0x100 --count 2
      Addresses are those on the wire, counted from 0: what a manual prints as 40001 is holding 0.
      A device with one connection slot that the daemon polls refuses this one; ask the daemon then.
      """)

  @Argument(help: "HOST:PORT, HOST (port 502) or the path of a serial port.")
  var place: String

  @Option(help: "Unit id.")
  var unit: UInt8 = 1

  @Option(help: "holding, input, coil or discrete.")
  var table = "holding"

  @Option(help: "First address on the wire, decimal or 0x…")
  var address: String

  @Option(help: "How many registers or coils.")
  var count = 1

  @Flag(help: "RTU frames over TCP, as some serial gateways want them.")
  var rtuFraming = false

  @Option(help: "Bits per second of the serial port.")
  var baud = 19_200

  @Option(help: "Parity of the serial port: none, even or odd.")
  var parity = "even"

  @Option(help: "Stop bits of the serial port.")
  var stopBits = 1

  @Option(help: "Longest wait for the answer, in seconds.")
  var timeout = 2.0

  func run() async throws {
    try await reporting {
      let request = try checked()
      let values = try await OneShotRead.values(
        endpoint: try endpoint(), unit: unit, profile: request, timeoutMicroseconds: Int64(timeout * 1_000_000))
      print(values, holdsRegisters: request.points.first?.table.holdsRegisters ?? true)
    }
  }

  /// A profile of plain words, and of every 32-bit reading of each pair.
  private func checked() throws -> DeviceProfile {
    guard let table = RegisterTable(rawValue: table) else {
      throw CommandFailure("--table must be holding, input, coil or discrete, not \"\(displayable(table))\".", EX_USAGE)
    }
    let text = address.lowercased()
    let parsed = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    guard let first = parsed, (0...65_535).contains(first) else {
      throw CommandFailure(
        "--address must be 0 to 65535 on the wire, not \"\(displayable(address))\". A printed 40001 is holding 0.",
        EX_USAGE)
    }
    let most = table.holdsRegisters ? RequestRules.protocolMaximumRegisters : RequestRules.protocolMaximumBits
    guard (1...most).contains(count), first + count <= 65_536 else {
      throw CommandFailure("--count must be 1 to \(most), within address 65535.", EX_USAGE)
    }
    guard timeout > 0, timeout <= 60 else {
      throw CommandFailure("--timeout must be above 0 and at most 60.", EX_USAGE)
    }
    let points = (first..<(first + count)).map {
      ProfilePoint(name: "\($0)", table: table, address: $0, type: table.holdsRegisters ? .uint16 : .bool)
    }
    return DeviceProfile(
      name: "read", vendor: "", model: "", status: .documented,
      requests: RequestRules(responseTimeoutMicroseconds: Int64(timeout * 1_000_000)), points: points)
  }

  private func endpoint() throws -> ModbusDevicePlan.Endpoint {
    if place.contains("/") {
      guard let parity = ModbusDevicePlan.Parity(rawValue: parity), (1...2).contains(stopBits), baud > 0 else {
        throw CommandFailure("--parity is none, even or odd; --stop-bits is 1 or 2; --baud is above 0.", EX_USAGE)
      }
      return .rtu(path: place, baud: baud, parity: parity, stopBits: stopBits)
    }
    let parts = place.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let port = parts.count == 2 ? Int(parts[1]) : ModbusDevicePlan.Endpoint.modbusPort
    guard parts.count <= 2, !parts[0].isEmpty, let port, (1...65_535).contains(port) else {
      throw CommandFailure(
        "\"\(displayable(place))\" is no HOST:PORT and no path of a serial port, such as 192.168.1.10:502.", EX_USAGE)
    }
    return rtuFraming ? .rtuOverTCP(host: parts[0], port: port) : .tcp(host: parts[0], port: port)
  }

  // MARK: Output

  private func print(_ values: [ModbusPointValue], holdsRegisters: Bool) {
    for value in values where !value.quality.hasValue {
      printLine("\(value.point): no value (\(value.quality.name) \(value.detail == 0 ? "" : String(value.detail)))")
    }
    let good = values.filter { $0.quality.hasValue }
    guard holdsRegisters else {
      for value in good { printLine("\(value.point): \(value.value == 0 ? "0 off" : "1 on")") }
      return
    }
    for (index, value) in good.enumerated() {
      let word = value.words.first ?? 0
      var line = "\(value.point): \(PointText.hexadecimal([word]))  \(word)  \(Int16(bitPattern: word))"
      if index + 1 < good.count, let second = good[index + 1].words.first {
        line += "   with the next: " + Self.pair(word, second)
      }
      printLine(line)
    }
  }

  /// What two words say as a 32-bit value in every order; unlikely floats are left out.
  private static func pair(_ first: UInt16, _ second: UInt16) -> String {
    WordOrder.names(registers: 2).map { name, order in
      let bits = order.value(first: first, second: second)
      let float = Float(bitPattern: bits)
      let isLikely = float == 0 || (float.isFinite && (1e-6...1e9).contains(abs(float)))
      return "\(name) \(Int32(bitPattern: bits))" + (isLikely ? " or \(float)" : "")
    }.joined(separator: ", ")
  }
}
