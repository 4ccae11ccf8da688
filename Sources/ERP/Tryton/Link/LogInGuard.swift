/// Which log-ins may be tried, so that we never lock our own account: Tryton locks a user after six failed log-ins, also
/// for the right password, and every further attempt begins the time anew (trytond 8.0, res/user.py). Pure.
struct LogInGuard: Hashable {
  enum Advice: Hashable {
    case mayTry
    /// Exactly this credential was refused; only another one is worth an attempt.
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

  /// Log-ins without an answer that may follow each other before a pause. Twice that, because something on the way may
  /// send a request again, and one more stay below Tryton's bound of six (`[session] max_attempt`, 5).
  static let maximumUnanswered = 2

  /// SHA-256 of the refused credential; the credential itself is never kept.
  private(set) var refusedDigest: String?
  private var unanswered = 0
  private var closedUntil: Int64 = .min

  func advice(on digest: String, now: Int64) -> Advice {
    if digest == refusedDigest { return .refusedBefore }
    return now < closedUntil ? .waitUntil(closedUntil) : .mayTry
  }

  /// - Returns: whether it is news: a first refusal, or an acceptance after one.
  mutating func note(_ outcome: Outcome, of digest: String, now: Int64, pause: Int64) -> Bool {
    switch outcome {
    case .accepted:
      let wasRefused = refusedDigest != nil
      self = LogInGuard()
      return wasRefused
    case .refused:
      let isNews = refusedDigest != digest
      refusedDigest = digest
      unanswered = 0
      return isNews
    case .locked:
      closedUntil = now + pause
      return false
    case .unanswered:
      unanswered += 1
      if unanswered >= Self.maximumUnanswered { closedUntil = now + pause }
      return false
    case .notTried: return false
    }
  }
}
