/// Writes FlatBuffers, the form of Arrow's metadata: tables with a vtable, little-endian, every scalar at a multiple of
/// its own size (FlatBuffers internals, "Format"; flatbuffers.dev/internals).
///
/// Everything is written from the root forward: a table, then what it refers to, whose distance is filled in afterwards.
struct FlatBuffer {
  enum Value {
    case byte(UInt8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case string(String)
    case table(Table)
    case tables([Table])
    /// Structs without references, one after the other, with members of up to 8 bytes.
    case structs(count: Int, bytes: [UInt8])

    /// Bytes in the table itself; references are distances of 4 bytes.
    var size: Int {
      switch self {
      case .byte: 1
      case .int16: 2
      case .int32, .string, .table, .tables, .structs: 4
      case .int64: 8
      }
    }
  }

  /// Fields by their place in the table's declaration; what is left out has its default.
  struct Table {
    var fields: [(slot: Int, value: Value)]

    init(_ fields: [(slot: Int, value: Value)]) { self.fields = fields }
  }

  private var bytes: [UInt8] = []

  /// A whole buffer with this root.
  static func bytes(root: Table) -> [UInt8] {
    var buffer = FlatBuffer()
    buffer.append(UInt32(0))
    let place = buffer.write(root)
    buffer.refer(from: 0, to: place)
    return buffer.bytes
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func align(_ size: Int) {
    while bytes.count % size != 0 { bytes.append(0) }
  }

  /// The distance from a reference to what it refers to, both from the beginning.
  private mutating func refer(from place: Int, to target: Int) {
    let distance = UInt32(target - place)
    for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: distance >> UInt32(byte * 8)) }
  }

  private mutating func write(_ table: Table) -> Int {
    let slots = (table.fields.map(\.slot).max() ?? -1) + 1
    // The table begins with the distance to its vtable; its fields follow, each at a multiple of its size.
    var offsets = [Int](repeating: 0, count: slots)
    var length = 4
    for field in table.fields {
      length = (length + field.value.size - 1) / field.value.size * field.value.size
      offsets[field.slot] = length
      length += field.value.size
    }
    align(2)
    let vtable = bytes.count
    append(UInt16(4 + 2 * slots))
    append(UInt16(length))
    for offset in offsets { append(UInt16(offset)) }
    align(8)
    let place = bytes.count
    append(Int32(place - vtable))
    var references: [(place: Int, value: Value)] = []
    for field in table.fields {
      align(field.value.size)
      switch field.value {
      case .byte(let number): append(number)
      case .int16(let number): append(number)
      case .int32(let number): append(number)
      case .int64(let number): append(number)
      case .string, .table, .tables, .structs:
        references.append((bytes.count, field.value))
        append(UInt32(0))
      }
    }
    for reference in references { refer(from: reference.place, to: write(reference.value)) }
    return place
  }

  private mutating func write(_ value: Value) -> Int {
    switch value {
    case .table(let table): return write(table)
    case .string(let text):
      align(4)
      let place = bytes.count
      append(UInt32(text.utf8.count))
      bytes += text.utf8
      bytes.append(0)
      return place
    case .tables(let tables):
      align(4)
      let place = bytes.count
      append(UInt32(tables.count))
      for _ in tables { append(UInt32(0)) }
      for (number, table) in tables.enumerated() { refer(from: place + 4 + 4 * number, to: write(table)) }
      return place
    case .structs(let count, let structs):
      // The structs, after their count, begin at a multiple of 8.
      while bytes.count % 8 != 4 { bytes.append(0) }
      let place = bytes.count
      append(UInt32(count))
      bytes += structs
      return place
    case .byte, .int16, .int32, .int64: preconditionFailure("a scalar stands in its table")
    }
  }
}
