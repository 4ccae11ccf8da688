import Devices

/// What went wrong last with a unit; becomes words only when somebody asks.
enum UnitFault: Hashable, Sendable {
  case timeout(LinkRequest, timeoutMicroseconds: Int64)
  case exception(UInt8, LinkRequest)
  case malformed(String)
  case lost(String)
  /// Replies are owed in every length that a probe may have.
  case alwaysLate
  /// What stood where, and what should have.
  case selfTest(String)

  /// For a technician: what was met and what to check.
  func words(unit: UInt8) -> String {
    switch self {
    case .timeout(let request, let timeout):
      "no answer within \(timeout / 1_000) ms to a \(Self.place(request)). Check that the device is on, that its unit "
        + "id is \(unit), and the wiring behind a gateway"
    case .exception(let code, let request):
      "the device refused a \(Self.place(request)) with exception \(code): \(Self.meaning(code))"
    case .malformed(let reason): "\(reason). Check that nothing else answers as unit \(unit), and the wiring"
    case .lost(let reason):
      "no connection (\(reason)). Check that the device is on, the cable, the address, and whether the device allows "
        + "one more connection"
    case .alwaysLate:
      "its replies come so late that one cannot be told from another; it is left alone for "
        + "\(LateReplyGuard.oblivionMicroseconds / 1_000_000) s. Raise response_timeout_seconds, and check what keeps "
        + "it busy"
    case .selfTest(let finding):
      "self-test failed, no value is recorded: \(finding). Check the address base and the word order in the profile, "
        + "and whether this is the device it was written for"
    }
  }

  /// Codes that a gateway sends in place of the device: gateway path unavailable, target failed to respond.
  static func comesFromGateway(_ code: UInt8) -> Bool { code == 0x0A || code == 0x0B }

  /// Acknowledge and device busy: the same question may be answered a little later.
  static func meansLater(_ code: UInt8) -> Bool { code == 5 || code == 6 }

  /// The exception codes of Modbus Application Protocol V1.1b3, 7.
  static func meaning(_ code: UInt8) -> String {
    switch code {
    case 1: "it does not know this function; check the table in the profile"
    case 2: "it has no such address; check the addresses in the profile"
    case 3: "it does not accept this count or value; check max_registers in the profile"
    case 4: "it reports a failure of its own; look at its display"
    case 5, 6: "it is busy; Lotwire asks again"
    case 0x0A: "the gateway has no path to it; check the gateway's configuration"
    case 0x0B: "the gateway got no answer from it; check that the device is on and its unit id"
    default: "see the manual of the device"
    }
  }

  /// "read of holding 100-109".
  static func place(_ request: LinkRequest) -> String {
    let addresses = request.addresses
    let verb: String
    switch request {
    case .read: verb = "read"
    case .write: verb = "write"
    }
    let last = addresses.count > 1 ? "-\(addresses.upperBound - 1)" : ""
    return "\(verb) of \(request.table.rawValue) \(addresses.lowerBound)\(last)"
  }
}
