import Devices

/// What a technician reads of a link: what was met and what to check.
enum LinkWords {
  static func timeout(_ turn: PollBoard.Turn) -> String {
    let milliseconds = turn.responseTimeoutMicroseconds / 1_000
    return "no answer within \(milliseconds) ms to a read of \(place(turn.request)). Check that the device is on, that "
      + "its unit id is \(turn.unit), and the wiring behind a gateway"
  }

  static func lost(_ reason: String) -> String {
    "no connection (\(reason)). Check that the device is on, the cable, the address, and whether the device allows one "
      + "more connection"
  }

  /// The exception codes of Modbus Application Protocol V1.1b3, 7.
  static func exception(_ code: UInt8, _ request: ReadRequest) -> String {
    let meaning =
      switch code {
      case 1: "it does not know this function; check the table in the profile"
      case 2: "it has no such address; check the addresses in the profile"
      case 3: "it does not accept this count; check max_registers in the profile"
      case 4: "it reports a failure of its own; look at its display"
      case 5, 6: "it is busy; Lotwire asks again"
      case 0x0A: "the gateway has no path to it; check the gateway's configuration"
      case 0x0B: "the gateway got no answer from it; check that the device is on and its unit id"
      default: "see the manual of the device"
      }
    return "the device refused \(place(request)) with exception \(code): \(meaning)"
  }

  /// Codes that a gateway sends in place of the device: gateway path unavailable, target failed to respond.
  static func comesFromGateway(_ code: UInt8) -> Bool { code == 0x0A || code == 0x0B }

  private static func place(_ request: ReadRequest) -> String {
    "\(request.table.rawValue) \(request.address)-\(request.address + request.count - 1)"
  }
}
