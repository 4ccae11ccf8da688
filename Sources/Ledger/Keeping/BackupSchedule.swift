import Foundation
public import Shopfloor

/// When backups are due: once a day at a time of the local day, and at once where the last one is older than a day.
public struct BackupSchedule: Hashable, Sendable {
  /// Minutes after midnight, local time.
  public var minuteOfDay: Int
  /// IANA name; nil: the zone of the machine.
  public var zone: String?

  public init(minuteOfDay: Int, zone: String? = nil) {
    self.minuteOfDay = minuteOfDay
    self.zone = zone
  }

  /// The latest instant at or before `now` at which a backup was due.
  public func lastDue(before now: Timestamp) -> Timestamp {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone.flatMap(TimeZone.init(identifier:)) ?? .current
    let date = Date(timeIntervalSince1970: Double(now.microseconds) / 1e6)
    // On a day whose clock skips this time, the first time after it.
    for back in 0...2 {
      guard let day = calendar.date(byAdding: .day, value: -back, to: calendar.startOfDay(for: date)),
        let due = calendar.date(bySettingHour: minuteOfDay / 60, minute: minuteOfDay % 60, second: 0, of: day)
      else { continue }
      if due <= date { return Timestamp(microseconds: Int64(due.timeIntervalSince1970) * 1_000_000) }
    }
    return Timestamp(microseconds: now.microseconds - 86_400_000_000)
  }

  public func isDue(at now: Timestamp, last: Timestamp?) -> Bool {
    guard let last else { return true }
    // A backup from the future was made under a wrong clock and holds back none.
    return last > now || last < lastDue(before: now)
  }
}
