public import Shopfloor

/// One effect that is owed to the ERP or to a subscriber of notifications. Written in the same transaction as the event that owes it.
public struct OutboxRow: Hashable, Sendable {
  public enum State: String, Sendable, Codable {
    case pending, delivered
    /// A person must decide; holds back the later rows of its order key.
    case blocked
    /// The receiver refused it for ever, which is an event of its own; holds back nothing.
    case refused
    /// A person decided that it never goes out; holds back nothing.
    case setAside = "set_aside"
  }

  public var id: Int64
  /// What the payload is: "batch-record", "material-movement", "production-report" or "notification".
  public var kind: String
  /// The product lot that a batch record or a report of production is about.
  public var lot: LotNumber?
  /// Rows of one key are delivered in the order of their ids: "lot:L-1", "material:M-1" or
  /// "notify:acme:alarm:A-000001"; nil: the row stands alone.
  public var orderKey: String?
  /// Our own key, which the receiver keeps in a searchable field: "lotwire:record:LOT:0:<first 16 of the digest>",
  /// "lotwire:movement:<event in 12 digits>:<first 16 of its hash>", "lotwire:report:…" or "lotwire:notification:…"
  /// likewise.
  public var idempotencyKey: String
  /// SHA-256 of the payload, lower-case hex.
  public var payloadSHA256: String
  public var payload: [UInt8]
  public var state: State
  public var attempts: Int
  public var createdAt: Timestamp
  public var nextAttemptAt: Timestamp
  public var lastAnswer: String?

  public init(
    id: Int64, kind: String, lot: LotNumber?, orderKey: String?, idempotencyKey: String, payloadSHA256: String,
    payload: [UInt8], state: State, attempts: Int, createdAt: Timestamp, nextAttemptAt: Timestamp, lastAnswer: String?
  ) {
    self.id = id
    self.kind = kind
    self.lot = lot
    self.orderKey = orderKey
    self.idempotencyKey = idempotencyKey
    self.payloadSHA256 = payloadSHA256
    self.payload = payload
    self.state = state
    self.attempts = attempts
    self.createdAt = createdAt
    self.nextAttemptAt = nextAttemptAt
    self.lastAnswer = lastAnswer
  }
}

extension OutboxRow {
  /// Whether it is owed to the ERP, and not to a subscriber of notifications.
  public var isForERP: Bool { kind != NotificationMessage.kind }

  /// The material lot that a movement is about; nil for every other row.
  public var material: MaterialLotNumber? {
    guard kind == MaterialMovement.kind, let orderKey, orderKey.hasPrefix("material:") else { return nil }
    // The key was made from such a number.
    return try? MaterialLotNumber(String(orderKey.dropFirst("material:".count)))
  }
}
