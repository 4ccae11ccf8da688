import Shopfloor

/// The values of an edge node that may still be wanted, in the order in which they came: first those that were sent and
/// may not have arrived, then those that were not sent yet. One bound for both.
struct KeptValues {
  struct Entry: Hashable {
    /// Index into the metrics of the edge node.
    var metric: Int
    var time: Timestamp
    var value: SparkplugValue?
    /// It came after a value of a later time: it is history whoever listens.
    var isLate: Bool
    /// When it was written to the socket the last time, by the monotonic clock; nil: not yet, or it is to be sent again.
    var sentAt: Int64?
    /// Numbers all entries ever kept.
    var ordinal: UInt64
  }

  let maximumCount: Int
  /// Values given up before they were sent, because nobody was there for too long.
  private(set) var givenUp: UInt64 = 0
  /// Values that were sent and let go before the time in which a loss can show was over.
  private(set) var letGoEarly: UInt64 = 0
  /// The earliest time among the values that were given up or let go early; nil: there were none.
  private(set) var earliestGivenUp: Timestamp?
  private(set) var nextOrdinal: UInt64 = 0

  /// Entries live in `entries[first...]`; what lies before is cleared away from time to time.
  private var entries: [Entry] = []
  private var first = 0
  /// The first entry that was not sent.
  private var cursor = 0
  /// Ordinals and times that are lower than all behind them: the first is the lowest time of all.
  private var lowest: [(ordinal: UInt64, time: Timestamp)] = []
  private var lowestFirst = 0

  init(maximumCount: Int) { self.maximumCount = max(1, maximumCount) }

  var unsentCount: Int { entries.count - cursor }
  var sentCount: Int { cursor - first }

  /// The earliest time among all that is kept.
  var earliestTime: Timestamp? { lowestFirst < lowest.count ? lowest[lowestFirst].time : nil }

  /// When the oldest of those that were sent was written; nil also where it is not written yet.
  var oldestSentAt: Int64? { sentCount > 0 ? entries[first].sentAt : nil }

  mutating func append(metric: Int, time: Timestamp, value: SparkplugValue?, isLate: Bool) {
    if entries.count - first >= maximumCount {
      if sentCount > 0 { letGoEarly += 1 } else { givenUp += 1 }
      earliestGivenUp = min(earliestGivenUp ?? entries[first].time, entries[first].time)
      removeFirst()
    }
    let ordinal = nextOrdinal
    nextOrdinal += 1
    entries.append(
      Entry(metric: metric, time: time, value: value, isLate: isLate, sentAt: nil, ordinal: ordinal))
    while lowest.count > lowestFirst, let last = lowest.last, last.time >= time { lowest.removeLast() }
    lowest.append((ordinal, time))
  }

  /// Everything that is kept, in the order in which it came.
  var all: ArraySlice<Entry> { entries[first...] }

  /// The unsent entry so many places behind the first unsent one.
  func unsent(_ offset: Int) -> Entry { entries[cursor + offset] }

  /// The next entries were handed to the library; nothing is let go of before it is written.
  mutating func markSent(_ count: Int) { cursor += count }

  /// Everything that was handed to the library has been written to the socket.
  mutating func markWritten(at now: Int64) {
    // Written entries never lie behind one that is not.
    var index = cursor - 1
    while index >= first, entries[index].sentAt == nil {
      entries[index].sentAt = now
      index -= 1
    }
  }

  /// Lets go of what was written before this monotonic time.
  mutating func forgetSent(before limit: Int64) {
    while sentCount > 0, let sentAt = entries[first].sentAt, sentAt < limit { removeFirst() }
  }

  /// What was sent and is still kept is to be sent again.
  mutating func sendAgain() {
    for index in first..<cursor { entries[index].sentAt = nil }
    cursor = first
  }

  private mutating func removeFirst() {
    if lowestFirst < lowest.count, lowest[lowestFirst].ordinal == entries[first].ordinal { lowestFirst += 1 }
    // The place is cleared away later; a long text should not stay until then.
    entries[first].value = nil
    first += 1
    cursor = max(cursor, first)
    if first > 1_024, first > entries.count / 2 {
      entries.removeFirst(first)
      cursor -= first
      first = 0
    }
    if lowestFirst > 1_024, lowestFirst > lowest.count / 2 {
      lowest.removeFirst(lowestFirst)
      lowestFirst = 0
    }
  }
}
