import Devices

/// What one frame asks of a unit.
enum LinkRequest: Hashable, Sendable {
  case read(ReadRequest)
  case write(WriteRequest)

  var functionCode: UInt8 {
    switch self {
    case .read(let request): request.functionCode
    case .write(let request): request.functionCode
    }
  }

  var table: RegisterTable {
    switch self {
    case .read(let request): request.table
    case .write(let request): request.table
    }
  }

  /// The addresses it touches.
  var addresses: Range<Int> {
    switch self {
    case .read(let request): request.address..<(request.address + request.count)
    case .write(let request): request.address..<(request.address + request.count)
    }
  }

  /// Bytes of the PDU that answers it without an exception: function, byte count and data, or an echo of five bytes.
  var replyPDUBytes: Int {
    switch self {
    case .read(let request): request.replyByteCount + 2
    case .write: WriteRequest.echoBytes
    }
  }

  /// Function code, address and what follows; big-endian.
  func appendPDU(to bytes: inout [UInt8]) {
    switch self {
    case .read(let request):
      bytes.append(request.functionCode)
      bytes.append(word: request.address)
      bytes.append(word: request.count)
    case .write(let request): request.appendPDU(to: &bytes)
    }
  }

  var pdu: [UInt8] {
    var bytes: [UInt8] = []
    appendPDU(to: &bytes)
    return bytes
  }
}

extension [UInt8] {
  /// Appends the low 16 bits, the higher byte first.
  mutating func append(word: Int) {
    append(UInt8(truncatingIfNeeded: word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }
}
