public import Devices
public import Shopfloor

/// Something that keeps the ledger in order beside the recording: packing, signed checkpoints, copies, retention.
///
/// A duty reads with a connection of its own, on the thread of the duties; what is to be written goes to the one writer in
/// small pieces. It keeps no state that it cannot find again in the ledger, so that it may end at any instant.
public protocol LedgerDuty {
  /// For status and log, "packing".
  var name: String { get }

  /// Does at most one small piece of work.
  ///
  /// - Returns: when to come again.
  mutating func perform(_ context: DutyContext) throws -> DutyPause

  /// The last piece before the daemon ends; the recorder still writes. Short: what is not done waits for the next start.
  mutating func finish(_ context: DutyContext) throws
}

extension LedgerDuty {
  public mutating func finish(_ context: DutyContext) throws {}
}

/// What a duty works with.
public struct DutyContext {
  public var now: ClockReading
  public var reader: LedgerReader
  /// Has the one writer carry out upkeep, with what is told of it, in one commit; returns when that is on disk.
  public var write: (_ work: [LedgerUpkeep], _ facts: [Event]) throws(LedgerError) -> [EventRecord]

  public init(
    now: ClockReading, reader: LedgerReader,
    write: @escaping (_ work: [LedgerUpkeep], _ facts: [Event]) throws(LedgerError) -> [EventRecord]
  ) {
    self.now = now
    self.reader = reader
    self.write = write
  }
}

/// When a duty wants to be asked again.
public enum DutyPause: Hashable, Sendable {
  /// There is more to do now.
  case none
  case microseconds(Int64)
}
