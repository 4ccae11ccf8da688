/// Appends integers and floats to a byte buffer: little-endian, LEB128 for variable lengths.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

  @inline(__always)
  mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Small numbers of either sign stay short.
  @inline(__always)
  mutating func zigzag(_ value: Int64) { variable(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

  @inline(__always)
  mutating func fixed32(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  @inline(__always)
  mutating func fixed64(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Reads what `ByteWriter` wrote; every read is checked against the end, and a damaged buffer is an error.
struct ByteReader {
  struct Damage: Error, Hashable {
    var offset: Int
    var reason: String
  }

  private let bytes: ArraySlice<UInt8>
  private(set) var offset: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes[...]
    offset = 0
  }

  var isAtEnd: Bool { offset == bytes.endIndex }

  mutating func byte() throws(Damage) -> UInt8 {
    guard offset < bytes.endIndex else { throw Damage(offset: offset, reason: "the data end too early") }
    defer { offset += 1 }
    return bytes[offset]
  }

  mutating func variable() throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || (shift == 63 && next <= 1) else {
        throw Damage(offset: offset, reason: "a number is longer than 64 bits")
      }
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func zigzag() throws(Damage) -> Int64 {
    let value = try variable()
    return Int64(bitPattern: (value >> 1)) ^ -Int64(bitPattern: value & 1)
  }

  mutating func count(atMost maximum: Int) throws(Damage) -> Int {
    let value = try variable()
    guard value <= UInt64(maximum) else {
      throw Damage(offset: offset, reason: "a count of \(value) is over the bound of \(maximum)")
    }
    return Int(value)
  }

  mutating func fixed32() throws(Damage) -> UInt32 {
    var value: UInt32 = 0
    for shift in 0..<4 { value |= UInt32(try byte()) << UInt32(shift * 8) }
    return value
  }

  mutating func fixed64() throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    for shift in 0..<8 { value |= UInt64(try byte()) << UInt64(shift * 8) }
    return value
  }

  mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - offset else {
      throw Damage(offset: offset, reason: "the data end too early")
    }
    defer { offset += count }
    return bytes[offset..<(offset + count)]
  }

  /// Shows the next `count` bytes, and says how many follow them that may be looked at too.
  mutating func withNext(
    _ count: Int, _ body: (_ bytes: UnsafeRawBufferPointer, _ following: Int) -> Void
  ) throws(Damage) {
    guard count >= 0, count <= bytes.endIndex - offset else {
      throw Damage(offset: offset, reason: "the data end too early")
    }
    let from = offset - bytes.startIndex
    let following = bytes.endIndex - offset - count
    bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[from...]), following) }
    offset += count
  }
}
