/// One Modbus/TCP frame: the MBAP header and the PDU behind it (Modbus Messaging on TCP/IP V1.0b, 3.1.3), in the bytes
/// that it came in. Valid as long as they are.
struct TCPFrame {
  /// Transaction id, protocol id, length.
  static let prefixBytes = 6
  /// The length field counts the unit id and the PDU: at least a function code, at most 253 bytes of PDU.
  static let lengths = 2...254

  var transaction: UInt16
  var unit: UInt8
  var pdu: UnsafeRawBufferPointer
  /// Where the next frame begins.
  var end: Int

  /// The frame that begins at `start`, or nil where more bytes are needed.
  static func next(in bytes: UnsafeRawBufferPointer, from start: Int) throws(FrameFault) -> TCPFrame? {
    let available = bytes.count - start
    guard available >= 4 else { return nil }
    let protocolID = word(bytes, start + 2)
    guard protocolID == 0 else { throw .protocolID(protocolID) }
    guard available >= prefixBytes else { return nil }
    let length = Int(word(bytes, start + 4))
    guard lengths.contains(length) else { throw .length(length) }
    guard available >= prefixBytes + length else { return nil }
    let end = start + prefixBytes + length
    return TCPFrame(
      transaction: word(bytes, start), unit: bytes[start + prefixBytes],
      pdu: UnsafeRawBufferPointer(rebasing: bytes[(start + prefixBytes + 1)..<end]), end: end)
  }

  static func append(transaction: UInt16, unit: UInt8, request: LinkRequest, to bytes: inout [UInt8]) {
    bytes.append(word: Int(transaction))
    bytes.append(word: 0)
    let lengthPlace = bytes.count
    bytes.append(word: 0)
    bytes.append(unit)
    request.appendPDU(to: &bytes)
    let length = bytes.count - lengthPlace - 2
    bytes[lengthPlace] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[lengthPlace + 1] = UInt8(truncatingIfNeeded: length)
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt16 {
    UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }
}

/// Why the bytes of a connection cannot be frames: nothing after them can be trusted.
enum FrameFault: Error, Hashable, Sendable, CustomStringConvertible {
  case protocolID(UInt16)
  case length(Int)

  var description: String {
    switch self {
    case .protocolID(let id): "the reply has protocol id \(id) instead of 0; is this port really Modbus/TCP?"
    case .length(let length): "the reply gives its length as \(length), allowed are 2 to 254"
    }
  }
}
