/// Dates of labels from their digits, each checked against the calendar. The slices hold ASCII digits of the length that
/// the name says; anything else gives nil.
extension LabelDate {
  /// YYMMDD; day 00 is the last day of the month where the scheme allows it.
  init?(yymmdd digits: ArraySlice<UInt8>, dayZeroIsMonthEnd: Bool = false, referenceYear: Int) {
    guard let value = Self.number(digits, count: 6) else { return nil }
    let year = Self.fullYear(value / 10_000, referenceYear: referenceYear)
    self.init(
      calendar: year, value / 100 % 100, value % 100, dayZeroIsMonthEnd: dayZeroIsMonthEnd, digits: digits)
  }

  /// MMDDYY.
  init?(mmddyy digits: ArraySlice<UInt8>, referenceYear: Int) {
    guard let value = Self.number(digits, count: 6) else { return nil }
    let year = Self.fullYear(value % 100, referenceYear: referenceYear)
    self.init(calendar: year, value / 10_000, value / 100 % 100, digits: digits)
  }

  /// MMYY: the last day of the month.
  init?(mmyy digits: ArraySlice<UInt8>, referenceYear: Int) {
    guard let value = Self.number(digits, count: 4) else { return nil }
    let year = Self.fullYear(value % 100, referenceYear: referenceYear)
    self.init(calendar: year, value / 100, 0, dayZeroIsMonthEnd: true, digits: digits)
  }

  /// YYYYMMDD.
  init?(yyyymmdd digits: ArraySlice<UInt8>, dayZeroIsMonthEnd: Bool = false) {
    guard let value = Self.number(digits, count: 8) else { return nil }
    self.init(
      calendar: value / 10_000, value / 100 % 100, value % 100, dayZeroIsMonthEnd: dayZeroIsMonthEnd, digits: digits)
  }

  /// DDMMYYYY.
  init?(ddmmyyyy digits: ArraySlice<UInt8>) {
    guard let value = Self.number(digits, count: 8) else { return nil }
    self.init(calendar: value % 10_000, value / 10_000 % 100, value / 1_000_000, digits: digits)
  }

  /// YYJJJ: day of the year from 1.
  init?(yyjjj digits: ArraySlice<UInt8>, referenceYear: Int) {
    guard let value = Self.number(digits, count: 5) else { return nil }
    let year = Self.fullYear(value / 1000, referenceYear: referenceYear)
    var day = value % 1000
    var month = 1
    while month < 12, day > Self.days(in: month, of: year) {
      day -= Self.days(in: month, of: year)
      month += 1
    }
    self.init(calendar: year, month, day, digits: digits)
  }

  /// The same date at the beginning of an hour, 0 to 23, with the digits of both.
  func atHour(_ digits: ArraySlice<UInt8>, of whole: ArraySlice<UInt8>) -> LabelDate? {
    guard let hour = Self.number(digits, count: 2), hour < 24 else { return nil }
    var copy = self
    copy.minuteOfDay = hour * 60
    copy.precision = .hour
    copy.digits = String(decoding: whole, as: UTF8.self)
    return copy
  }

  /// A day of the calendar; nil where there is none such.
  private init?(
    calendar year: Int, _ month: Int, _ day: Int, dayZeroIsMonthEnd: Bool = false, digits: ArraySlice<UInt8>
  ) {
    guard year > 0, (1...12).contains(month) else { return nil }
    let last = Self.days(in: month, of: year)
    guard day <= last, day > 0 || dayZeroIsMonthEnd else { return nil }
    self.init(
      year: year, month: month, day: day == 0 ? last : day, precision: day == 0 ? .month : .day,
      digits: String(decoding: digits, as: UTF8.self))
  }

  /// The number that exactly so many ASCII digits write.
  private static func number(_ digits: ArraySlice<UInt8>, count: Int) -> Int? {
    guard digits.count == count else { return nil }
    var value = 0
    for digit in digits {
      guard isDigit(digit) else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return value
  }
}
