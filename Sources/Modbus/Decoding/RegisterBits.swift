import Devices

/// The swaps of a word order for a value of so many registers. Every swap is its own inverse and none depends on another,
/// so the same swaps turn words into a value and a value into words.
struct RegisterSwaps: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let bytes = RegisterSwaps(rawValue: 1)
  static let words = RegisterSwaps(rawValue: 2)
  static let pairs = RegisterSwaps(rawValue: 4)
  /// Three registers have no pairs: swapping words reverses them.
  static let threeWords = RegisterSwaps(rawValue: 8)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ order: WordOrder?, registers: Int) {
    self = []
    guard let order else { return }
    if order.swapsBytes { insert(.bytes) }
    guard registers > 1 else { return }
    if order.swapsWords { insert(registers == 3 ? .threeWords : .words) }
    if order.swapsPairs, registers == 4 { insert(.pairs) }
  }

  /// - Parameter words: up to four words, the last in the lowest bits.
  @inline(__always) func applied(to words: UInt64) -> UInt64 {
    guard !isEmpty else { return words }
    var bits = words
    if contains(.bytes) { bits = (bits & 0x00FF_00FF_00FF_00FF) << 8 | bits >> 8 & 0x00FF_00FF_00FF_00FF }
    if contains(.words) { bits = (bits & 0x0000_FFFF_0000_FFFF) << 16 | bits >> 16 & 0x0000_FFFF_0000_FFFF }
    if contains(.pairs) { bits = bits << 32 | bits >> 32 }
    if contains(.threeWords) {
      bits = (bits & 0xFFFF) << 32 | bits & 0xFFFF_0000 | bits >> 32 & 0xFFFF
    }
    return bits
  }
}

/// Reading big-endian registers out of the data of a reply.
enum RegisterBytes {
  /// `count` registers (1 to 4) from byte `offset` on, the first in the higher bits.
  @inline(__always) static func words(_ data: UnsafeRawBufferPointer, at offset: Int, count: Int) -> UInt64 {
    switch count {
    case 1: UInt64(UInt16(bigEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    case 2: UInt64(UInt32(bigEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    case 3:
      UInt64(UInt32(bigEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt32.self))) << 16
        | UInt64(UInt16(bigEndian: data.loadUnaligned(fromByteOffset: offset + 4, as: UInt16.self)))
    default: UInt64(bigEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
  }

  static func word(_ data: UnsafeRawBufferPointer, at offset: Int) -> UInt16 {
    UInt16(bigEndian: data.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
}

/// Packed binary-coded decimal, most significant digit first.
enum BinaryCodedDecimal {
  /// nil where a digit is above 9.
  static func value(_ bits: UInt64, digits: Int) -> UInt64? {
    var value: UInt64 = 0
    for place in (0..<digits).reversed() {
      let digit = bits >> UInt64(place * 4) & 0xF
      guard digit <= 9 else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// - Parameter value: below 10 to the power of `digits`.
  static func bits(_ value: UInt64, digits: Int) -> UInt64 {
    var rest = value
    var bits: UInt64 = 0
    for place in 0..<digits {
      bits |= (rest % 10) << UInt64(place * 4)
      rest /= 10
    }
    return bits
  }
}
