public import Devices
public import Shopfloor

/// Everything that becomes durable together: readings, events, sealed records, outbox moves. One transaction.
public struct CommitGroup: Sendable {
  public struct PendingEvent: Sendable, Hashable {
    public var event: Event
    public var actor: String
    public var derived: Bool

    public init(_ event: Event, actor: String, derived: Bool = false) {
      self.event = event
      self.actor = actor
      self.derived = derived
    }
  }

  public struct SealedRecord: Sendable, Hashable {
    /// The kind of its outbox rows.
    public static let kind = "batch-record"

    public var notice: SealedRecordNotice
    /// The sealed file, byte for byte.
    public var bytes: [UInt8]

    public init(notice: SealedRecordNotice, bytes: [UInt8]) {
      self.notice = notice
      self.bytes = bytes
    }

    /// Our key at the ERP: the same record always has the same key.
    public var idempotencyKey: String { Self.idempotencyKey(of: notice) }

    static func idempotencyKey(of notice: SealedRecordNotice) -> String {
      "lotwire:record:\(notice.lot):\(notice.revision):\(notice.digestSHA256.prefix(16))"
    }
  }

  /// The instant of the commit; every event of the group carries it.
  public var clock: ClockReading
  public var batches: [ReadingBatch] = []
  public var events: [PendingEvent] = []
  public var records: [SealedRecord] = []
  public var deliveries: [DeliveryReport] = []
  /// What people decided about outbox rows; after the deliveries.
  public var decisions: [DeliveryDecision] = []
  public var settings: [(name: String, value: String)] = []
  /// Work on the ledger itself, carried out after everything else.
  public var upkeep: [LedgerUpkeep] = []
  /// State of the recorder after this group, to restart from; nil: keep the former one.
  public var checkpoint: [UInt8]?

  public init(clock: ClockReading) { self.clock = clock }
}

/// What a commit wrote.
public struct CommitReceipt: Sendable {
  public var group: Int64
  public var events: [EventRecord]
}

/// A reading whose own time lies this far or farther from its commit is found through an index of its own.
let bindingWindowMicroseconds: Int64 = 60_000_000
