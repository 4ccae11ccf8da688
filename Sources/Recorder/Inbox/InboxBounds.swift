/// The bounds of the recorder's inbox and of its commits.
public struct InboxBounds: Hashable, Sendable {
  /// Readings that may wait.
  public var maximumReadings = 200_000
  /// Commands that may wait.
  public var maximumCommands = 1_000
  /// Pieces of upkeep that may wait; whoever hands one over awaits it.
  public var maximumUpkeep = 16
  /// Readings of one commit.
  public var maximumReadingsPerCommit = 20_000
  /// How long readings wait for company before they are committed, in microseconds. Commands never wait, nor do readings
  /// whose source awaits the commit.
  public var commitDelayMicroseconds: Int64 = 50_000
  /// Whether readings whose source awaits the commit are committed at once; false only where somebody listens to the
  /// commits of sources that do not wait, as a measurement does.
  public var commitsAwaitedAtOnce = true

  public init() {}
}
