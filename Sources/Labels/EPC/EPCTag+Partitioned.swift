extension EPCTag {
  /// Company prefix, reference and serial by the methods "Partition Table", "Unpadded Partition Table" and "String
  /// Partition Table" (Tag Data Standard 2.3, sections 14.4.3 to 14.4.5), and the serial behind them.
  mutating func readPartitioned(
    _ partition: EPCPartition, _ serial: EPCScheme.Serial, _ reader: inout EPCBitReader
  ) throws(LabelFault) {
    let value = try reader.takeCompany(into: &company)
    let referenceBits = partition.bits - EPCPartition.companyBits[value]
    let referenceLength = partition.length - EPCPartition.companyDigits(value)
    switch partition.reference {
    case .digits: reference = try reader.takeDigits(referenceLength, bits: referenceBits)
    case .number: reference = try reader.takeNumber(bits: referenceBits, longest: referenceLength)
    case .text: reference = try reader.takeText7(longest: referenceLength, bits: referenceBits)
    }
    try readSerial(serial, &reader)
  }

  private mutating func readSerial(
    _ serial: EPCScheme.Serial, _ reader: inout EPCBitReader
  ) throws(LabelFault) {
    switch serial {
    case .none: break
    case .reserved: try reader.takeZeros(24)
    case .number(let bits): self.serial = try reader.takeNumber(bits: bits, longest: 20)
    case .text(let characters):
      self.serial = try reader.takeText7(longest: characters, bits: characters * 7)
    case .digits(let bits): self.serial = try reader.takeMarkedDigits(bits: bits)
    case .pieces(let rest):
      // Section 14.4.10: seven bits hold two digits; piece and total as AI 8006 has them.
      let start = reader.position
      let piece = try reader.takeDigits(2, bits: 7)
      let total = try reader.takeDigits(2, bits: 7)
      pieces = piece + total
      guard EPCText.isPieceOfTotal(pieces) else { throw reader.fault(.epcFieldRange, at: start) }
      self.serial =
        switch rest {
        case .number: try reader.takeNumber(bits: 38, longest: 20)
        case .text: try reader.takeText7(longest: 20, bits: 140)
        }
    }
  }

  /// CPI-var: "6-Bit Variable String Partition Table" (section 14.4.9, Table 14-35), then a serial of up to twelve
  /// digits in 40 bits.
  mutating func readVariableComponent(_ reader: inout EPCBitReader) throws(LabelFault) {
    let partition = try reader.takeCompany(into: &company)
    reference = try reader.takeText6(1...(30 - EPCPartition.companyDigits(partition)), allowing: EPCText.isSet39)
    serial = try reader.takeNumber(bits: 40, longest: 12)
  }

  /// GID-96 (section 14.6.12): three plain numbers.
  mutating func readGeneralIdentifier(_ reader: inout EPCBitReader) throws(LabelFault) {
    company = try reader.takeNumber(bits: 28, longest: 20)
    reference = try reader.takeNumber(bits: 24, longest: 20)
    serial = try reader.takeNumber(bits: 36, longest: 20)
  }

  /// USDOD-96 (United States Department of Defense Suppliers' Passive RFID Information Guide): six characters of eight
  /// bits, a space before a CAGE code of five, and a 36-bit serial.
  mutating func readDefenseIdentifier(_ reader: inout EPCBitReader) throws(LabelFault) {
    for index in 0..<6 {
      let start = reader.position
      let byte = UInt8(try reader.take(8))
      if index == 0, byte == 0x20 { continue }
      guard EPCText.isCodeCharacter(byte) else { throw reader.fault(.epcFieldRange, at: start) }
      company.append(byte)
    }
    serial = try reader.takeNumber(bits: 36, longest: 20)
  }

  /// ADI-var (section 14.6.14.1 with 14.4.7 and 14.4.8): `#` may stand only first in the serial.
  mutating func readAerospaceIdentifier(_ reader: inout EPCBitReader) throws(LabelFault) {
    for index in 0..<6 {
      let start = reader.position
      let code = UInt8(try reader.take(6))
      if index == 0, code == 0b100000 { continue }
      guard let byte = EPCText.character6(code), EPCText.isCodeCharacter(byte) else {
        throw reader.fault(.epcFieldRange, at: start)
      }
      company.append(byte)
    }
    let hash = UInt8(ascii: "#")
    reference = try reader.takeText6(0...32) { EPCText.isSet39($0) && $0 != hash }
    let start = reader.position
    serial = try reader.takeText6(1...30, allowing: EPCText.isSet39)
    if serial.dropFirst().contains(hash) { throw reader.fault(.epcFieldRange, at: start) }
  }
}

extension EPCBitReader {
  /// Partition value and company prefix; the fault of a partition that no table has is `epc.partition`.
  fileprivate mutating func takeCompany(into company: inout [UInt8]) throws(LabelFault) -> Int {
    let start = position
    let value = Int(try take(3))
    guard value < EPCPartition.companyBits.count else { throw fault(.epcPartition, at: start) }
    company = try takeDigits(EPCPartition.companyDigits(value), bits: EPCPartition.companyBits[value])
    return value
  }
}
