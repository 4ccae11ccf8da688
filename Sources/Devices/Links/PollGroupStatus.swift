/// How punctually the points of one poll interval of a device are read.
public struct PollGroupStatus: Hashable, Sendable, Codable {
  public var intervalMicroseconds: Int64
  /// Polls that were finished since the daemon started.
  public var polls: UInt64
  public var skippedSlots: UInt64
  /// Every how many slots a poll is made now: 1, or more while the device or its line is overloaded.
  public var thinning: Int
  /// From the time a poll was due to its last reply: median, 99th percentile and the most of the last minute or so.
  public var latenessMedianMicroseconds: Int64
  public var lateness99Microseconds: Int64
  public var latenessMaximumMicroseconds: Int64

  public init(
    intervalMicroseconds: Int64, polls: UInt64 = 0, skippedSlots: UInt64 = 0, thinning: Int = 1,
    latenessMedianMicroseconds: Int64 = 0, lateness99Microseconds: Int64 = 0, latenessMaximumMicroseconds: Int64 = 0
  ) {
    self.intervalMicroseconds = intervalMicroseconds
    self.polls = polls
    self.skippedSlots = skippedSlots
    self.thinning = thinning
    self.latenessMedianMicroseconds = latenessMedianMicroseconds
    self.lateness99Microseconds = lateness99Microseconds
    self.latenessMaximumMicroseconds = latenessMaximumMicroseconds
  }
}
