import Devices

/// What a slice says.
enum SliceNumber: Hashable {
  case value(Double)
  /// The bits are NaN or infinity.
  case notANumber
  /// The text is not what the encoding says, or the bytes are too few, or no number has this shape.
  case unreadable
}

extension ByteSlice {
  /// Widest number, in bits.
  static let maximumBits = 64

  /// The bytes that a text stands for; nil where it is no text of the encoding.
  func bytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
    switch encoding {
    case .raw: Array(text)
    case .hexadecimal: Self.hexadecimal(text)
    case .base64: Self.base64(text)
    }
  }

  func number(in bytes: [UInt8]) -> SliceNumber {
    guard let (field, width) = field(in: bytes) else { return .unreadable }
    switch number {
    case .unsigned: return .value(Double(field))
    case .signed:
      let unused = UInt64(Self.maximumBits - width)
      return .value(Double(Int64(bitPattern: field << unused) >> Int64(unused)))
    case .float: return Self.float(field, width)
    }
  }

  private static func float(_ field: UInt64, _ width: Int) -> SliceNumber {
    let value: Double
    switch width {
    case 16: value = Double(Float16(bitPattern: UInt16(truncatingIfNeeded: field)))
    case 32: value = Double(Float(bitPattern: UInt32(truncatingIfNeeded: field)))
    case 64: value = Double(bitPattern: field)
    default: return .unreadable
    }
    return value.isFinite ? .value(value) : .notANumber
  }

  /// The bits in the low end, and how many they are.
  private func field(in bytes: [UInt8]) -> (UInt64, Int)? {
    switch place {
    case .bytes(let start, let count):
      guard start >= 0, (1...Self.maximumBits / 8).contains(count), start <= bytes.count - count else { return nil }
      let field = bytes[start..<(start + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return (ordered(field, count), count * 8)
    case .bits(let offset, let length):
      guard offset >= 0, length >= 1, length <= Self.maximumBits, offset <= bytes.count * 8 - length else { return nil }
      var field: UInt64 = 0
      // Up to nine bytes hold a field of 64 bits; the first bits of the highest one fall out at the top.
      let (lowest, highest) = (offset / 8, (offset + length - 1) / 8)
      for place in stride(from: highest, through: lowest, by: -1) {
        let byte = UInt64(bytes[bytes.count - 1 - place])
        let shift = place * 8 - offset
        field |= shift >= 0 ? byte << UInt64(shift) : byte >> UInt64(-shift)
      }
      if length < Self.maximumBits { field &= (1 << UInt64(length)) - 1 }
      let isWhole = offset % 8 == 0 && length % 8 == 0
      return (isWhole ? ordered(field, length / 8) : field, length)
    }
  }

  private func ordered(_ field: UInt64, _ count: Int) -> UInt64 {
    isLittleEndian ? field.byteSwapped >> UInt64(Self.maximumBits - count * 8) : field
  }

  // MARK: Encodings

  /// Pairs of digits, in either case, with blanks between groups and "0x" in front of each group or of none.
  private static func hexadecimal(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    for group in text.split(whereSeparator: { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }) {
      var digits = group
      if digits.count >= 2, digits[digits.startIndex] == UInt8(ascii: "0"),
        digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x")
      {
        digits = digits.dropFirst(2)
      }
      guard digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
      for place in stride(from: digits.startIndex, to: digits.endIndex, by: 2) {
        guard let high = HexadecimalDigit.value(digits[place]), let low = HexadecimalDigit.value(digits[place + 1])
        else { return nil }
        bytes.append(high << 4 | low)
      }
    }
    return bytes
  }

  /// RFC 4648 section 4, and section 5 for the two letters that differ; the padding may be missing.
  private static func base64(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var letters = text.withoutBlanks
    var padding = 0
    while letters.last == UInt8(ascii: "="), padding < 2 {
      letters = letters.dropLast()
      padding += 1
    }
    let rest = letters.count % 4
    guard rest != 1, padding == 0 || padding == (4 - rest) % 4 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count * 3 / 4)
    var (bits, count): (UInt32, Int) = (0, 0)
    for letter in letters {
      guard let value = base64Value(letter) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return bytes
  }

  private static func base64Value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 0x41...0x5A: letter - 0x41
    case 0x61...0x7A: letter - 0x61 + 26
    case 0x30...0x39: letter - 0x30 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
