/// Notices that an endpoint cannot keep its schedule and says every how many slots its units are polled instead: all
/// alike, so that the values stay evenly spaced; and goes back when there is room.
struct OverloadWatch: Hashable, Sendable {
  /// The shortest time that is judged, and the fewest slots in it.
  static let windowMicroseconds: Int64 = 5_000_000
  static let slotsToJudge: UInt64 = 10
  /// Missed slots in a window, and their share of all, that are more than bad luck.
  static let missedSlots: UInt64 = 3
  static let missedShare: UInt64 = 10
  /// The share of its time in percent that an endpoint may be busy before another slot is left out.
  static let busyPercent: Int64 = 85
  static let maximumThinning: Int64 = 1_000

  /// Every how many slots one is used.
  private(set) var thinning: Int64 = 1
  private var windowStart: Int64?
  private var slots: UInt64 = 0
  private var missed: UInt64 = 0
  private var busy: Int64 = 0
  private var busySince: Int64?

  /// A unit's poll was due.
  ///
  /// - Parameter missed: slots that passed although the unit answers; slots lost to a fault are none.
  mutating func took(missed: UInt64, now: Int64) {
    slots += 1 + missed
    self.missed += missed
    guard let start = windowStart else {
      windowStart = now
      return
    }
    let length = now - start
    // Thinned slots count for those that were left out, so that going back does not take as many times as long.
    guard length >= Self.windowMicroseconds, slots * UInt64(thinning) >= Self.slotsToJudge else { return }
    judge(length, now)
    windowStart = now
    slots = 0
    self.missed = 0
    busy = 0
  }

  /// The endpoint waits for a reply or keeps a pause from now on.
  mutating func becameBusy(now: Int64) {
    if busySince == nil { busySince = now }
  }

  mutating func becameFree(now: Int64) {
    if let since = busySince { busy += now - since }
    busySince = nil
  }

  private mutating func judge(_ length: Int64, _ now: Int64) {
    if let since = busySince {
      busy += now - since
      busySince = now
    }
    if missed >= Self.missedSlots, missed * Self.missedShare > slots {
      let kept = Int64(slots - missed)
      let needed = (thinning * Int64(slots) + kept - 1) / max(1, kept)
      // One standstill of this process looks like a great overload; only what lasts may thin much.
      thinning = min(Self.maximumThinning, thinning * 2, max(thinning + 1, needed))
    } else if missed == 0, thinning > 1 {
      // The same work on all slots would take `busy * thinning`.
      let room = length * Self.busyPercent / 100
      let enough = max(1, (busy * thinning + room - 1) / max(1, room))
      thinning = min(thinning, enough)
    }
  }
}
