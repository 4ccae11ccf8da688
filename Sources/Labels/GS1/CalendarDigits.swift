/// The digits YYMMDD.
struct CalendarDigits: Hashable, Sendable {
  var yearOfCentury: Int
  var month: Int
  /// 0: the last day of the month.
  var day: Int

  init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count == 6 else { return nil }
    let number = Linter.number(bytes, range)
    (yearOfCentury, month, day) = (number / 10_000, number / 100 % 100, number % 100)
  }

  var isDayOfMonth: Bool { day > 0 && isDayOfMonthOrZero }

  /// 2000 was a leap year and so is every year of a century that divides by 4; 1900 and 2100 lie outside the window of any
  /// reference year in which this program runs.
  var isDayOfMonthOrZero: Bool {
    (1...12).contains(month) && day <= LabelDate.days(in: month, of: 2000 + yearOfCentury)
  }

  /// The date in the century that the reference year gives.
  func date(referenceYear: Int, minuteOfDay: Int? = nil, precision: LabelDate.Precision, digits: String) -> LabelDate {
    let year = LabelDate.fullYear(yearOfCentury, referenceYear: referenceYear)
    return LabelDate(
      year: year, month: month, day: day == 0 ? LabelDate.days(in: month, of: year) : day, minuteOfDay: minuteOfDay,
      precision: precision, digits: digits)
  }
}
