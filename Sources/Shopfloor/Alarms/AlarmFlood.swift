/// A stretch in which alarms came faster than a person can take them in.
public struct AlarmFlood: Hashable, Sendable, Codable {
  public var from: Timestamp
  public var until: Timestamp
  public var alarms: Int

  public init(from: Timestamp, until: Timestamp, alarms: Int) {
    self.from = from
    self.until = until
    self.alarms = alarms
  }
}

extension AlarmFlood {
  /// The floods among alarms raised at these times, which are in order. A flood begins with the first of ten alarms in
  /// ten minutes and ends at the instant from which fewer than five came in the ten minutes before.
  ///
  /// - Parameter end: where nothing is known any more; a flood that lasts is cut there.
  static func floods(_ times: [Timestamp], end: Timestamp) -> [AlarmFlood] {
    var floods: [AlarmFlood] = []
    // The alarm with which the flood at hand began.
    var first: Int?
    var oldest = 0
    for (index, time) in times.enumerated() {
      if let begin = first, calm(after: index - 1, times) <= time {
        floods.append(flood(begin, index - 1, times, end: end))
        first = nil
        // An alarm belongs to one flood.
        oldest = index
      }
      while time.microseconds(since: times[oldest]) >= AlarmMeasure.tenMinutes { oldest += 1 }
      if first == nil, index - oldest + 1 >= AlarmMeasure.floodBegin { first = oldest }
    }
    if let begin = first { floods.append(flood(begin, times.count - 1, times, end: end)) }
    return floods
  }

  /// When too few came for a flood, if none came after this one: the alarm that is one too many has left the window.
  private static func calm(after last: Int, _ times: [Timestamp]) -> Timestamp {
    times[last - AlarmMeasure.floodEnd + 1].advanced(byMicroseconds: AlarmMeasure.tenMinutes)
  }

  private static func flood(_ first: Int, _ last: Int, _ times: [Timestamp], end: Timestamp) -> AlarmFlood {
    AlarmFlood(from: times[first], until: min(calm(after: last, times), end), alarms: last - first + 1)
  }

  /// The most of these times in any stretch of this length.
  static func peak(_ times: [Timestamp], within microseconds: Int64) -> Int {
    var oldest = 0
    var most = 0
    for (index, time) in times.enumerated() {
      while time.microseconds(since: times[oldest]) >= microseconds { oldest += 1 }
      most = max(most, index - oldest + 1)
    }
    return most
  }
}
