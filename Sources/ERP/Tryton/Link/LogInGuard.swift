/// Which log-ins may be tried, so that we never lock our own account, whatever is written into the password file: Tryton
/// counts the failed log-ins of the last 300 s (`[session] timeout`), refuses all while there are more than five
/// (`max_attempt`), also those with the right password, counts these too, and forgets them at an accepted one
/// (trytond 8.0, res/user.py). Pure.
struct LogInGuard: Hashable {
  enum Advice: Hashable {
    case mayTry
    /// Exactly this credential was refused not long ago; only another one is worth an attempt.
    case refusedBefore
    /// Not before this monotonic time, in microseconds.
    case waitUntil(Int64)
  }

  enum Outcome: Hashable {
    case accepted
    case refused
    /// 429: the account or our address is locked for a time.
    case locked
    /// The log-in was sent and no answer came: it may have counted as a failed one.
    case unanswered
    /// The server cannot serve now and has not looked at the credential.
    case notTried
  }

  /// Most failed log-ins that Tryton may count in any window of ``pause`` between two accepted ones. Two less than Tryton
  /// allows, because a person with the same account mistypes too.
  static let maximumCounted = 4
  /// Most that one of ours may count: one without an answer may have been sent again by something on the way.
  static let mostOfOne = 2
  /// Refused credentials that are remembered, the latest.
  static let maximumRefused = 16
  /// After this time a refused credential is tried once more, in microseconds: what was wrong may have been the ERP's
  /// side, a user that was not active or an old copy of the database.
  static let againMicroseconds: Int64 = 1_800_000_000

  private struct Refused: Hashable {
    /// SHA-256; a credential itself is never kept.
    var digest: String
    var at: Int64
  }

  private struct Attempt: Hashable {
    var at: Int64
    var counts: Int
  }

  /// In microseconds, longer than Tryton's own window.
  let pause: Int64
  /// The latest last.
  private var refused: [Refused] = []
  /// Those of the last window that were sent and not accepted.
  private var attempts: [Attempt] = []
  private var closedUntil: Int64 = .min

  init(pause: Int64) { self.pause = pause }

  /// After a start with a credential that was refused before it: what was counted until then is not known here. However
  /// often we are started, no more are sent in a window than Tryton may count.
  init(pause: Int64, refusedBeforeStartAt now: Int64) {
    self.pause = pause
    closedUntil = now + pause / Int64(Self.maximumCounted)
  }

  var refusedDigests: [String] { refused.map(\.digest) }

  func advice(on digest: String, now: Int64) -> Advice {
    if let last = refused.first(where: { $0.digest == digest }), now < last.at + Self.againMicroseconds {
      return .refusedBefore
    }
    var opensAt = closedUntil
    var counted = attempts.reduce(0) { $0 + $1.counts }
    for attempt in attempts where counted + Self.mostOfOne > Self.maximumCounted {
      counted -= attempt.counts
      opensAt = max(opensAt, attempt.at + pause)
    }
    return now < opensAt ? .waitUntil(opensAt) : .mayTry
  }

  /// - Returns: whether it is news: the first refusal of this credential, or an acceptance after a refusal.
  mutating func note(_ outcome: Outcome, of digest: String, now: Int64) -> Bool {
    attempts.removeAll { $0.at + pause <= now }
    switch outcome {
    case .accepted:
      let wasRefused = !refused.isEmpty
      self = LogInGuard(pause: pause)
      return wasRefused
    case .refused:
      attempts.append(Attempt(at: now, counts: 1))
      let isNews = !refused.contains { $0.digest == digest }
      refused.removeAll { $0.digest == digest }
      refused = (refused + [Refused(digest: digest, at: now)]).suffix(Self.maximumRefused)
      return isNews
    case .locked:
      closedUntil = now + pause
      return false
    case .unanswered:
      attempts.append(Attempt(at: now, counts: Self.mostOfOne))
      return false
    case .notTried: return false
    }
  }
}
