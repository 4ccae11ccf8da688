import Devices

/// A date and time out of one register a field.
enum RegisterDate {
  /// Seconds since 1970-01-01 00:00 of the device's own clock; nil where the fields are no date. What has no field counts as the first of its
  /// kind: month and day 1, hour, minute and second 0.
  static func seconds(_ words: [UInt16], _ fields: [DateTimeLayout.Field]) -> Double? {
    var (year, month, day, hour, minute, second) = (0, 1, 1, 0, 0, 0)
    for (word, field) in zip(words, fields) {
      let number = Int(word)
      switch field {
      case .year: year = number < 100 ? 2_000 + number : number
      case .month: month = number
      case .day: day = number
      case .hour: hour = number
      case .minute: minute = number
      case .second: second = number
      case .skip: break
      }
    }
    guard (1_000...9_999).contains(year), (1...12).contains(month), day >= 1, day <= days(in: month, of: year),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let time = (hour * 60 + minute) * 60 + second
    return Double(daysSinceEpoch(year, month, day) * 86_400 + time)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March and eras of 400 of them
  /// (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil).
  static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
