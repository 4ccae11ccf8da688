/// An instant in UTC, in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Integers, because a binary fraction of a second prints as another time than the one stored. Formatted only at the
/// edge of the program.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public var microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  public func advanced(byMicroseconds step: Int64) -> Timestamp {
    Timestamp(microseconds: microseconds &+ step)
  }

  public func microseconds(since earlier: Timestamp) -> Int64 { microseconds &- earlier.microseconds }
}

extension Timestamp: CustomStringConvertible {
  /// `2026-11-21T04:20:48.000001Z`: ISO 8601, always six decimals, always UTC.
  public var description: String {
    let secondsAndRest = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let fraction = secondsAndRest.remainder < 0 ? secondsAndRest.remainder + 1_000_000 : secondsAndRest.remainder
    let seconds = secondsAndRest.remainder < 0 ? secondsAndRest.quotient - 1 : secondsAndRest.quotient
    let dayAndRest = seconds.quotientAndRemainder(dividingBy: 86_400)
    let secondOfDay = dayAndRest.remainder < 0 ? dayAndRest.remainder + 86_400 : dayAndRest.remainder
    let day = dayAndRest.remainder < 0 ? dayAndRest.quotient - 1 : dayAndRest.quotient
    let date = Self.civilDate(daysSince1970: day)
    func padded(_ value: Int64, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(secondOfDay / 3600, 2) + ":" + padded(secondOfDay / 60 % 60, 2) + ":" + padded(secondOfDay % 60, 2)
      + "." + padded(fraction, 6) + "Z"
  }

  /// Days to a proleptic Gregorian date, by eras of 400 years (146,097 days) that begin on 1 March.
  static func civilDate(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// Days since 1970-01-01 of a proleptic Gregorian date; the inverse of ``civilDate(daysSince1970:)``.
  static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}

extension Timestamp {
  /// Reads `YYYY-MM-DD`, or `YYYY-MM-DDThh:mm:ss` with optional fraction and with `Z` or an offset `+hh:mm`.
  ///
  /// A date alone is its first microsecond in UTC. Text without a zone, or with a day that the calendar does not have,
  /// is refused: nil.
  public init?(iso8601 text: String) {
    let bytes = Array(text.utf8)
    func number(_ from: Int, _ count: Int) -> Int64? {
      guard from + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[from..<(from + count)] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    func byte(_ index: Int, isOneOf allowed: String) -> Bool {
      index < bytes.count && allowed.utf8.contains(bytes[index])
    }
    guard let year = number(0, 4), byte(4, isOneOf: "-"), let month = number(5, 2), (1...12).contains(month),
      byte(7, isOneOf: "-"), let day = number(8, 2), day >= 1
    else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    guard Self.civilDate(daysSince1970: days) == (year, month, day) else { return nil }
    if bytes.count == 10 {
      self.init(microseconds: days * 86_400_000_000)
      return
    }
    guard byte(10, isOneOf: "Tt "), let hour = number(11, 2), hour < 24, byte(13, isOneOf: ":"),
      let minute = number(14, 2), minute < 60, byte(16, isOneOf: ":"), let second = number(17, 2), second < 61
    else { return nil }
    var index = 19
    var fraction: Int64 = 0
    if byte(index, isOneOf: ".,") {
      index += 1
      var scale: Int64 = 100_000
      let start = index
      while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        fraction += Int64(bytes[index] - 0x30) * scale
        scale /= 10
        index += 1
      }
      guard index > start else { return nil }
    }
    var offsetMinutes: Int64 = 0
    if byte(index, isOneOf: "Zz"), index + 1 == bytes.count {
      offsetMinutes = 0
    } else if byte(index, isOneOf: "+-"), let hours = number(index + 1, 2), hours < 24,
      byte(index + 3, isOneOf: ":"), let minutes = number(index + 4, 2), minutes < 60, index + 6 == bytes.count
    {
      offsetMinutes = (hours * 60 + minutes) * (bytes[index] == 0x2D ? -1 : 1)
    } else {
      return nil
    }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offsetMinutes * 60
    self.init(microseconds: seconds * 1_000_000 + fraction)
  }
}
