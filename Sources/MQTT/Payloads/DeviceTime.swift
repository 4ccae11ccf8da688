import Shopfloor

/// What a payload says about its own time.
enum DeviceTime: Hashable {
  case credible(Timestamp)
  /// Missing, unreadable, without a zone, or outside what can be true.
  case incredible

  /// A device clock may run ahead of ours by this much.
  static let maximumFutureMicroseconds: Int64 = 60 * 1_000_000
  /// Older than this is a clock that was never set, not a message that was under way.
  static let maximumAgeMicroseconds: Int64 = 30 * 86_400 * 1_000_000
  /// From here on a Unix time counts milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
  static let firstMillisecondsNumber = 1e11

  init(_ value: JSONValue?, receivedAt: Timestamp) {
    guard let time = Self.instant(value) else {
      self = .incredible
      return
    }
    let earliest = receivedAt.advanced(byMicroseconds: -Self.maximumAgeMicroseconds)
    let latest = receivedAt.advanced(byMicroseconds: Self.maximumFutureMicroseconds)
    self = (earliest...latest).contains(time) ? .credible(time) : .incredible
  }

  /// ISO 8601 with a zone, or a Unix time in seconds or milliseconds, as a number or as the text of one.
  private static func instant(_ value: JSONValue?) -> Timestamp? {
    switch value {
    case .string(let text):
      // The first digits "2026-" would also read as a number that ends too early, so ISO 8601 comes first.
      return Timestamp(iso8601: text).flatMap { text.utf8.count > 10 ? $0 : nil } ?? unixTime(text)
    case .number(let text): return unixTime(text)
    default: return nil
    }
  }

  private static func unixTime(_ text: String) -> Timestamp? {
    guard case .value(let number) = NumberText(text.utf8) else { return nil }
    let microseconds = abs(number) >= firstMillisecondsNumber ? number * 1e3 : number * 1e6
    guard abs(microseconds) < 9e18 else { return nil }
    return Timestamp(microseconds: Int64(microseconds.rounded()))
  }
}
