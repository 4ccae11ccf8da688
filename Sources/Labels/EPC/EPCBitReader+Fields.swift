/// The decoding methods that several schemes share. Each throws `epc.field_range` at the first digit of a field whose
/// bits the standard gives no meaning.
extension EPCBitReader {
  /// A number written with `length` decimal digits, leading zeros included.
  mutating func takeDigits(_ length: Int, bits: Int) throws(LabelFault) -> [UInt8] {
    let start = position
    let value = try take(bits)
    guard let digits = EPCText.digits(of: UInt128(value), length: length) else {
      throw fault(.epcFieldRange, at: start)
    }
    return digits
  }

  /// "Integer": no leading zeros, a single 0 for zero (Tag Data Standard 2.3, section 14.4.1).
  mutating func takeNumber(bits: Int, longest: Int) throws(LabelFault) -> [UInt8] {
    let start = position
    let digits = EPCText.number(try take(bits))
    guard digits.count <= longest else { throw fault(.epcFieldRange, at: start) }
    return digits
  }

  /// "Numeric String": a 1 before the digits keeps their leading zeros (section 14.4.6).
  mutating func takeMarkedDigits(bits: Int) throws(LabelFault) -> [UInt8] {
    let start = position
    let digits = EPCText.number(try take(bits))
    guard digits.count > 1, digits[0] == UInt8(ascii: "1") else { throw fault(.epcFieldRange, at: start) }
    return Array(digits.dropFirst())
  }

  /// "String": at least one character of seven bits, then zeros only (sections 14.4.2 and 14.4.5).
  mutating func takeText7(longest: Int, bits: Int) throws(LabelFault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(longest)
    var left = bits
    while left >= 7, text.count < longest {
      let start = position
      let byte = UInt8(try take(7))
      left -= 7
      if byte == 0 {
        if text.isEmpty { throw fault(.epcFieldRange, at: start) }
        break
      }
      guard EPCText.isSet82(byte) else { throw fault(.epcFieldRange, at: start) }
      text.append(byte)
    }
    try takeZeros(left)
    return text
  }

  /// "6-Bit Variable String": characters of six bits up to six zero bits (section 14.4.8).
  mutating func takeText6(
    _ lengths: ClosedRange<Int>, allowing isAllowed: (UInt8) -> Bool
  ) throws(LabelFault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(lengths.upperBound)
    while true {
      let start = position
      let code = UInt8(try take(6))
      if code == 0 {
        guard text.count >= lengths.lowerBound else { throw fault(.epcFieldRange, at: start) }
        return text
      }
      guard text.count < lengths.upperBound, let byte = EPCText.character6(code), isAllowed(byte) else {
        throw fault(.epcFieldRange, at: start)
      }
      text.append(byte)
    }
  }
}

/// Characters and digits of EPC fields.
enum EPCText {
  /// Decimal digits of a value, filled up with zeros to a length; nil where they do not fit.
  static func digits(of value: UInt128, length: Int) -> [UInt8]? {
    var rest = value
    if let small = UInt64(exactly: value) { return digits(of: small, length: length) }
    var digits = [UInt8](repeating: 0x30, count: length)
    for index in digits.indices.reversed() {
      digits[index] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
    return rest == 0 ? digits : nil
  }

  private static func digits(of value: UInt64, length: Int) -> [UInt8]? {
    var rest = value
    var digits = [UInt8](repeating: 0x30, count: length)
    for index in digits.indices.reversed() {
      digits[index] = 0x30 + UInt8(rest % 10)
      rest /= 10
    }
    return rest == 0 ? digits : nil
  }

  /// Decimal digits of a value without leading zeros.
  static func number(_ value: UInt64) -> [UInt8] {
    var length = 1
    var rest = value / 10
    while rest > 0 {
      length += 1
      rest /= 10
    }
    return digits(of: value, length: length) ?? []
  }

  /// GS1 AI-encodable character set 82 (Tag Data Standard 2.3, Table A-1).
  static func isSet82(_ byte: UInt8) -> Bool {
    (byte >= 0x25 && byte <= 0x3F) || isLetter(byte) || byte == 0x21 || byte == 0x22 || byte == 0x5F
  }

  /// Character set 39 (GS1 General Specifications, section 7.11; Table G-1).
  static func isSet39(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte >= 0x41 && byte <= 0x5A) || byte == 0x23 || byte == 0x2D || byte == 0x2F
  }

  /// CAGE and DoDAAC codes: digits and capital letters without I and O (section 14.4.7).
  static func isCodeCharacter(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte >= 0x41 && byte <= 0x5A && byte != UInt8(ascii: "I") && byte != UInt8(ascii: "O"))
  }

  /// Six bits are the low bits of the ASCII code (Table G-1).
  static func character6(_ code: UInt8) -> UInt8? {
    let byte = code < 0x20 ? code + 0x40 : code
    return isSet39(byte) ? byte : nil
  }

  /// Four digits "piece, total" of AI 8006: none is zero, and the piece is one of the total (GS1 General Specifications,
  /// section 3.9).
  static func isPieceOfTotal(_ digits: [UInt8]) -> Bool {
    let piece = Int(digits[0] - 0x30) * 10 + Int(digits[1] - 0x30)
    let total = Int(digits[2] - 0x30) * 10 + Int(digits[3] - 0x30)
    return piece > 0 && piece <= total
  }

  /// The check digit that belongs behind the digits: weights 3, 1, 3 … from the right (GS1 General Specifications, check
  /// digit calculations).
  static func checkDigit(of digits: some BidirectionalCollection<UInt8>) -> UInt8 {
    var sum = 0
    var weight = 3
    for digit in digits.reversed() {
      sum += Int(digit - 0x30) * weight
      weight = 4 - weight
    }
    return 0x30 + UInt8((10 - sum % 10) % 10)
  }
}
