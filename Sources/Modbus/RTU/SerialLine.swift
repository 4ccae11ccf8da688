import CModbus
import Devices
import Glibc

/// A serial line under libmodbus; belongs to the one thread that made it.
struct SerialLine: ~Copyable {
  /// libmodbus waits with select(), which knows no descriptor from here on and lets the process abort.
  static let descriptorLimit: Int32 = 1024

  private let context: OpaquePointer

  /// Opens the line of an `.rtu` endpoint.
  init(path: String, baud: Int, parity: ModbusDevicePlan.Parity, stopBits: Int) throws(SerialFault) {
    let parityLetter: Int8 =
      switch parity {
      case .none: Int8(UInt8(ascii: "N"))
      case .even: Int8(UInt8(ascii: "E"))
      case .odd: Int8(UInt8(ascii: "O"))
      }
    guard let context = modbus_new_rtu(path, Int32(baud), parityLetter, 8, Int32(stopBits)) else {
      throw SerialFault(reason: "libmodbus refused the line: \(Self.errorText())")
    }
    guard modbus_connect(context) == 0 else {
      let reason = Self.errorText()
      modbus_free(context)
      throw SerialFault(reason: "cannot open \(path): \(reason)")
    }
    guard modbus_get_socket(context) < Self.descriptorLimit else {
      modbus_close(context)
      modbus_free(context)
      throw SerialFault(
        reason: "too many files and connections are open in this process for a serial line (descriptor limit "
          + "\(Self.descriptorLimit)); run a second process for the serial lines")
    }
    self.context = context
  }

  deinit {
    modbus_close(context)
    modbus_free(context)
  }

  /// Sends one request and waits for its reply.
  func ask(_ turn: PollBoard.Turn) -> PollBoard.Outcome {
    let timeout = turn.responseTimeoutMicroseconds
    modbus_set_response_timeout(context, UInt32(timeout / 1_000_000), UInt32(timeout % 1_000_000))
    modbus_set_slave(context, Int32(turn.unit))
    // On a serial line no byte before the request can belong to its reply.
    modbus_flush(context)
    let request = [turn.unit] + turn.request.pdu
    guard modbus_send_raw_request(context, request, Int32(request.count)) > 0 else { return .lost(Self.errorText()) }
    var bytes = [UInt8](repeating: 0, count: Int(MODBUS_RTU_MAX_ADU_LENGTH))
    let count = modbus_receive_confirmation(context, &bytes)
    if count < 0 { return Self.outcome(ofError: errno) }
    guard count > 0, let frame = RTUFrame(bytes: Array(bytes[0..<Int(count)])) else {
      return .malformed("another unit answered, or the checksum of the reply is wrong")
    }
    switch ReplyMatcher.verdict(
      unit: frame.unit, pdu: frame.pdu, request: turn.request, requestedUnit: turn.unit)
    {
    case .data(let data): return .data(data)
    case .exception(let code): return .exception(code)
    case .mismatch(let reason): return .malformed(reason)
    }
  }

  private static func outcome(ofError code: Int32) -> PollBoard.Outcome {
    switch code {
    case ETIMEDOUT: .timeout
    // Codes from here on are libmodbus's own: the line works, the reply does not.
    case MODBUS_ENOBASE...: .malformed(String(cString: modbus_strerror(code)))
    default: .lost(String(cString: modbus_strerror(code)))
    }
  }

  private static func errorText() -> String { String(cString: modbus_strerror(errno)) }
}

/// Why a serial line cannot be used.
struct SerialFault: Error, Hashable {
  var reason: String
}
