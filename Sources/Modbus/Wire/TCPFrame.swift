/// One Modbus/TCP frame: the MBAP header and the PDU behind it (Modbus Messaging on TCP/IP V1.0b, 3.1.3).
struct TCPFrame: Hashable, Sendable {
  /// Transaction id, protocol id, length.
  static let prefixBytes = 6
  /// The length field counts the unit id and the PDU: at least a function code, at most 253 bytes of PDU.
  static let lengths = 2...254

  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]

  var bytes: [UInt8] {
    let length = pdu.count + 1
    return [
      UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), unit,
    ] + pdu
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

/// Cuts the bytes of a connection into frames, whatever the pieces they come in.
struct TCPFrameDecoder: Sendable {
  private var buffer: [UInt8] = []
  private var start = 0

  /// Bytes that are not yet a whole frame; below 260 once ``next()`` has returned nil.
  var pendingBytes: Int { buffer.count - start }

  mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole frame, or nil where more bytes are needed.
  mutating func next() throws(FrameFault) -> TCPFrame? {
    guard pendingBytes >= 4 else { return nil }
    let protocolID = word(2)
    guard protocolID == 0 else { throw .protocolID(protocolID) }
    guard pendingBytes >= TCPFrame.prefixBytes else { return nil }
    let length = Int(word(4))
    guard TCPFrame.lengths.contains(length) else { throw .length(length) }
    guard pendingBytes >= TCPFrame.prefixBytes + length else { return nil }
    let end = start + TCPFrame.prefixBytes + length
    let frame = TCPFrame(transaction: word(0), unit: buffer[start + 6], pdu: Array(buffer[(start + 7)..<end]))
    start = end
    return frame
  }

  private func word(_ offset: Int) -> UInt16 {
    UInt16(buffer[start + offset]) << 8 | UInt16(buffer[start + offset + 1])
  }
}
