public import Shopfloor

/// What the console needs from the rest of the daemon, as plain functions.
public struct ConsolePorts: Sendable {
  public var status: @Sendable () async -> LineStatus
  /// Answers after the acknowledgement is on disk.
  public var acknowledge: @Sendable (AcknowledgeRequest) async -> CommandAnswer
  /// Answers after the hold, or its end, is on disk.
  public var hold: @Sendable (HoldRequest) async -> CommandAnswer
  public var reload: @Sendable () async -> ReloadAnswer

  public init(
    status: @escaping @Sendable () async -> LineStatus,
    acknowledge: @escaping @Sendable (AcknowledgeRequest) async -> CommandAnswer,
    hold: @escaping @Sendable (HoldRequest) async -> CommandAnswer,
    reload: @escaping @Sendable () async -> ReloadAnswer
  ) {
    self.status = status
    self.acknowledge = acknowledge
    self.hold = hold
    self.reload = reload
  }
}
