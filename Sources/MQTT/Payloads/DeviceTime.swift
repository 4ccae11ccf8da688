import Devices
import Shopfloor

/// What a payload says about its own time.
enum DeviceTime: Hashable {
  case credible(Timestamp)
  /// Missing, unreadable, without a zone, in the hour that comes twice, or outside what can be true.
  case incredible

  /// A device clock may run ahead of ours by this much.
  static let maximumFutureMicroseconds: Int64 = 60 * 1_000_000
  /// Older than this is a clock that was never set, not a message that was under way.
  static let maximumAgeMicroseconds: Int64 = 30 * 86_400 * 1_000_000
  /// From here on a Unix time counts milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
  static let firstMillisecondsNumber: Int64 = 100_000_000_000
  /// Longest text read as a time, in bytes.
  static let maximumTextBytes = 64

  /// Whether an instant that a device claims can be true for a message that came at this time.
  init(_ instant: Timestamp?, receivedAt: Timestamp) {
    let earliest = receivedAt.advanced(byMicroseconds: -Self.maximumAgeMicroseconds)
    let latest = receivedAt.advanced(byMicroseconds: Self.maximumFutureMicroseconds)
    guard let instant, earliest <= instant, instant <= latest else {
      self = .incredible
      return
    }
    self = .credible(instant)
  }
}

/// Reads the time of one mapping. Keeps what it has found out about its zone.
struct DeviceTimeReader {
  private let form: MessageTime.Form
  private var zone: LocalZone?

  init(_ form: MessageTime.Form) {
    self.form = form
    if case .local(let name) = form { zone = LocalZone(name) }
  }

  mutating func time(_ item: JSONItem?, receivedAt: Timestamp) -> DeviceTime {
    DeviceTime(instant(item), receivedAt: receivedAt)
  }

  private mutating func instant(_ item: JSONItem?) -> Timestamp? {
    guard let item, item.kind == .string || item.kind == .number, let bytes = item.plainBytes,
      bytes.count <= DeviceTime.maximumTextBytes
    else { return nil }
    switch form {
    case .automatic:
      // The first digits "2026-" would also read as a number that ends too early, so ISO 8601 comes first.
      if item.kind == .string, let time = Self.withZone(bytes) { return time }
      guard let whole = Self.scaled(bytes, 0) else { return nil }
      return Self.scaled(bytes, abs(whole) >= DeviceTime.firstMillisecondsNumber ? 3 : 6)
        .map { Timestamp(microseconds: $0) }
    case .unixSeconds: return Self.scaled(bytes, 6).map { Timestamp(microseconds: $0) }
    case .unixMilliseconds: return Self.scaled(bytes, 3).map { Timestamp(microseconds: $0) }
    case .unixMicroseconds: return Self.scaled(bytes, 0).map { Timestamp(microseconds: $0) }
    case .unixNanoseconds: return Self.scaled(bytes, -3).map { Timestamp(microseconds: $0) }
    case .local:
      guard item.kind == .string else { return nil }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let local = Timestamp(iso8601: text + "Z"), bytes.count > 10 else { return Self.withZone(bytes) }
      return zone?.instant(of: local)
    }
  }

  /// A date alone says no time.
  private static func withZone(_ bytes: ArraySlice<UInt8>) -> Timestamp? {
    guard bytes.count > 10 else { return nil }
    return Timestamp(iso8601: String(decoding: bytes, as: UTF8.self))
  }

  /// A number or the text of one, × 10 to this power, cut to a whole number: exact where it was written with up to 19
  /// digits, rounded as a 64-bit float otherwise.
  private static func scaled(_ bytes: ArraySlice<UInt8>, _ power: Int) -> Int64? {
    guard let decimal = DecimalText(bytes.withoutBlanks) else { return nil }
    if let exact = decimal.wholeNumber(timesTenTo: power) { return exact }
    var number = decimal.value
    for _ in 0..<abs(power) { number = power < 0 ? number / 10 : number * 10 }
    return abs(number) < 9e18 ? Int64(number.rounded()) : nil
  }
}
