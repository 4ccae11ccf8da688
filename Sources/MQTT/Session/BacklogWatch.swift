/// Whether the broker may still have something for us that came before now. Pure; times by the monotonic clock, in
/// microseconds.
///
/// A broker sends what it has kept as fast as we acknowledge it, as many messages at a time as it allows itself. So
/// there is nothing more when for a while no round brought that many.
struct BacklogWatch {
  /// What mosquitto sends unacknowledged as it comes (max_inflight_messages).
  static let smallestWindow = 20
  /// For so long no round may have been that large.
  static let quietMicroseconds: Int64 = 1_000_000
  /// A topic that floods us never leaves such a while: after this time all of it is taken for live, and after a slow
  /// commit already when so many times as long as it took have passed.
  static let longestMicroseconds: Int64 = 60_000_000
  static let slowCommitFactor: Int64 = 10
  /// After a commit that took so long the broker has kept what the sensors sent meanwhile.
  static let slowCommitMicroseconds: Int64 = 250_000

  private let end: Int64
  private var lastFullRound: Int64
  /// Nothing more waited behind the last round.
  private var isDry = false

  /// The broker has answered the subscriptions.
  init(beganAt now: Int64) {
    end = now + Self.longestMicroseconds
    lastFullRound = now
  }

  /// A commit has taken so long that the broker has kept what the sensors sent meanwhile; nil where it was quick.
  init?(commitBeganAt began: Int64, endedAt now: Int64) {
    guard now - began >= Self.slowCommitMicroseconds else { return nil }
    end = now + min(Self.slowCommitFactor * (now - began), Self.longestMicroseconds)
    lastFullRound = now
  }

  mutating func note(messages: Int, mayHaveMore: Bool, at now: Int64) {
    if messages >= Self.smallestWindow || mayHaveMore { lastFullRound = now }
    isDry = !mayHaveMore
  }

  /// Everything that the broker had for us has come; a line on which there is always much leaves no quiet while, and
  /// counts from the longest time on.
  func isCaughtUp(at now: Int64) -> Bool {
    now - lastFullRound >= Self.quietMicroseconds || now >= end && isDry
  }

  /// What comes is live, or as good as.
  func isOver(at now: Int64) -> Bool { isCaughtUp(at: now) || now >= end }
}
