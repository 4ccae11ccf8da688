/// The rules for the value of one field: lengths, characters, check digit, date.
enum FieldRules {
  /// The fault of a value, or nil. `value` keeps its indices in the label, so that the fault knows its place.
  static func fault(
    of value: ArraySlice<UInt8>, identifier: String, row: ApplicationIdentifier, moreMayBelongToNext: Bool
  ) -> LabelFault? {
    let lengths = row.lengths
    func fault(_ name: LabelFault.Name, at index: Int) -> LabelFault {
      LabelFault(name, at: index, identifier: identifier, read: value)
    }
    if value.isEmpty { return fault(.emptyField, at: value.startIndex) }
    if value.count < lengths.lowerBound { return fault(.tooShort, at: value.endIndex) }
    if value.count > lengths.upperBound {
      return fault(
        moreMayBelongToNext ? .missingSeparator : .tooLong, at: value.startIndex + lengths.upperBound)
    }
    var rest = value
    for part in row.parts {
      let stretch = rest.prefix(part.lengths.upperBound)
      if let index = stretch.firstIndex(where: { !allows($0, part.characters) }) {
        return fault(.badCharacter, at: index)
      }
      rest = rest.dropFirst(part.lengths.upperBound)
    }
    let first = Array(value.prefix(row.parts[0].lengths.upperBound))
    switch row.check {
    case .none: return nil
    case .checkDigit: return hasRightCheckDigit(first) ? nil : fault(.checkDigit, at: value.startIndex)
    case .dateOrMonth:
      return CalendarDigits(first, dayZeroIsMonthEnd: true) == nil ? fault(.badDate, at: value.startIndex) : nil
    case .date:
      return CalendarDigits(first, dayZeroIsMonthEnd: false) == nil ? fault(.badDate, at: value.startIndex) : nil
    case .dateAndTime:
      return CalendarDigits(first, dayZeroIsMonthEnd: false)?.minuteOfDay == nil
        ? fault(.badDate, at: value.startIndex) : nil
    }
  }

  /// Modulo 10 with weights 3, 1, 3 … from the digit left of the check digit (GS1 General Specifications, check digit
  /// calculations).
  static func hasRightCheckDigit(_ digits: [UInt8]) -> Bool {
    guard let last = digits.last, digits.allSatisfy(isDigit) else { return false }
    var sum = 0
    for (index, digit) in digits.dropLast().reversed().enumerated() {
      sum += Int(digit - 0x30) * (index.isMultiple(of: 2) ? 3 : 1)
    }
    return (10 - sum % 10) % 10 == Int(last - 0x30)
  }

  /// Character sets 82 and 39 (GS1 General Specifications, section 7.11).
  static func allows(_ byte: UInt8, _ characters: ApplicationIdentifier.Part.Characters) -> Bool {
    switch characters {
    case .digits: isDigit(byte)
    case .set39:
      isDigit(byte) || (byte >= 0x41 && byte <= 0x5A) || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "/")
    case .set82:
      (byte >= 0x25 && byte <= 0x3F) || isLetter(byte) || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "\"")
        || byte == UInt8(ascii: "_")
    }
  }
}

/// The digits YYMMDD, optionally followed by hhmm, checked against the calendar.
struct CalendarDigits: Hashable, Sendable {
  var yearOfCentury: Int
  var month: Int
  /// 0: the last day of the month.
  var day: Int
  var minuteOfDay: Int?

  init?(_ digits: [UInt8], dayZeroIsMonthEnd: Bool) {
    guard digits.count >= 6, digits.allSatisfy(isDigit) else { return nil }
    func pair(_ index: Int) -> Int { Int(digits[index] - 0x30) * 10 + Int(digits[index + 1] - 0x30) }
    yearOfCentury = pair(0)
    month = pair(2)
    day = pair(4)
    // 2000 was a leap year and so is every year of a century that divides by 4; 1900 and 2100 lie outside the window of
    // any reference year in which this program runs.
    guard (1...12).contains(month), day <= LabelDate.days(in: month, of: 2000 + yearOfCentury),
      day > 0 || dayZeroIsMonthEnd
    else { return nil }
    if digits.count >= 10 {
      guard pair(6) < 24, pair(8) < 60 else { return nil }
      minuteOfDay = pair(6) * 60 + pair(8)
    }
  }

  /// The date in the century that the reference year gives.
  func date(referenceYear: Int, digits: String) -> LabelDate {
    let year = LabelDate.fullYear(yearOfCentury, referenceYear: referenceYear)
    return LabelDate(
      year: year, month: month, day: day == 0 ? LabelDate.days(in: month, of: year) : day, minuteOfDay: minuteOfDay,
      precision: minuteOfDay != nil ? .minute : day == 0 ? .month : .day, digits: digits)
  }
}
