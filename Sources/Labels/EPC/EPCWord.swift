/// The bits of an EPC memory bank as a reader sends them: hexadecimal text, the first digit highest.
///
/// An EPC field holds at most 31 words of 16 bits (EPC Tag Data Standard 2.3, section 9.3: the length field has five
/// bits), so 496 bits or 124 digits are the bound.
struct EPCWord {
  static let longestBits = 496

  private var words: InlineArray<8, UInt64>
  let bitCount: Int

  /// Reads hexadecimal digits, upper or lower case.
  ///
  /// - Throws: `epc.bad_character` at the first other byte, `epc.odd_length` for half a byte, `epc.length_for_scheme` for
  ///   more than 124 digits.
  init(hexadecimal text: ArraySlice<UInt8>) throws(LabelFault) {
    words = InlineArray(repeating: 0)
    bitCount = text.count * 4
    if bitCount > Self.longestBits {
      throw LabelFault(.epcLengthForScheme, at: text.startIndex + Self.longestBits / 4, read: text)
    }
    var index = 0
    for byte in text {
      guard let value = Self.value(ofDigit: byte) else {
        throw LabelFault(.epcBadCharacter, at: text.startIndex + index, read: CollectionOfOne(byte))
      }
      words[index >> 4] |= UInt64(value) << UInt64(60 - (index & 15) * 4)
      index += 1
    }
    if !text.count.isMultiple(of: 2) { throw LabelFault(.epcOddLength, at: text.endIndex, read: text) }
  }

  /// The bits from `offset` as an unsigned number; at most 64 of them, all inside the word.
  func bits(at offset: Int, count: Int) -> UInt64 {
    if count == 0 { return 0 }
    let first = offset >> 6
    let shift = offset & 63
    var value = words[first] << UInt64(shift)
    if shift > 0, first + 1 < 8 { value |= words[first + 1] >> UInt64(64 - shift) }
    return value >> UInt64(64 - count)
  }

  static func value(ofDigit byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

/// Reads an EPC word from its highest bit on and knows where it stands, for the place in a fault.
struct EPCBitReader {
  let word: EPCWord
  /// The text of the word, with its indices in the label.
  let text: ArraySlice<UInt8>
  private(set) var position = 0

  init(_ text: ArraySlice<UInt8>) throws(LabelFault) {
    word = try EPCWord(hexadecimal: text)
    self.text = text
  }

  var rest: Int { word.bitCount - position }

  /// The next bits as an unsigned number; at most 64.
  mutating func take(_ count: Int) throws(LabelFault) -> UInt64 {
    guard count <= rest else { throw fault(.epcLengthForScheme) }
    defer { position += count }
    return word.bits(at: position, count: count)
  }

  /// The next bits as an unsigned number; at most 128.
  mutating func takeWide(_ count: Int) throws(LabelFault) -> UInt128 {
    if count <= 64 { return UInt128(try take(count)) }
    let high = try take(count - 64)
    return UInt128(high) << 64 | UInt128(try take(64))
  }

  /// The next bits must all be zero.
  mutating func takeZeros(_ count: Int) throws(LabelFault) {
    var left = count
    while left > 0 {
      let some = min(left, 64)
      let value = try take(some)
      if value != 0 {
        position -= 64 - value.leadingZeroBitCount
        throw fault(.epcRestBits)
      }
      left -= some
    }
  }

  /// Ends the word: readers fill up to whole bytes or 16-bit words with zeros and no further (EPC Tag Data Standard 2.3,
  /// section 15.1.1).
  mutating func finish() throws(LabelFault) {
    if rest >= 16 { throw fault(.epcLengthForScheme) }
    try takeZeros(rest)
  }

  /// A fault at the digit where the reader stands, or where it stood at a field's first bit.
  func fault(_ name: LabelFault.Name, at bit: Int? = nil) -> LabelFault {
    LabelFault(name, at: text.startIndex + min((bit ?? position) / 4, text.count), read: text)
  }
}
