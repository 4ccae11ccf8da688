public import Shopfloor

/// How a device link stands, for the status display. Evidence for the record is in the readings, not here.
public struct LinkStatus: Hashable, Sendable, Codable {
  public enum State: String, Sendable, Codable { case starting, online, degraded, offline }

  public var device: DeviceName
  public var state: State
  public var since: Timestamp
  /// What a technician needs to know: address, last error and what to check.
  public var detail: String
  public var counters: LinkCounters
  /// One for each poll interval of the device, ascending.
  public var groups: [PollGroupStatus]

  public init(
    device: DeviceName, state: State, since: Timestamp, detail: String, counters: LinkCounters,
    groups: [PollGroupStatus] = []
  ) {
    self.device = device
    self.state = state
    self.since = since
    self.detail = detail
    self.counters = counters
    self.groups = groups
  }
}

/// What a link has done since the daemon started.
public struct LinkCounters: Hashable, Sendable, Codable {
  public var requests: UInt64 = 0
  public var replies: UInt64 = 0
  public var timeouts: UInt64 = 0
  public var malformed: UInt64 = 0
  public var exceptions: UInt64 = 0
  public var reconnects: UInt64 = 0
  /// Batches or messages that a bound turned away.
  public var turnedAway: UInt64 = 0
  /// Replies that came too late or to no question of ours; none of them became a value.
  public var discardedReplies: UInt64 = 0
  /// Poll slots that were left out because the device or its line had no time for them.
  public var skippedSlots: UInt64 = 0

  public init() {}
}

/// Something that runs until it is told to stop and can say how its links stand: one per device room and link.
public protocol DeviceSource: AnyObject, Sendable {
  /// Returns at once; the source works on threads or event loops of its own.
  func start() throws
  /// Returns when nothing of the source runs any more.
  func stop()
  func status() -> [LinkStatus]
}
