/// The data that a tag may carry behind an EPC of a "+" scheme (Tag Data Standard 2.3, section 15.3): application
/// identifiers, digit by digit in four bits, each with its value.
///
/// Read are those that name lot, serial, variant, dates, counts, measures, item numbers and orders. Another one is
/// refused with its place: its length is not known, so nothing behind it could be trusted.
extension EPCBitReader {
  mutating func takeData() throws(LabelFault) -> [EPCTag.DataElement] {
    var elements: [EPCTag.DataElement] = []
    // Fewer than eight bits, or eight zeros, are filler.
    while rest >= 8, word.bits(at: position, count: 8) != 0 {
      let start = position
      let element = try takeElement()
      if elements.contains(where: { $0.identifier == element.identifier }) {
        throw LabelFault(
          .repeatedDiffers, at: fault(.epcRestBits, at: start).byteOffset, identifier: element.identifier,
          read: element.value)
      }
      elements.append(element)
    }
    return elements
  }

  /// One application identifier (Table K) and its value (Table F).
  private mutating func takeElement() throws(LabelFault) -> EPCTag.DataElement {
    let start = position
    var digits = try takeIdentifierDigits(2, start)
    let value: [UInt8]
    switch (digits[0] - 0x30) * 10 + digits[1] - 0x30 {
    case 10, 21, 22: value = try takeVariableText(1...20, allowing: EPCText.isSet82)
    case 11, 12, 13, 15, 16, 17: value = try takeDate(dayZeroIsMonthEnd: true)
    case 20: value = try takeDigits(2, bits: 7)
    case 30, 37: value = try takeCountedDigits(1...8)
    case 24, 40:
      digits += try takeIdentifierDigits(1, start)
      guard ["240", "241", "400"].contains(String(decoding: digits, as: UTF8.self)) else {
        throw fault(.epcRestBits, at: start)
      }
      value = try takeVariableText(1...30, allowing: EPCText.isSet82)
    case 31...36:
      digits += try takeIdentifierDigits(2, start)
      // The last digit places the decimal point: 0 to 5.
      guard digits[3] <= 0x35 else { throw fault(.epcRestBits, at: start) }
      value = try takeDigits(6, bits: 20)
    default: throw fault(.epcRestBits, at: start)
    }
    return EPCTag.DataElement(identifier: String(decoding: digits, as: UTF8.self), value: value)
  }

  private mutating func takeIdentifierDigits(_ count: Int, _ start: Int) throws(LabelFault) -> [UInt8] {
    var digits: [UInt8] = []
    for _ in 0..<count {
      let digit = UInt8(try take(4))
      guard digit < 10 else { throw fault(.epcRestBits, at: start) }
      digits.append(0x30 + digit)
    }
    return digits
  }
}
