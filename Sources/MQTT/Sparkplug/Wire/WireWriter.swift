/// Writes fields in the wire format of Protocol Buffers.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ field: UInt32, _ value: UInt64) {
    tag(field, .varint)
    varint(value)
  }

  mutating func flag(_ field: UInt32, _ value: Bool) { number(field, value ? 1 : 0) }

  mutating func float(_ field: UInt32, _ value: Float) {
    tag(field, .fixed32)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  mutating func double(_ field: UInt32, _ value: Double) {
    tag(field, .fixed64)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
    }
  }

  mutating func text(_ field: UInt32, _ value: String) { delimited(field, value.utf8) }

  mutating func delimited(_ field: UInt32, _ content: some Collection<UInt8>) {
    tag(field, .lengthDelimited)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  private mutating func tag(_ field: UInt32, _ type: WireReader.WireType) {
    varint(UInt64(field) << 3 | type.rawValue)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
