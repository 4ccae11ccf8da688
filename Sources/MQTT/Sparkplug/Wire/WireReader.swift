/// Reads the fields of one message in the wire format of Protocol Buffers ("Encoding" in the documentation of
/// Protocol Buffers): a tag of field number and wire type, then the field.
struct WireReader {
  /// The wire types of the format.
  enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case groupStart = 3
    case groupEnd = 4
    case fixed32 = 5
  }

  struct Tag: Hashable {
    var field: UInt32
    var type: WireType
  }

  /// Field numbers have 29 bits.
  private static let maximumField: UInt64 = (1 << 29) - 1

  let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// Nil at the end of the message.
  mutating func tag() throws(SparkplugFault) -> Tag? {
    guard position < end else { return nil }
    let start = position
    let number = try varint()
    guard let type = WireType(rawValue: number & 7), number >> 3 >= 1, number >> 3 <= Self.maximumField else {
      throw .malformedTag(at: start)
    }
    return Tag(field: UInt32(number >> 3), type: type)
  }

  mutating func varint() throws(SparkplugFault) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for index in 0..<10 {
      guard position < end else { throw .truncated(at: position) }
      let byte = bytes[position]
      position += 1
      // The tenth byte carries the 64th bit and nothing else.
      guard index < 9 || byte <= 1 else { throw .malformedNumber(at: start) }
      value |= UInt64(byte & 0x7F) << (7 * UInt64(index))
      if byte < 0x80 { return value }
    }
    throw .malformedNumber(at: start)
  }

  mutating func fixed32() throws(SparkplugFault) -> UInt32 {
    let range = try take(4)
    return range.reversed().reduce(0) { $0 << 8 | UInt32(bytes[$1]) }
  }

  mutating func fixed64() throws(SparkplugFault) -> UInt64 {
    let range = try take(8)
    return range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
  }

  /// The place of a length-delimited field.
  mutating func range() throws(SparkplugFault) -> Range<Int> {
    let start = position
    let count = try varint()
    guard count <= UInt64(end - position) else { throw .truncated(at: start) }
    return try take(Int(count))
  }

  mutating func byteArray() throws(SparkplugFault) -> [UInt8] { Array(bytes[try range()]) }

  mutating func text() throws(SparkplugFault) -> String {
    let range = try range()
    guard let text = String(validating: bytes[range], as: UTF8.self) else { throw .textNotUTF8(at: range.lowerBound) }
    return text
  }

  mutating func name() throws(SparkplugFault) -> String {
    let start = position
    let name = try text()
    guard name.utf8.count <= SparkplugCodec.maximumNameBytes else {
      throw .nameTooLong(at: start, bytes: name.utf8.count)
    }
    return name
  }

  /// A reader of the length-delimited message here.
  mutating func message() throws(SparkplugFault) -> WireReader { WireReader(bytes, try range()) }

  /// Passes over a field that is not read.
  mutating func skip(_ tag: Tag, depth: Int = 0) throws(SparkplugFault) {
    switch tag.type {
    case .varint: _ = try varint()
    case .fixed64: _ = try take(8)
    case .fixed32: _ = try take(4)
    case .lengthDelimited: _ = try range()
    case .groupEnd: throw .malformedTag(at: position)
    case .groupStart:
      guard depth < SparkplugCodec.maximumNesting else { throw .nestedTooDeep(at: position) }
      while let inner = try self.tag() {
        if inner.type == .groupEnd {
          guard inner.field == tag.field else { throw .malformedTag(at: position) }
          return
        }
        try skip(inner, depth: depth + 1)
      }
      throw .truncated(at: position)
    }
  }

  private mutating func take(_ count: Int) throws(SparkplugFault) -> Range<Int> {
    guard count <= end - position else { throw .truncated(at: position) }
    defer { position += count }
    return position..<(position + count)
  }
}
