import Devices

/// A read of consecutive addresses of one table: functions 1 to 4 (Modbus Application Protocol V1.1b3, 6.1 to 6.4).
struct ReadRequest: Hashable, Sendable {
  var table: RegisterTable
  var address: Int
  var count: Int

  var functionCode: UInt8 {
    switch table {
    case .coil: 1
    case .discrete: 2
    case .holding: 3
    case .input: 4
    }
  }

  /// Bytes of data that the reply must carry.
  var replyByteCount: Int { table.holdsRegisters ? count * 2 : (count + 7) / 8 }

  /// Function code, address and count; big-endian.
  var pdu: [UInt8] {
    [
      functionCode, UInt8(address >> 8 & 0xFF), UInt8(address & 0xFF), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF),
    ]
  }
}
