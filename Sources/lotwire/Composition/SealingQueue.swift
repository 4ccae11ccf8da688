import Shopfloor

/// Which record is sealed next, and when: every lot waits once, first seals go before renewals, and what failed goes
/// behind everything else that is due. Pure: the time is given.
struct SealingQueue: Sendable {
  enum Subject: Hashable, Sendable {
    case lot(LotNumber)
    /// Every lot with a sealed record whose runs consumed the material.
    case lotsWith(MaterialLotNumber)
  }

  enum Purpose: Int, Sendable, Comparable {
    case firstSeal
    case renewal
    /// What became of deliveries: it can wait for more of the same.
    case news

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Something to be sealed.
  struct Work: Hashable, Sendable {
    var subject: Subject
    var purpose: Purpose
    /// Not before.
    var dueAt: Timestamp
    /// The event that asks for it: a record that covers this event needs no renewal.
    var sequence: Int64
    /// Attempts that failed.
    var failures = 0
  }

  enum Step: Hashable, Sendable {
    case work(Work)
    case wait(until: Timestamp)
    case idle
  }

  /// Lots and materials that may wait.
  static let maximumWaiting = 10_000
  /// Between a failed attempt and the next, in microseconds; doubled after each failure up to the longest.
  static let firstRetryMicroseconds: Int64 = 5_000_000
  static let longestRetryMicroseconds: Int64 = 300_000_000

  private struct Entry {
    var work: Work
    /// The order of coming.
    var number: Int
  }

  private var entries: [Subject: Entry] = [:]
  private var nextNumber = 0
  private let capacity: Int
  /// What found the queue full. First seals are found again in the ledger; renewals are not.
  private(set) var droppedCount = 0
  /// Attempts that failed since the start.
  private(set) var failureCount = 0

  init(capacity: Int = Self.maximumWaiting) { self.capacity = capacity }

  var count: Int { entries.count }
  /// Whether there is room for what was left in the ledger.
  var hasRoom: Bool { entries.count <= capacity / 2 }

  /// Lets work wait. What waits already takes the new event with it and stays due when it was.
  mutating func add(_ work: Work) {
    if let waiting = entries[work.subject] {
      entries[work.subject]?.work = Self.merged(waiting.work, work)
      return
    }
    guard entries.count < capacity else {
      droppedCount += 1
      return
    }
    entries[work.subject] = Entry(work: work, number: nextNumber)
    nextNumber += 1
  }

  private static func merged(_ waiting: Work, _ new: Work) -> Work {
    var merged = waiting
    merged.purpose = min(waiting.purpose, new.purpose)
    merged.sequence = max(waiting.sequence, new.sequence)
    merged.failures = max(waiting.failures, new.failures)
    // What failed keeps its distance to the next attempt, which no news brings nearer or puts off.
    merged.dueAt =
      switch (waiting.failures > 0, new.failures > 0) {
      case (false, false): min(waiting.dueAt, new.dueAt)
      case (true, false): waiting.dueAt
      case (false, true): new.dueAt
      case (true, true): max(waiting.dueAt, new.dueAt)
      }
    return merged
  }

  /// Takes what is to be done now out of the queue.
  mutating func next(at now: Timestamp) -> Step {
    let due = entries.values.filter { $0.work.dueAt <= now }.min { Self.rank($0) < Self.rank($1) }
    if let due {
      entries[due.work.subject] = nil
      return .work(due.work)
    }
    return entries.values.map(\.work.dueAt).min().map { .wait(until: $0) } ?? .idle
  }

  private static func rank(_ entry: Entry) -> (Int, Int, Timestamp, Int) {
    (entry.work.failures > 0 ? 1 : 0, entry.work.purpose.rawValue, entry.work.dueAt, entry.number)
  }

  /// Puts work back that failed: behind the others, and later after each failure.
  mutating func failed(_ work: Work, at now: Timestamp) {
    failureCount += 1
    var again = work
    again.failures += 1
    var wait = Self.firstRetryMicroseconds
    for _ in 1..<again.failures where wait < Self.longestRetryMicroseconds { wait *= 2 }
    again.dueAt = now.advanced(byMicroseconds: min(wait, Self.longestRetryMicroseconds))
    add(again)
  }

  /// The lot has a record that covers every event up to this one: what asked for it before is done.
  mutating func sealed(_ lot: LotNumber, through sequence: Int64) {
    guard let waiting = entries[.lot(lot)], waiting.work.sequence <= sequence else { return }
    entries[.lot(lot)] = nil
  }
}
