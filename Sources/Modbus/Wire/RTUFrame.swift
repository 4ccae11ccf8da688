/// One frame on a serial line: unit, PDU and CRC (Modbus over Serial Line V1.02, 2.5.1).
struct RTUFrame: Hashable, Sendable {
  /// Unit, PDU of 1 to 253 bytes, CRC.
  static let sizes = 4...256

  var unit: UInt8
  var pdu: [UInt8]

  var bytes: [UInt8] {
    let body = [unit] + pdu
    let crc = Self.crc(body)
    return body + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
  }

  /// nil where the bytes are no frame: too few, too many or a wrong CRC.
  init?(bytes: [UInt8]) {
    guard Self.sizes.contains(bytes.count), Self.crc(bytes) == 0 else { return nil }
    unit = bytes[0]
    pdu = Array(bytes[1..<(bytes.count - 2)])
  }

  init(unit: UInt8, pdu: [UInt8]) {
    self.unit = unit
    self.pdu = pdu
  }

  /// CRC-16 with the reflected polynomial 0xA001, start 0xFFFF; over a frame with its CRC it is 0 (V1.02, 6.2.2).
  static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in bytes {
      crc ^= UInt16(byte)
      for _ in 0..<8 {
        crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xA001
      }
    }
    return crc
  }
}
