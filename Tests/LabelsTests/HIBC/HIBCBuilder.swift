import Foundation

/// Builds HIBC labels and judges what the parser made of one, by slow and obvious means: text and Foundation's calendar.
struct HIBCBuilder {
  static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%")

  static func checked(_ text: String) -> String {
    let sum = text.reduce(0) { $0 + (alphabet.firstIndex(of: $1) ?? 0) }
    return text + String(alphabet[sum % 43])
  }

  /// A date with every way to write it behind `$$`.
  struct DateForm {
    var mark: String
    var digits: String
    var year: Int
    var month: Int
    var day: Int
    var hour: Int?
  }

  /// A random date of a year from 2000 to 2075, written in one of the seven forms.
  static func date(_ random: inout SeededGenerator) -> DateForm {
    let year = Int.random(in: 2000...2075, using: &random)
    let dayOfYear = Int.random(in: 1...(isLeap(year) ? 366 : 365), using: &random)
    let (month, day) = monthAndDay(dayOfYear, year)
    let hour = Int.random(in: 0...23, using: &random)
    let yy = two(year % 100)
    let julian = yy + String(repeating: "0", count: 3 - String(dayOfYear).count) + String(dayOfYear)
    switch Int.random(in: 1...6, using: &random) {
    case 1:
      return DateForm(mark: "", digits: two(month) + yy, year: year, month: month, day: lastDay(month, year))
    case 2: return DateForm(mark: "2", digits: two(month) + two(day) + yy, year: year, month: month, day: day)
    case 3: return DateForm(mark: "3", digits: yy + two(month) + two(day), year: year, month: month, day: day)
    case 4:
      return DateForm(
        mark: "4", digits: yy + two(month) + two(day) + two(hour), year: year, month: month, day: day, hour: hour)
    case 5: return DateForm(mark: "5", digits: julian, year: year, month: month, day: day)
    default: return DateForm(mark: "6", digits: julian + two(hour), year: year, month: month, day: day, hour: hour)
    }
  }

  static func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }

  static func isLeap(_ year: Int) -> Bool { lastDay(2, year) == 29 }

  static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  static func lastDay(_ month: Int, _ year: Int) -> Int {
    (28...31).last { DateComponents(calendar: calendar, year: year, month: month, day: $0).isValidDate } ?? 0
  }

  static func monthAndDay(_ dayOfYear: Int, _ year: Int) -> (Int, Int) {
    var rest = dayOfYear
    for month in 1...12 {
      if rest <= lastDay(month, year) { return (month, rest) }
      rest -= lastDay(month, year)
    }
    return (0, 0)
  }
}
