import FoundationEssentials
import Shopfloor

/// Why bytes are no value of Tryton's JSON-RPC.
struct TrytonCodecFault: Error, Hashable, CustomStringConvertible {
  var why: String
  /// In bytes from the beginning.
  var place: Int
  /// The bytes ended before the value did: an answer that was cut. Tryton sends long answers without their length.
  var isCut = false

  var description: String { "\(why) (byte \(place))" }
}

/// Tryton's JSON: objects that carry `__class__` are decimals, dates, times, durations and bytes (trytond 8.0,
/// protocols/jsonrpc.py). Pure, both ways.
enum TrytonCodec {
  static func decode(_ bytes: [UInt8]) throws(TrytonCodecFault) -> TrytonValue { try TrytonText.read(bytes) }

  /// The value that marked members stand for; members of a class that we do not know stay an object, as they do in Tryton.
  static func marked(_ members: [String: TrytonValue], at place: Int) throws(TrytonCodecFault) -> TrytonValue {
    guard case .text(let name)? = members["__class__"] else { return .object(members) }
    let value: TrytonValue?
    switch name {
    case "Decimal": value = decimal(members)
    case "date": value = date(members)
    case "datetime": value = instant(members)
    case "timedelta": value = duration(members)
    case "bytes": value = content(members)
    default: return .object(members)
    }
    guard let value else { throw TrytonCodecFault(why: "this is no \(name) as Tryton writes it", place: place) }
    return value
  }

  private static func decimal(_ members: [String: TrytonValue]) -> TrytonValue? {
    guard case .text(let text)? = members["decimal"], isDecimal(text) else { return nil }
    return .decimal(text)
  }

  /// Digits, a point, a sign, an exponent ("1E+2"); Python's NaN and Infinity are no amounts.
  static func isDecimal(_ text: String) -> Bool {
    guard text.utf8.count <= maximumDecimalBytes, let number = Double(text), number.isFinite else { return false }
    return text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
  }

  /// Longest decimal, in bytes.
  static let maximumDecimalBytes = 64

  private static func whole(_ members: [String: TrytonValue], _ key: String, _ range: ClosedRange<Int64>) -> Int? {
    guard case .integer(let number)? = members[key], range.contains(number) else { return nil }
    return Int(number)
  }

  private static func date(_ members: [String: TrytonValue]) -> TrytonValue? {
    guard let year = whole(members, "year", 1...9_999), let month = whole(members, "month", 1...12),
      let day = whole(members, "day", 1...31), Timestamp(iso8601: dateText(year, month, day)) != nil
    else { return nil }
    return .date(year: year, month: month, day: day)
  }

  private static func instant(_ members: [String: TrytonValue]) -> TrytonValue? {
    guard case .date(let year, let month, let day)? = date(members), let hour = whole(members, "hour", 0...23),
      let minute = whole(members, "minute", 0...59), let second = whole(members, "second", 0...59),
      let microsecond = whole(members, "microsecond", 0...999_999),
      let midnight = Timestamp(iso8601: dateText(year, month, day))
    else { return nil }
    let seconds = Int64(hour * 3_600 + minute * 60 + second)
    return .instant(midnight.advanced(byMicroseconds: seconds * 1_000_000 + Int64(microsecond)))
  }

  private static func duration(_ members: [String: TrytonValue]) -> TrytonValue? {
    switch members["seconds"] {
    case .number(let seconds)?: .duration(seconds: seconds)
    case .integer(let seconds)?: .duration(seconds: Double(seconds))
    default: nil
    }
  }

  /// Base64 with a line feed after 76 characters, as Python writes it.
  private static func content(_ members: [String: TrytonValue]) -> TrytonValue? {
    guard case .text(let text)? = members["base64"] else { return nil }
    let lines = Array(text.utf8)
    var joined: [UInt8] = []
    joined.reserveCapacity(lines.count)
    var place = 0
    while place < lines.count {
      let end = indexOfByte(0x0A, in: lines, from: place) ?? lines.count
      joined.append(contentsOf: lines[place..<end])
      place = end + 1
    }
    return Data(base64Encoded: Data(joined)).map { .bytes([UInt8]($0)) }
  }

  /// `YYYY-MM-DD`.
  static func dateText(_ year: Int, _ month: Int, _ day: Int) -> String {
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
  }
}
