import Devices

/// A write: functions 5, 6, 15 and 16 (Modbus Application Protocol V1.1b3, 6.5, 6.6, 6.11 and 6.12).
struct WriteRequest: Hashable, Sendable {
  enum Values: Hashable, Sendable {
    /// Function 5.
    case coil(Bool)
    /// Function 6.
    case register(UInt16)
    /// Function 15; at most 1,968.
    case coils([Bool])
    /// Function 16; at most 123.
    case registers([UInt16])
  }

  /// A device answers with the function, the address and the value or the count.
  static let echoBytes = 5

  var address: Int
  var values: Values

  var functionCode: UInt8 {
    switch values {
    case .coil: 5
    case .register: 6
    case .coils: 15
    case .registers: 16
    }
  }

  var table: RegisterTable {
    switch values {
    case .coil, .coils: .coil
    case .register, .registers: .holding
    }
  }

  var count: Int {
    switch values {
    case .coil, .register: 1
    case .coils(let coils): coils.count
    case .registers(let words): words.count
    }
  }

  func appendPDU(to bytes: inout [UInt8]) {
    bytes.append(functionCode)
    bytes.append(word: address)
    switch values {
    case .coil(let isOn): bytes.append(word: isOn ? 0xFF00 : 0)
    case .register(let word): bytes.append(word: Int(word))
    case .coils(let coils):
      bytes.append(word: coils.count)
      bytes.append(UInt8((coils.count + 7) / 8))
      for start in stride(from: 0, to: coils.count, by: 8) {
        let eight = coils[start..<min(start + 8, coils.count)]
        // Bits are packed from the least significant up (V1.1b3, 6.11).
        bytes.append(eight.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
      }
    case .registers(let words):
      bytes.append(word: words.count)
      bytes.append(UInt8(words.count * 2))
      for word in words { bytes.append(word: Int(word)) }
    }
  }

  /// The first bytes of the request, which its reply must repeat.
  var echo: [UInt8] {
    var bytes: [UInt8] = []
    appendPDU(to: &bytes)
    return Array(bytes.prefix(Self.echoBytes))
  }
}
