/// How requests and replies are framed on a link.
enum PLCFraming: Sendable {
  /// MBAP header, over TCP or TLS (Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3).
  case tcp
  /// Unit and checksum (Modbus over Serial Line V1.02, 2.5.1), on a serial line or over TCP.
  case rtu
}

/// One request as it came.
struct RequestFrame: Hashable, Sendable {
  /// 0 in RTU.
  var transaction: UInt16
  var unit: UInt8
  var pdu: [UInt8]
}

/// Cuts a stream of bytes into requests.
struct RequestFrames {
  private let framing: PLCFraming
  private var bytes: [UInt8] = []
  /// The other end does not speak the protocol; nothing more is read.
  private(set) var isBroken = false

  init(_ framing: PLCFraming) { self.framing = framing }

  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// Silence on a serial line ends a frame.
  mutating func forgetPartialFrame() { bytes.removeAll(keepingCapacity: true) }

  mutating func next() -> RequestFrame? {
    switch framing {
    case .tcp: nextTCP()
    case .rtu: nextRTU()
    }
  }

  private mutating func nextTCP() -> RequestFrame? {
    guard !isBroken, bytes.count >= 6 else { return nil }
    let length = Int(bytes[4]) << 8 | Int(bytes[5])
    guard bytes[2] == 0, bytes[3] == 0, (2...254).contains(length) else {
      isBroken = true
      return nil
    }
    guard bytes.count >= 6 + length else { return nil }
    let frame = RequestFrame(
      transaction: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), unit: bytes[6], pdu: Array(bytes[7..<(6 + length)]))
    bytes.removeFirst(6 + length)
    return frame
  }

  private mutating func nextRTU() -> RequestFrame? {
    while bytes.count >= 8 {
      let isLong = bytes[1] == 15 || bytes[1] == 16
      let length = isLong ? 9 + Int(bytes[6]) : 8
      guard length <= 256 else {
        bytes.removeFirst()
        continue
      }
      guard bytes.count >= length else { return nil }
      guard Self.checksum(bytes[0..<length]) == 0 else {
        bytes.removeFirst()
        continue
      }
      let frame = RequestFrame(transaction: 0, unit: bytes[0], pdu: Array(bytes[1..<(length - 2)]))
      bytes.removeFirst(length)
      return frame
    }
    return nil
  }

  /// CRC-16 of Modbus, bit by bit; 0 over a frame with its own checksum.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.reduce(0xFFFF) { start, byte in
      (0..<8).reduce(start ^ UInt16(byte)) { value, _ in
        value % 2 == 1 ? (value / 2) ^ 0xA001 : value / 2
      }
    }
  }
}
