/// The schemes of Tag Data Standard 2 ("+"), decoded by the methods of its section 14.5.
extension EPCTag {
  mutating func readPlusKey(_ plus: EPCScheme.Plus, _ reader: inout EPCBitReader) throws(LabelFault) {
    let start = reader.position
    switch plus.key {
    case .digits(let count):
      reference = try reader.takeNibbles(count)
      try judgeKey(reader, start)
    case .delimited:
      let isAllowed = scheme.family == .cpi ? EPCText.isSet39 : EPCText.isSet82
      reference = try reader.takeDelimited(longest: 30, allowing: isAllowed)
    }
    switch plus.serial {
    case .none: break
    case .text(let longest): serial = try reader.takeVariableText(1...longest, allowing: EPCText.isSet82)
    case .digits: serial = try reader.takeCountedDigits(1...12)
    }
  }

  /// The digits of a key hold a check digit; a GRAI begins with a filler 0, an ITIP ends with piece and total.
  private func judgeKey(_ reader: EPCBitReader, _ start: Int) throws(LabelFault) {
    var key = reference[...]
    if scheme.family == .grai {
      guard key.first == UInt8(ascii: "0") else { throw reader.fault(.epcFieldRange, at: start) }
    }
    if scheme.family == .itip {
      guard EPCText.isPieceOfTotal(Array(key.suffix(4))) else { throw reader.fault(.epcFieldRange, at: start) }
      key = key.dropLast(4)
    }
    guard key.last == EPCText.checkDigit(of: key.dropLast()) else {
      throw LabelFault(
        .checkDigit, at: reader.fault(.epcFieldRange, at: start).byteOffset, identifier: scheme.keyIdentifier, read: key
      )
    }
  }
}

extension EPCScheme {
  /// The application identifier of the key of a GS1 scheme; empty for the others.
  var keyIdentifier: String {
    switch family {
    case .sgtin: "01"
    case .sscc: "00"
    case .sgln: "414"
    case .grai: "8003"
    case .giai: "8004"
    case .gsrn: "8018"
    case .gsrnp: "8017"
    case .gdti: "253"
    case .sgcn: "255"
    case .cpi: "8010"
    case .itip: "8006"
    case .gid, .usdod, .adi: ""
    }
  }
}

extension EPCBitReader {
  /// "Prioritised Date" (section 14.5.3): four bits name the AI, sixteen hold YYMMDD.
  mutating func takePrioritisedDate() throws(LabelFault) -> EPCTag.DataElement {
    let start = position
    let type = Int(try take(4))
    let identifiers = ["11", "13", "15", "16", "17", "7006", "7007"]
    guard type < identifiers.count else { throw fault(.epcFieldRange, at: start) }
    return EPCTag.DataElement(identifier: identifiers[type], value: try takeDate(dayZeroIsMonthEnd: type < 5))
  }

  /// "6-digit date YYMMDD" (section 14.5.8): seven, four and five bits.
  mutating func takeDate(dayZeroIsMonthEnd: Bool) throws(LabelFault) -> [UInt8] {
    let start = position
    let year = try take(7)
    let month = try take(4)
    let day = try take(5)
    guard year < 100,
      let digits = EPCText.digits(of: UInt128(year * 10_000 + month * 100 + day), length: 6),
      // Every fourth year of a century is a leap year; the years that end in 00 count as 2000 here.
      LabelDate(yymmdd: digits[...], dayZeroIsMonthEnd: dayZeroIsMonthEnd, referenceYear: 2000 + Int(year)) != nil
    else { throw fault(.epcFieldRange, at: start) }
    return digits
  }

  /// "Fixed-Length Numeric" (section 14.5.4): a digit in four bits.
  mutating func takeNibbles(_ count: Int) throws(LabelFault) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(count + 4)
    for _ in 0..<count {
      let start = position
      let value = UInt8(try take(4))
      guard value < 10 else { throw fault(.epcFieldRange, at: start) }
      digits.append(0x30 + value)
    }
    return digits
  }

  /// "Delimited/Terminated Numeric" (section 14.5.5): digits up to 1111, or up to 1110 and then a text that begins with
  /// no digit.
  mutating func takeDelimited(
    longest: Int, allowing isAllowed: (UInt8) -> Bool
  ) throws(LabelFault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(longest)
    while true {
      let start = position
      let value = UInt8(try take(4))
      switch value {
      case 0..<10:
        guard text.count < longest else { throw fault(.epcFieldRange, at: start) }
        text.append(0x30 + value)
      case 15 where !text.isEmpty: return text
      case 14 where !text.isEmpty && text.count < longest:
        let behind = try takeVariableText(1...(longest - text.count), allowing: isAllowed)
        guard let first = behind.first, !isDigit(first) else { throw fault(.epcFieldRange, at: start) }
        return text + behind
      default: throw fault(.epcFieldRange, at: start)
      }
    }
  }

  /// "Variable-length numeric string without encoding indicator" (section 14.5.13), its length in four bits.
  mutating func takeCountedDigits(_ lengths: ClosedRange<Int>) throws(LabelFault) -> [UInt8] {
    let start = position
    let length = Int(try take(4))
    guard lengths.contains(length) else { throw fault(.epcFieldRange, at: start) }
    return try takeDecimal(length)
  }

  /// "Variable-length alphanumeric" (section 14.5.6 and Table E): three bits name the alphabet, five bits the length.
  mutating func takeVariableText(
    _ lengths: ClosedRange<Int>, allowing isAllowed: (UInt8) -> Bool
  ) throws(LabelFault) -> [UInt8] {
    let start = position
    let alphabet = try take(3)
    let length = Int(try take(5))
    guard lengths.contains(length) else { throw fault(.epcFieldRange, at: start) }
    let text: [UInt8] =
      switch alphabet {
      case 0: try takeDecimal(length)
      case 1: try takeCoded(length, bits: 4) { $0 < 10 ? 0x30 + $0 : 0x37 + $0 }
      case 2: try takeCoded(length, bits: 4) { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
      case 3: try takeCoded(length, bits: 6, Self.base64)
      case 4: try takeCoded(length, bits: 7) { $0 }
      case 5: try takeCode40(length)
      default: throw fault(.epcFieldRange, at: start)
      }
    guard text.allSatisfy(isAllowed) else { throw fault(.epcFieldRange, at: start) }
    return text
  }

  /// So many decimal digits in the fewest bits that hold them (Table B).
  private mutating func takeDecimal(_ length: Int) throws(LabelFault) -> [UInt8] {
    let start = position
    // log2(10) = 3.3219281; exact for all lengths that occur (1 to 30).
    let value = try takeWide((length * 3_321_929 + 999_999) / 1_000_000)
    guard let digits = EPCText.digits(of: value, length: length) else { throw fault(.epcFieldRange, at: start) }
    return digits
  }

  private mutating func takeCoded(
    _ length: Int, bits: Int, _ character: (UInt8) -> UInt8
  ) throws(LabelFault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(length)
    for _ in 0..<length { text.append(character(UInt8(try take(bits)))) }
    return text
  }

  /// File-safe, URI-safe base 64 (Table 14-7).
  private static func base64(_ code: UInt8) -> UInt8 {
    switch code {
    case 0..<26: 0x41 + code
    case 26..<52: 0x61 + code - 26
    case 52..<62: 0x30 + code - 52
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
  }

  /// URN Code 40: three characters in sixteen bits, the last group filled with pads (section 14.5.6.5, Table 14-8).
  private mutating func takeCode40(_ length: Int) throws(LabelFault) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(length + 2)
    while text.count < length {
      let start = position
      let group = Int(try take(16)) - 1
      guard group >= 0, group < 64_000 else { throw fault(.epcFieldRange, at: start) }
      for code in [group / 1600, group / 40 % 40, group % 40] {
        if text.count == length {
          guard code == 0 else { throw fault(.epcFieldRange, at: start) }
          continue
        }
        switch code {
        case 1...26: text.append(0x40 + UInt8(code))
        case 27...29: text.append([0x2D, 0x2E, 0x3A][code - 27])
        case 30...39: text.append(0x30 + UInt8(code - 30))
        default: throw fault(.epcFieldRange, at: start)
        }
      }
    }
    return text
  }
}
