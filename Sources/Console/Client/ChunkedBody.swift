/// Takes the body out of the chunked transfer coding, as it comes (RFC 9112, section 7.1).
struct ChunkedBody: Sendable {
  private enum Place: Hashable {
    case size
    case data(left: Int)
    /// The line end after the data of a chunk.
    case dataEnd
    /// Trailer fields up to an empty line.
    case trailer
    case complete
  }

  /// Longest line of the coding itself, in bytes.
  static let maximumLineBytes = 1_024

  private var place = Place.size
  private var line: [UInt8] = []

  var isComplete: Bool { place == .complete }

  /// - Returns: what these bytes bring of the body.
  /// - Throws: `.unexpectedAnswer` where they are not chunked.
  mutating func take(_ bytes: ArraySlice<UInt8>) throws(ConsoleFault) -> [UInt8] {
    var body: [UInt8] = []
    var rest = bytes
    while !rest.isEmpty, place != .complete {
      if case .data(let left) = place {
        let part = rest.prefix(left)
        body += part
        rest = rest.dropFirst(part.count)
        place = part.count == left ? .dataEnd : .data(left: left - part.count)
        continue
      }
      let byte = rest.removeFirst()
      line.append(byte)
      guard line.count <= Self.maximumLineBytes else { throw .unexpectedAnswer(reason: "a chunk has no size") }
      if byte == UInt8(ascii: "\n") { try endLine() }
    }
    return body
  }

  private mutating func endLine() throws(ConsoleFault) {
    let text = String(decoding: line.filter { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    line = []
    switch place {
    case .size:
      let digits = text.prefix { $0 != ";" }
      guard let size = Int(digits, radix: 16), size >= 0 else {
        throw .unexpectedAnswer(reason: "a chunk has no size")
      }
      place = size == 0 ? .trailer : .data(left: size)
    case .dataEnd:
      guard text.isEmpty else { throw .unexpectedAnswer(reason: "a chunk is longer than announced") }
      place = .size
    case .trailer: if text.isEmpty { place = .complete }
    case .data, .complete: break
    }
  }
}
