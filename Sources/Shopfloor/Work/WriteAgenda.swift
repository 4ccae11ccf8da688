/// Which of the open writes are to be tried now. Pure: told what is open, what began and what came of it.
///
/// A write of a person is tried once and never again: whoever ordered it decides what to do after a failure. An interlock
/// is tried until the device has confirmed it or something else is in demand. At one place one write is under way at a
/// time, in the order of their numbers: what was wanted last must be written last.
public struct WriteAgenda: Sendable {
  public enum Step: Hashable, Sendable {
    /// Write it, and tell the agenda and the floor what came of it.
    case attempt(DeviceWrite)
    /// It was ordered before this daemon started; whether it was written then is not known.
    case reportUnknown(DeviceWrite)
  }

  /// Pause before an interlock is tried again: doubles from the first to the cap, in microseconds.
  public static let firstRetryMicroseconds: Int64 = 1_000_000
  public static let retryCapMicroseconds: Int64 = 30_000_000

  private struct Place: Hashable, Sendable {
    var device: DeviceName
    var point: String

    init(_ write: DeviceWrite) {
      device = write.device
      point = write.point
    }
  }

  private struct Attempts: Sendable {
    var place: Place
    var isUnderWay = false
    var failures = 0
    var nextAt: Int64 = .min
  }

  private var attempts: [WriteID: Attempts] = [:]
  /// Open when the daemon started.
  private let inherited: Set<WriteID>

  public init(openAtStart: some Sequence<DeviceWrite>) { inherited = Set(openAtStart.map(\.id)) }

  /// What is to be done now, in the order of the writes' numbers.
  public mutating func steps(open: [DeviceWrite], now: Int64) -> [Step] {
    let ids = Set(open.map(\.id))
    attempts = attempts.filter { ids.contains($0.key) || $0.value.isUnderWay }
    var busy = busyPlaces
    return open.sorted { $0.id < $1.id }.compactMap { write in
      let place = Place(write)
      let known = attempts[write.id, default: Attempts(place: place)]
      guard !known.isUnderWay, now >= known.nextAt else { return nil }
      if !write.isInterlock {
        guard known.failures == 0 else { return nil }
        if inherited.contains(write.id) {
          attempts[write.id] = Attempts(place: place, failures: 1)
          return .reportUnknown(write)
        }
      }
      guard busy.insert(place).inserted else { return nil }
      attempts[write.id, default: Attempts(place: place)].isUnderWay = true
      return .attempt(write)
    }
  }

  private var busyPlaces: Set<Place> { Set(attempts.values.filter(\.isUnderWay).map(\.place)) }

  /// An attempt has ended.
  public mutating func ended(_ write: DeviceWrite, confirmed: Bool, now: Int64) {
    guard var known = attempts[write.id] else { return }
    known.isUnderWay = false
    if !confirmed {
      let doublings = min(known.failures, 10)
      known.failures += 1
      known.nextAt = now + min(Self.firstRetryMicroseconds << Int64(doublings), Self.retryCapMicroseconds)
    } else {
      // Waits for the floor to take it off the list.
      known.failures += 1
      known.nextAt = now + Self.firstRetryMicroseconds
    }
    attempts[write.id] = known
  }

  /// When ``steps(open:now:)`` may next have something without news from the floor; nil: only news can help.
  public func nextWake(open: [DeviceWrite]) -> Int64? {
    let busy = busyPlaces
    return open.compactMap { write in
      guard write.isInterlock, let known = attempts[write.id], !busy.contains(Place(write)) else { return nil }
      return known.nextAt
    }.min()
  }
}
