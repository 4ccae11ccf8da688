/// A calendar date on a label; labels carry no time zone.
public struct LabelDate: Hashable, Sendable {
  /// How much of the date the label says.
  public enum Precision: String, Sendable, Hashable, CaseIterable { case month, day, hour, minute }

  /// The full year of the Gregorian calendar.
  public var year: Int
  /// 1 to 12.
  public var month: Int
  /// The day; the last one of the month where the label names only the month.
  public var day: Int
  /// Minutes after midnight where the label gives a time, else nil: the whole day. With precision `hour` the first
  /// minute of that hour.
  public var minuteOfDay: Int?
  /// How much of this the label says.
  public var precision: Precision
  /// The characters of the date as written.
  public var digits: String

  /// A date; nothing is checked against the calendar.
  public init(
    year: Int, month: Int, day: Int, minuteOfDay: Int? = nil, precision: Precision = .day, digits: String = ""
  ) {
    self.year = year
    self.month = month
    self.day = day
    self.minuteOfDay = minuteOfDay
    self.precision = precision
    self.digits = digits
  }

  /// The year that a two-digit year means: within 50 years around the reference year, 49 back and 50 ahead at most
  /// (GS1 General Specifications, determination of century in dates).
  static func fullYear(_ yearOfCentury: Int, referenceYear: Int) -> Int {
    let century = referenceYear / 100 * 100
    let difference = yearOfCentury - referenceYear % 100
    return yearOfCentury + (difference >= 51 ? century - 100 : difference <= -50 ? century + 100 : century)
  }

  /// Days of a month of the Gregorian calendar.
  static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
