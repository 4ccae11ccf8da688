import Devices

/// What a read costs in time: so much for the request, so much for each address.
struct RequestCost: Hashable, Sendable {
  var requestMicroseconds: Double
  var registerMicroseconds: Double
  var bitMicroseconds: Double

  /// A controller on a local network: about 2 ms from request to reply, mostly its own cycle, and a few microseconds for
  /// copying each register. Bridging any hole that fits is then cheaper than a second request.
  static let tcp = RequestCost(requestMicroseconds: 2_000, registerMicroseconds: 4, bitMicroseconds: 0.25)

  init(requestMicroseconds: Double, registerMicroseconds: Double, bitMicroseconds: Double) {
    self.requestMicroseconds = requestMicroseconds
    self.registerMicroseconds = registerMicroseconds
    self.bitMicroseconds = bitMicroseconds
  }

  /// The time on a serial line (Modbus over Serial Line V1.02, 2.5.1): a request of 8 bytes, a silence of 3.5 characters,
  /// a reply of 5 bytes and the data, another silence. The device's own time is not known and not in it.
  ///
  /// - Parameters:
  ///   - baud: bits per second.
  ///   - stopBits: 1 or 2.
  init(baud: Int, hasParity: Bool, stopBits: Int) {
    let character = Double(9 + (hasParity ? 1 : 0) + stopBits) * 1_000_000 / Double(max(baud, 1))
    // Above 19200 baud the silence is fixed (V1.02, 2.5.1.1).
    let silence = baud > 19_200 ? 1_750 : character * 3.5
    requestMicroseconds =
      character * Double(WireFraming.rtu.requestBytes + WireFraming.rtu.replyOverheadBytes) + silence * 2
    registerMicroseconds = character * 2
    bitMicroseconds = character / 8
  }

  /// The line behind a gateway is not known: it is taken for the default of serial Modbus, 19200 baud with parity
  /// (V1.02, 3.2 and 2.5.1).
  init(_ endpoint: ModbusDevicePlan.Endpoint) {
    switch endpoint {
    case .tcp, .tls: self = .tcp
    case .rtuOverTCP: self.init(baud: 19_200, hasParity: true, stopBits: 1)
    case .rtu(_, let baud, let parity, let stopBits):
      self.init(baud: baud, hasParity: parity != .none, stopBits: stopBits)
    }
  }

  /// With the silence that the device wants after every reply.
  func pausing(microseconds: Int64) -> RequestCost {
    var cost = self
    cost.requestMicroseconds += Double(microseconds)
    return cost
  }

  func microseconds(of request: ReadRequest) -> Double {
    requestMicroseconds + Double(request.count) * perAddress(request.table)
  }

  /// Whole nanoseconds, so that sums do not depend on their order.
  func nanoseconds(count: Int, table: RegisterTable) -> Int64 {
    Int64((requestMicroseconds * 1_000).rounded()) + Int64(count) * Int64((perAddress(table) * 1_000).rounded())
  }

  private func perAddress(_ table: RegisterTable) -> Double {
    table.holdsRegisters ? registerMicroseconds : bitMicroseconds
  }
}
