public import Shopfloor

/// How recording stands, for status displays.
public struct RecorderState: Hashable, Sendable, Codable {
  public var isRecording: Bool
  public var since: Timestamp
  /// Why recording stands still, and what to do.
  public var problem: String?
  public var counters = RecorderCounters()
  public var storage = StorageState()
  public var commitLatency = CommitLatency()

  public init(isRecording: Bool, since: Timestamp, problem: String?) {
    self.isRecording = isRecording
    self.since = since
    self.problem = problem
  }
}

/// What the recorder has done since the daemon started.
public struct RecorderCounters: Hashable, Sendable, Codable {
  public var commits: UInt64 = 0
  public var failedCommits: UInt64 = 0
  public var readings: UInt64 = 0
  public var events: UInt64 = 0
  public var commands: UInt64 = 0
  /// Messages that arrived again and were kept once.
  public var duplicateMessages: UInt64 = 0
  /// Batches that a bound turned away.
  public var turnedAwayBatches: UInt64 = 0
  /// Groups that were taken again at the start, and those of them that did not give the same events.
  public var replayedGroups: UInt64 = 0
  public var replayDifferences: UInt64 = 0
}
