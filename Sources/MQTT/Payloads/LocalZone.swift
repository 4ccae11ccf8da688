import Foundation
import Shopfloor

/// A zone of the IANA database, for times that are written without one.
struct LocalZone {
  private let zone: TimeZone
  /// The day that was asked for last, counted from 1970 in local time, and its offset to UTC in seconds where it is the
  /// same all day: most messages are of one day, and the database is slow.
  private var day: Int64 = .min
  private var offsetOfDay: Int64?

  static let secondsOfDay: Int64 = 86_400

  /// nil where the database has no zone of this name.
  init?(_ name: String) {
    guard let zone = TimeZone(identifier: name) else { return nil }
    self.zone = zone
  }

  /// The instant of a local time, given as if it were UTC; nil in the hour that comes twice in autumn and in the one that
  /// does not come in spring.
  mutating func instant(of local: Timestamp) -> Timestamp? {
    let seconds = local.microseconds.flooredQuotient(1_000_000)
    let today = seconds.flooredQuotient(Self.secondsOfDay)
    if today != day {
      day = today
      let before = offset(at: (today - 1) * Self.secondsOfDay)
      let after = offset(at: (today + 2) * Self.secondsOfDay)
      offsetOfDay = before == after ? before : nil
    }
    let offsets: Set<Int64>
    if let offsetOfDay {
      offsets = [offsetOfDay]
    } else {
      offsets = [offset(at: seconds - Self.secondsOfDay), offset(at: seconds + Self.secondsOfDay)]
    }
    // An offset is right where it is the one that holds at the instant it leads to.
    let right = offsetOfDay == nil ? offsets.filter { offset(at: seconds - $0) == $0 } : offsets
    guard right.count == 1, let only = right.first else { return nil }
    return local.advanced(byMicroseconds: -only * 1_000_000)
  }

  private func offset(at unixSeconds: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(unixSeconds))))
  }
}

extension Int64 {
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
