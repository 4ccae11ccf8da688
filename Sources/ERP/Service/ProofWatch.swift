/// Decides when what we prove ourselves with was mended and is worth an attempt before its time: a person who writes the
/// right password waits for the next poll and not for the end of a pause of minutes. Pure. Times are monotonic
/// microseconds.
struct ProofWatch: Hashable {
  /// Attempts before their time in any window: an ERP counts what is wrong, however often a person corrects it. A
  /// connector that knows how its ERP counts is stricter where it must be.
  static let maximumEarly = 3
  static let windowMicroseconds: Int64 = 600_000_000

  /// The files as they were looked at last, and as they were before the last attempt that was refused.
  private var seen: String?
  private var tried: String?
  private var refused: Set<ERPStatus.Activity> = []
  private var early: [Attempt] = []

  private struct Attempt: Hashable {
    var at: Int64
    /// Whether the ERP was asked; nil: not known yet.
    var asked: Bool?
  }

  /// Whether the files must be looked at more often than something is due.
  var isWatching: Bool { !refused.isEmpty && tried != nil }

  /// - Parameter digest: of the files as they are now; nil: there are none.
  /// - Returns: whether an attempt is worth it now.
  mutating func looked(_ digest: String?, at now: Int64) -> Bool {
    seen = digest
    guard isWatching, digest != nil, digest != tried else { return false }
    early.removeAll { $0.asked == false || $0.at + Self.windowMicroseconds <= now }
    // A change that comes too soon is not forgotten.
    guard early.count < Self.maximumEarly else { return false }
    early.append(Attempt(at: now))
    tried = digest
    return true
  }

  mutating func succeeded(_ activity: ERPStatus.Activity) {
    askedERP(true)
    refused.remove(activity)
  }

  /// A secret that cannot be read is a failure of our own machine, which the ERP does not count: a file is empty while it
  /// is written, and open to everyone until its permissions are set.
  mutating func failed(_ failure: ERPFailure, _ activity: ERPStatus.Activity) {
    guard failure.code == .unauthorized || failure.code == .local else { return }
    askedERP(failure.code == .unauthorized)
    refused.insert(activity)
    tried = seen
  }

  /// One attempt has several activities: one that reached the ERP is enough.
  private mutating func askedERP(_ isAsked: Bool) {
    guard let last = early.indices.last, early[last].asked != true else { return }
    early[last].asked = isAsked
  }
}
