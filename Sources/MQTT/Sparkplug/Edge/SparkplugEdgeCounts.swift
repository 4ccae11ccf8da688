/// What an edge node has done since the daemon started.
public struct SparkplugEdgeCounts: Hashable, Sendable {
  /// Birth sequences published (NBIRTH and all DBIRTHs).
  public var births: UInt64 = 0
  /// Births among them that a host asked for.
  public var rebirths: UInt64 = 0
  /// Metrics published in NDATA and DDATA messages; those among them that were marked as history.
  public var published: UInt64 = 0
  public var publishedAsHistory: UInt64 = 0
  /// Commands that were refused: on a metric that is none, that may not be written, or with a value of another type.
  public var refusedCommands: UInt64 = 0
  /// Commands that were handed on.
  public var acceptedCommands: UInt64 = 0
  /// Values for a metric that is not in the plan; they are not published.
  public var unknownMetrics: UInt64 = 0
  /// Values that do not fit the type of their metric; the metric was published without a value instead.
  public var misfits: UInt64 = 0
  /// STATE messages of the primary host that could not be read or were older than the one before.
  public var ignoredStates: UInt64 = 0

  public init() {}
}
