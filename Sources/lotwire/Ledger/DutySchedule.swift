import Devices
import Ledger
import Shopfloor

/// Which duty of the ledger comes next, and when. Pure: the time is given. One at a time, the longest due first, and what
/// failed waits longer after each failure; no duty keeps another from its turn.
struct DutySchedule: Sendable {
  /// How a duty stands, for status and log.
  struct Standing: Hashable, Sendable {
    var name: String
    /// By the monotonic clock, in microseconds.
    var dueAt: Int64
    var pieces = 0
    /// In a row.
    var failures = 0
    var lastDoneAt: Timestamp?
    /// Why the last attempt failed; nil after one that did not.
    var problem: String?
  }

  enum Step: Hashable, Sendable {
    case perform(Int)
    case wait(until: Int64)
  }

  /// After a failure, doubled after each further one up to the longest, in microseconds.
  static let firstRetryMicroseconds: Int64 = 1_000_000
  static let longestRetryMicroseconds: Int64 = 60_000_000
  /// The longest pause without a look at the clock, in microseconds.
  static let longestWaitMicroseconds: Int64 = 60_000_000

  private(set) var standings: [Standing]
  /// Grows with every turn, so that of two duties that have more to do at once each gets its own.
  private var turns: [Int]
  private var turn = 0

  init(names: [String], now: Int64) {
    standings = names.map { Standing(name: $0, dueAt: now) }
    turns = names.map { _ in 0 }
  }

  func next(at now: Int64) -> Step {
    let due = standings.indices.filter { standings[$0].dueAt <= now }.min { turns[$0] < turns[$1] }
    if let due { return .perform(due) }
    let first = standings.map(\.dueAt).min() ?? .max
    return .wait(until: min(first, now + Self.longestWaitMicroseconds))
  }

  mutating func done(_ index: Int, _ pause: DutyPause, at now: ClockReading) {
    takeTurn(index)
    standings[index].pieces += 1
    standings[index].failures = 0
    standings[index].problem = nil
    standings[index].lastDoneAt = now.utc
    switch pause {
    case .none: standings[index].dueAt = now.monotonicMicroseconds
    case .microseconds(let length): standings[index].dueAt = now.monotonicMicroseconds + max(0, length)
    }
  }

  mutating func failed(_ index: Int, _ problem: String, at now: Int64) {
    takeTurn(index)
    var wait = Self.firstRetryMicroseconds
    for _ in 0..<standings[index].failures where wait < Self.longestRetryMicroseconds { wait *= 2 }
    standings[index].failures += 1
    standings[index].problem = problem
    standings[index].dueAt = now + min(wait, Self.longestRetryMicroseconds)
  }

  /// Something happened that the duty waits for. A failing one keeps its distance.
  mutating func wake(_ name: String, at now: Int64) {
    for index in standings.indices where standings[index].name == name && standings[index].failures == 0 {
      standings[index].dueAt = min(standings[index].dueAt, now)
    }
  }

  private mutating func takeTurn(_ index: Int) {
    turn += 1
    turns[index] = turn
  }
}
