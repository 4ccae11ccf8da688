extension DataIdentifier {
  /// The fault of a value, or nil. `value` keeps its indices in the label.
  ///
  /// - Parameter allowsDayZero: day 00 stands for the month, as on labels with a pharmacy product number (IFA coding
  ///   system).
  func fault(of value: ArraySlice<UInt8>, allowsDayZero: Bool) -> LabelFault? {
    func fault(_ name: LabelFault.Name, at index: Int) -> LabelFault {
      LabelFault(name, at: index, identifier: self.name, read: value)
    }
    if value.isEmpty { return fault(.iso15434EmptyField, at: value.startIndex) }
    switch rule {
    case .text(let longest):
      return value.count > longest ? fault(.iso15434TooLong, at: value.startIndex + longest) : nil
    case .yymmdd, .yyyymmdd, .ddmmyyyy, .qualifiedDate:
      return date(of: value, allowsDayZero: allowsDayZero, referenceYear: 2000) == nil
        ? fault(.iso15434BadDate, at: value.startIndex) : nil
    case .yyww:
      let isWeek = value.count == 4 && value.allSatisfy(isDigit) && (1...53).contains(Self.number(value.suffix(2)))
      return isWeek ? nil : fault(.iso15434BadDate, at: value.startIndex)
    case .quantity, .quantityWithUnit:
      return quantity(of: value) == nil ? fault(.iso15434BadQuantity, at: value.startIndex) : nil
    case .gtin:
      if value.count != 14 || !value.allSatisfy(isDigit) { return fault(.iso15434BadCharacter, at: value.startIndex) }
      let isRight = value.last == EPCText.checkDigit(of: value.dropLast())
      return isRight ? nil : fault(.iso15434CheckDigit, at: value.endIndex - 1)
    case .pharmacyProductNumber:
      if !(5...22).contains(value.count) || !value.allSatisfy({ isDigit($0) || ($0 >= 0x41 && $0 <= 0x5A) }) {
        return fault(.iso15434BadCharacter, at: value.startIndex)
      }
      return Self.hasPharmacyCheckDigits(value) ? nil : fault(.iso15434CheckDigit, at: value.endIndex - 2)
    }
  }

  /// The date of a value that has no fault; nil also where the identifier has none. The year of the scan matters for
  /// YYMMDD only.
  func date(of value: ArraySlice<UInt8>, allowsDayZero: Bool, referenceYear: Int) -> LabelDate? {
    switch rule {
    case .yymmdd: LabelDate(yymmdd: value, dayZeroIsMonthEnd: true, referenceYear: referenceYear)
    case .yyyymmdd: LabelDate(yyyymmdd: value, dayZeroIsMonthEnd: allowsDayZero)
    case .ddmmyyyy: LabelDate(ddmmyyyy: value)
    case .qualifiedDate: value.count == 8 || value.count == 11 ? LabelDate(yyyymmdd: value.prefix(8)) : nil
    default: nil
    }
  }

  /// The quantity of a value that has no fault.
  func quantity(of value: ArraySlice<UInt8>) -> LabelQuantity? {
    if rule == .quantityWithUnit {
      let unit = value.suffix(2)
      guard (3...10).contains(value.count), unit.allSatisfy({ isDigit($0) || isLetter($0) }) else { return nil }
      return LabelQuantity(digits: value.dropLast(2), unit: String(decoding: unit, as: UTF8.self))
    }
    guard let point = value.firstIndex(of: UInt8(ascii: ".")) else { return LabelQuantity(digits: value) }
    let decimals = value[(point + 1)...]
    guard point > value.startIndex, !decimals.isEmpty else { return nil }
    return LabelQuantity(digits: Array(value[..<point]) + decimals, decimals: decimals.count)
  }

  /// Two digits behind the number: the sum of its ASCII codes, weighted 2, 3, 4 … from the left, modulo 97 (IFA
  /// specification PPN code).
  static func hasPharmacyCheckDigits(_ value: ArraySlice<UInt8>) -> Bool {
    let digits = value.suffix(2)
    guard digits.allSatisfy(isDigit) else { return false }
    var sum = 0
    for (index, byte) in value.dropLast(2).enumerated() { sum += Int(byte) * (index + 2) }
    return sum % 97 == number(digits)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
