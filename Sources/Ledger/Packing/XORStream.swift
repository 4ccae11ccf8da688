/// Values as a stream of bits, each as its difference (XOR) to the one before, without the zeros around it.
///
/// ```
/// stream := first:64 bits, then a value: 0                                 the same bits as the value before
///                                      | 1 0 middle                        within the window of the value before
///                                      | 1 1 leading:5 length-1:6 middle   with a window of its own
/// ```
/// Highest bit first, filled up to a whole byte with zeros. T. Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time
/// Series Database", VLDB 2015, 4.1.2.
enum XORStream {
  /// No value takes more than 77 bits.
  static func maximumBytes(_ count: Int) -> Int { count * 10 + 8 }

  static func encode(_ values: [Double]) -> [UInt8] {
    guard let first = values.first else { return [] }
    var bits = BitWriter()
    bits.append(first.bitPattern, 64)
    var previous = first.bitPattern
    var leading = 64
    var length = 0
    for value in values.dropFirst() {
      let difference = value.bitPattern ^ previous
      previous = value.bitPattern
      guard difference != 0 else {
        bits.append(0, 1)
        continue
      }
      let ownLeading = min(difference.leadingZeroBitCount, 31)
      let ownLength = 64 - ownLeading - difference.trailingZeroBitCount
      let trailing = 64 - leading - length
      if leading <= ownLeading, difference.trailingZeroBitCount >= trailing, ownLength + 11 >= length {
        bits.append(0b10, 2)
        bits.append(difference >> UInt64(trailing), length)
      } else {
        (leading, length) = (ownLeading, ownLength)
        bits.append(0b11, 2)
        bits.append(UInt64(leading), 5)
        bits.append(UInt64(length - 1), 6)
        bits.append(difference >> UInt64(64 - leading - length), length)
      }
    }
    return bits.finished
  }

  static func decode(_ bytes: [UInt8], count: Int) throws(ByteReader.Damage) -> [Double] {
    guard count > 0 else { return [] }
    var bits = BitReader(bytes)
    var previous = try bits.next(64)
    var values: [Double] = []
    values.reserveCapacity(min(count, bytes.count * 8))
    values.append(Double(bitPattern: previous))
    var leading = 64
    var length = 0
    while values.count < count {
      if try bits.next(1) == 1 {
        if try bits.next(1) == 1 {
          leading = Int(try bits.next(5))
          length = Int(try bits.next(6)) + 1
        }
        guard length > 0, leading + length <= 64 else {
          throw ByteReader.Damage(offset: bits.offset, reason: "a window of \(length) bits after \(leading)")
        }
        previous ^= try bits.next(length) << UInt64(64 - leading - length)
      }
      values.append(Double(bitPattern: previous))
    }
    return values
  }

  private struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt8 = 0
    private var free = 8

    mutating func append(_ value: UInt64, _ count: Int) {
      var rest = count
      while rest > 0 {
        let taken = min(rest, free)
        let part = UInt8(truncatingIfNeeded: value >> UInt64(rest - taken)) & UInt8((1 << taken) - 1)
        pending |= part << UInt8(free - taken)
        free -= taken
        rest -= taken
        if free == 0 {
          bytes.append(pending)
          (pending, free) = (0, 8)
        }
      }
    }

    var finished: [UInt8] { free == 8 ? bytes : bytes + [pending] }
  }

  private struct BitReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var offset: Int { place >> 3 }

    mutating func next(_ count: Int) throws(ByteReader.Damage) -> UInt64 {
      guard place + count <= bytes.count * 8 else {
        throw ByteReader.Damage(offset: offset, reason: "the values end too early")
      }
      var value: UInt64 = 0
      var rest = count
      while rest > 0 {
        let free = 8 - (place & 7)
        let taken = min(rest, free)
        let part = (bytes[place >> 3] >> UInt8(free - taken)) & UInt8((1 << taken) - 1)
        value = value << UInt64(taken) | UInt64(part)
        place += taken
        rest -= taken
      }
      return value
    }
  }
}
