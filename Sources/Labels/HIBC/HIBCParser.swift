/// The steps of reading an HIBC label: check character first, because it may itself be `/` or a space, then the parts.
struct HIBCParser {
  /// Longest lot, serial and reference (ANSI/HIBC 2.6; FDA "UDI formats by FDA-accredited issuing agency", 1.3).
  static let longestField = 18

  /// Everything between the leading `+` and the check character.
  private var data: ArraySlice<UInt8>
  let checkCharacter: UInt8
  private let referenceYear: Int

  init(_ text: ArraySlice<UInt8>, referenceYear: Int) throws(LabelFault) {
    self.referenceYear = referenceYear
    let star = UInt8(ascii: "*")
    var body = text
    let isPrint = body.first == star && body.last == star && body.count > 1
    if isPrint { body = body.dropFirst().dropLast() }
    guard body.first == UInt8(ascii: "+"), let last = body.last, body.count > 1 else {
      throw LabelFault(.hibcTooShort, at: body.startIndex, read: body)
    }
    if body.dropFirst().first == UInt8(ascii: "+") {
      // HIBC Basic UDI-DI: a device family, never a device (EU 2017/745, annex VI part C).
      throw LabelFault(.basicUDIInCarrier, at: body.startIndex, read: body)
    }
    let check = isPrint && last == UInt8(ascii: "_") ? UInt8(ascii: " ") : last
    var checked = body.dropLast()
    if isPrint, checked.last == UInt8(ascii: "_") {
      // The link character of a secondary label; nowhere else may a space stand before the check character.
      checked[checked.endIndex - 1] = UInt8(ascii: " ")
    }
    if let index = checked.firstIndex(where: { HIBCCheckCharacter.value(of: $0) == nil }) {
      throw LabelFault(.hibcBadCharacter, at: index, read: CollectionOfOne(checked[index]))
    }
    if HIBCCheckCharacter.value(of: check) == nil {
      throw LabelFault(.hibcBadCharacter, at: checked.endIndex, read: CollectionOfOne(check))
    }
    guard HIBCCheckCharacter.following(checked) == check else {
      throw LabelFault(.hibcCheck, at: checked.endIndex, read: body)
    }
    data = checked.dropFirst()
    checkCharacter = check
  }

  mutating func parse(into label: inout HIBCLabel) throws(LabelFault) {
    guard let first = data.first else { throw LabelFault(.hibcTooShort, at: data.startIndex) }
    if first == UInt8(ascii: "$") || isDigit(first) {
      // The link character stands behind all other data; it may be any character, `/` too.
      guard data.count > 2 else { throw LabelFault(.hibcTooShort, at: data.endIndex, read: data) }
      label.linkCharacter = data.removeLast()
    } else {
      try parseItem(takePart(), into: &label)
      if data.isEmpty { return }
      data.removeFirst()
    }
    try parseSecondary(takePart(), into: &label)
    while !data.isEmpty {
      data.removeFirst()
      try parseExtra(takePart(), into: &label)
    }
  }

  /// The text up to the next `/`, which stays.
  private mutating func takePart() -> ArraySlice<UInt8> {
    let part = data.prefix { $0 != UInt8(ascii: "/") }
    data = data[part.endIndex...]
    return part
  }

  /// Labeller code, reference, unit of measure (section 2.2.1).
  private func parseItem(_ part: ArraySlice<UInt8>, into label: inout HIBCLabel) throws(LabelFault) {
    let labeller = part.prefix(4)
    guard labeller.count == 4, let first = labeller.first, isLetter(first),
      labeller.allSatisfy({ isDigit($0) || isLetter($0) })
    else { throw LabelFault(.hibcBadLabeller, at: part.startIndex, read: labeller) }
    let rest = part.dropFirst(4)
    guard let unit = rest.last, isDigit(unit) else {
      throw LabelFault(.hibcBadUnit, at: max(part.startIndex, part.endIndex - 1), read: part)
    }
    let reference = rest.dropLast()
    guard (1...Self.longestField).contains(reference.count),
      reference.allSatisfy({ isDigit($0) || isLetter($0) })
    else { throw LabelFault(.hibcBadReference, at: reference.startIndex, read: reference) }
    label.item = HIBCLabel.Item(
      labeller: String(decoding: labeller, as: UTF8.self), reference: String(decoding: reference, as: UTF8.self),
      unitOfMeasure: unit - 0x30)
  }

  // MARK: Secondary data

  /// The first part of the secondary data (section 2.3.1): `$` and its kin, five digits of a date, or at once an extra.
  private func parseSecondary(_ part: ArraySlice<UInt8>, into label: inout HIBCLabel) throws(LabelFault) {
    let dollar = UInt8(ascii: "$")
    let plus = UInt8(ascii: "+")
    if part.first == dollar {
      var rest = part.dropFirst()
      let hasDate = rest.first == dollar
      if hasDate { rest = rest.dropFirst() }
      let isSerial = rest.first == plus
      if isSerial { rest = rest.dropFirst() }
      var mayBeEmpty = false
      if hasDate {
        if !isSerial, let quantityDigits = quantityDigits(rest.first) {
          try takeQuantity(quantityDigits, from: &rest, into: &label)
          mayBeEmpty = true
        }
        if !(mayBeEmpty && rest.isEmpty) { mayBeEmpty = try takeDate(from: &rest, into: &label) }
      }
      if isSerial {
        label.serial = try field(rest, "serial")
      } else if !(mayBeEmpty && rest.isEmpty) {
        label.lot = try field(rest, "lot")
      }
      return
    }
    if part.count >= 5, part.prefix(5).allSatisfy(isDigit) {
      label.expiry = try date(part.prefix(5)) { LabelDate(yyjjj: $0, referenceYear: referenceYear) }
      label.hasInferredCentury = true
      let rest = part.dropFirst(5)
      if !rest.isEmpty { label.lot = try field(rest, "lot") }
      return
    }
    try parseExtra(part, into: &label)
  }

  private func quantityDigits(_ flag: UInt8?) -> Int? {
    switch flag {
    case UInt8(ascii: "8"): 2
    case UInt8(ascii: "9"): 5
    default: nil
    }
  }

  private func takeQuantity(
    _ count: Int, from rest: inout ArraySlice<UInt8>, into label: inout HIBCLabel
  ) throws(LabelFault) {
    let digits = rest.dropFirst().prefix(count)
    guard digits.count == count, let quantity = LabelQuantity(digits: digits, isCount: true) else {
      throw LabelFault(.hibcBadQuantity, at: rest.startIndex, read: rest)
    }
    label.quantity = quantity
    rest = rest.dropFirst(1 + count)
  }

  /// The date behind `$$`, by its first digit: none (7), or MMYY (0, 1), MMDDYY (2), YYMMDD (3), YYMMDDHH (4), YYJJJ (5),
  /// YYJJJHH (6). Says whether the lot may be missing.
  private func takeDate(
    from rest: inout ArraySlice<UInt8>, into label: inout HIBCLabel
  ) throws(LabelFault) -> Bool {
    let start = rest.startIndex
    guard let flag = rest.first, flag >= 0x30, flag <= 0x37 else {
      throw LabelFault(.hibcBadDate, at: start, read: rest)
    }
    if flag == 0x37 {
      rest = rest.dropFirst()
      return false
    }
    let length = [4, 4, 6, 6, 8, 5, 7][Int(flag - 0x30)]
    if flag > 0x31 { rest = rest.dropFirst() }
    let year = referenceYear
    label.expiry = try date(rest.prefix(length)) { digits in
      guard digits.count == length else { return nil }
      return switch flag {
      case 0x30, 0x31: LabelDate(mmyy: digits, referenceYear: year)
      case 0x32: LabelDate(mmddyy: digits, referenceYear: year)
      case 0x33: LabelDate(yymmdd: digits, referenceYear: year)
      case 0x34:
        LabelDate(yymmdd: digits.prefix(6), referenceYear: year)?.atHour(digits.suffix(2), of: digits)
      case 0x35: LabelDate(yyjjj: digits, referenceYear: year)
      default: LabelDate(yyjjj: digits.prefix(5), referenceYear: year)?.atHour(digits.suffix(2), of: digits)
      }
    }
    label.hasInferredCentury = true
    rest = rest.dropFirst(length)
    return true
  }

  // MARK: Extras

  /// The parts behind (section 2.3.2): serial, expiry, production, quantity; each at most once.
  private func parseExtra(_ part: ArraySlice<UInt8>, into label: inout HIBCLabel) throws(LabelFault) {
    if part.isEmpty { throw LabelFault(.hibcEmptyField, at: part.startIndex) }
    if part.starts(with: "14D".utf8) {
      try once(label.expiry, part)
      label.expiry = try date(part.dropFirst(3)) { LabelDate(yyyymmdd: $0) }
    } else if part.starts(with: "16D".utf8) {
      try once(label.made, part)
      label.made = try date(part.dropFirst(3)) { LabelDate(yyyymmdd: $0) }
    } else if part.first == UInt8(ascii: "S") {
      try once(label.serial, part)
      label.serial = try field(part.dropFirst(), "S")
    } else if part.first == UInt8(ascii: "Q") {
      try once(label.quantity, part)
      guard part.count <= 6, let quantity = LabelQuantity(digits: part.dropFirst(), isCount: true) else {
        throw LabelFault(.hibcBadQuantity, at: part.startIndex, identifier: "Q", read: part)
      }
      label.quantity = quantity
    } else {
      throw LabelFault(.hibcUnknownExtra, at: part.startIndex, read: part)
    }
  }

  private func once<Value>(_ earlier: Value?, _ part: ArraySlice<UInt8>) throws(LabelFault) {
    if earlier != nil { throw LabelFault(.hibcRepeatedField, at: part.startIndex, read: part) }
  }

  private func date(
    _ digits: ArraySlice<UInt8>, _ reading: (ArraySlice<UInt8>) -> LabelDate?
  ) throws(LabelFault) -> LabelDate {
    guard let date = reading(digits) else { throw LabelFault(.hibcBadDate, at: digits.startIndex, read: digits) }
    return date
  }

  /// A lot or serial: 1 to 18 letters, digits, `-`, `.` or spaces.
  private func field(_ value: ArraySlice<UInt8>, _ identifier: String) throws(LabelFault) -> String {
    if value.isEmpty { throw LabelFault(.hibcEmptyField, at: value.startIndex, identifier: identifier) }
    if value.count > Self.longestField {
      throw LabelFault(
        .hibcTooLong, at: value.startIndex + Self.longestField, identifier: identifier, read: value)
    }
    if let index = value.firstIndex(where: { !(isDigit($0) || isLetter($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x20) })
    {
      throw LabelFault(.hibcBadCharacter, at: index, identifier: identifier, read: value)
    }
    return String(decoding: value, as: UTF8.self)
  }
}
