/// One frame on a serial line: unit, PDU and CRC (Modbus over Serial Line V1.02, 2.5.1).
enum RTUFrame {
  /// Unit, PDU of 1 to 253 bytes, CRC.
  static let sizes = 4...256

  /// What the bytes after a request are. A frame of RTU does not say its length; the request does.
  enum Reply {
    /// The beginning of what was asked for.
    case incomplete
    /// A whole frame with a right CRC; the PDU lies in the bytes that were examined.
    case frame(unit: UInt8, pdu: UnsafeRawBufferPointer, end: Int)
    /// No reply to this request can begin so.
    case garbage(String)
  }

  static func append(unit: UInt8, request: LinkRequest, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(unit)
    request.appendPDU(to: &bytes)
    let crc = crc(bytes[start...])
    bytes.append(UInt8(truncatingIfNeeded: crc))
    bytes.append(UInt8(truncatingIfNeeded: crc >> 8))
  }

  static func reply(in bytes: UnsafeRawBufferPointer, to request: LinkRequest, of unit: UInt8) -> Reply {
    guard let first = bytes.first else { return .incomplete }
    guard first == unit else { return .garbage("unit \(first) answered a request to unit \(unit)") }
    guard bytes.count >= 2 else { return .incomplete }
    let function = bytes[1]
    let pduBytes: Int
    switch function {
    case request.functionCode: pduBytes = request.replyPDUBytes
    case request.functionCode | 0x80: pduBytes = 2
    default: return .garbage("function \(function) answered a request with function \(request.functionCode)")
    }
    let end = pduBytes + 3
    guard bytes.count >= end else { return .incomplete }
    guard crc(bytes[..<end]) == 0 else { return .garbage("the checksum of the reply is wrong") }
    return .frame(unit: unit, pdu: UnsafeRawBufferPointer(rebasing: bytes[1..<(end - 2)]), end: end)
  }

  /// CRC-16 with the reflected polynomial 0xA001, start 0xFFFF; over a frame with its CRC it is 0 (V1.02, 6.2.2).
  static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
    crcTable.withUnsafeBufferPointer { table in
      var crc: UInt16 = 0xFFFF
      for byte in bytes { crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] }
      return crc
    }
  }

  private static let crcTable: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xA001 }
  }
}
