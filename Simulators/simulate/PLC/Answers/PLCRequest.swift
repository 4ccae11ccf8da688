import Devices

/// What a request asks for (Modbus Application Protocol V1.1b3, chapter 6).
struct PLCRequest: Hashable, Sendable {
  enum Operation: Hashable, Sendable {
    case read
    /// Registers, or 0 and 1 for coils.
    case write([UInt16])
  }

  var function: UInt8
  var table: RegisterTable
  var addresses: Range<Int>
  var operation: Operation

  enum Fault: Error, Hashable {
    /// The function is none of these.
    case unknownFunction
    /// Lengths, counts or values that the protocol does not allow.
    case invalid
  }

  init(_ pdu: [UInt8]) throws(Fault) {
    guard let function = pdu.first else { throw .invalid }
    self.function = function
    switch function {
    case 1, 5, 15: table = .coil
    case 2: table = .discrete
    case 3, 6, 16: table = .holding
    case 4: table = .input
    default: throw .unknownFunction
    }
    guard pdu.count >= 5 else { throw .invalid }
    let address = Self.word(pdu, 1)
    let second = Self.word(pdu, 3)
    switch function {
    case 5:
      guard pdu.count == 5, second == 0 || second == 0xFF00 else { throw .invalid }
      addresses = address..<(address + 1)
      operation = .write([second == 0 ? 0 : 1])
    case 6:
      guard pdu.count == 5 else { throw .invalid }
      addresses = address..<(address + 1)
      operation = .write([UInt16(second)])
    case 15, 16:
      let isCoils = function == 15
      let bytes = isCoils ? (second + 7) / 8 : second * 2
      guard (1...(isCoils ? 1968 : 123)).contains(second), pdu.count == 6 + bytes, Int(pdu[5]) == bytes else {
        throw .invalid
      }
      addresses = address..<(address + second)
      operation = .write(
        (0..<second).map { index in
          isCoils ? UInt16(pdu[6 + index / 8] >> UInt8(index % 8) & 1) : UInt16(Self.word(pdu, 6 + 2 * index))
        })
    default:
      guard pdu.count == 5, (1...(table.holdsRegisters ? 125 : 2000)).contains(second) else { throw .invalid }
      addresses = address..<(address + second)
      operation = .read
    }
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }

  /// The reply that carries these registers, or 0 and 1 for bits.
  func reply(_ words: [UInt16]) -> [UInt8] {
    var reply: [UInt8] = []
    if table.holdsRegisters {
      reply.reserveCapacity(2 + words.count * 2)
      reply.append(function)
      reply.append(UInt8(words.count * 2))
      for word in words {
        reply.append(UInt8(word >> 8))
        reply.append(UInt8(word & 0xFF))
      }
    } else {
      let count = (words.count + 7) / 8
      reply = [function, UInt8(count)] + [UInt8](repeating: 0, count: count)
      for (index, word) in words.enumerated() where word != 0 { reply[2 + index / 8] |= 1 << UInt8(index % 8) }
    }
    return reply
  }
}
