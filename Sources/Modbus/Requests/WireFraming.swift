/// How requests and replies are wrapped on their way.
public enum WireFraming: String, Hashable, Sendable, Codable {
  case tcp, rtu

  /// Bytes of a read request: MBAP header, function, address and count (Modbus Messaging on TCP/IP V1.0b, 3.1.3); or
  /// unit, function, address, count and CRC (Modbus over Serial Line V1.02, 2.5.1).
  var requestBytes: Int { self == .tcp ? 12 : 8 }

  /// Bytes of a reply around its data: MBAP header, function and byte count; or unit, function, byte count and CRC.
  var replyOverheadBytes: Int { self == .tcp ? 9 : 5 }

  init(_ endpoint: ModbusDevicePlan.Endpoint) {
    switch endpoint {
    case .tcp, .tls: self = .tcp
    case .rtu, .rtuOverTCP: self = .rtu
    }
  }
}
