import CModbus
import Devices
import Glibc

/// A serial line under libmodbus; belongs to the one thread that made it.
struct SerialLine: ~Copyable {
  /// libmodbus waits with select(), which knows no descriptor from here on and lets the process abort.
  static let descriptorLimit: Int32 = 1024

  private let context: OpaquePointer
  private var bytes = [UInt8](repeating: 0, count: Int(MODBUS_RTU_MAX_ADU_LENGTH))
  private var request: [UInt8] = []

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
  ///
  /// - Parameter body: gets the outcome, whose data are valid during the call only, and how many bytes lay on the line
  ///   before the request: none of them can belong to its reply.
  mutating func ask(_ turn: PollBoard.Turn, _ body: (_ outcome: PollBoard.Outcome, _ staleBytes: Int) -> Void) {
    let timeout = turn.responseTimeoutMicroseconds
    modbus_set_response_timeout(context, UInt32(timeout / 1_000_000), UInt32(timeout % 1_000_000))
    modbus_set_slave(context, Int32(turn.unit))
    let staleBytes = max(0, Int(modbus_flush(context)))
    request.removeAll(keepingCapacity: true)
    request.append(turn.unit)
    turn.request.appendPDU(to: &request)
    guard modbus_send_raw_request(context, request, Int32(request.count)) > 0 else {
      body(.lost(Self.errorText()), staleBytes)
      return
    }
    let count = modbus_receive_confirmation(context, &bytes)
    if count < 0 {
      body(Self.outcome(ofError: errno), staleBytes)
      return
    }
    bytes.withUnsafeBytes { bytes in
      body(Self.outcome(of: UnsafeRawBufferPointer(rebasing: bytes[..<Int(count)]), turn), staleBytes)
    }
  }

  private static func outcome(of bytes: UnsafeRawBufferPointer, _ turn: PollBoard.Turn) -> PollBoard.Outcome {
    switch RTUFrame.reply(in: bytes, to: turn.request, of: turn.unit) {
    // libmodbus gives nothing of a frame of another unit.
    case .incomplete: return .malformed("another unit answered, or the reply ended early")
    case .garbage(let reason): return .malformed(reason)
    case .frame(let unit, let pdu, let end):
      guard end == bytes.count else { return .malformed("more bytes than the reply came in") }
      switch ReplyMatcher.verdict(unit: unit, pdu: pdu, request: turn.request, requestedUnit: turn.unit) {
      case .data(let data): return .data(data)
      case .written: return .written
      case .exception(let code): return .exception(code)
      case .mismatch(let reason): return .malformed(reason)
      }
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
