public import Shopfloor

/// One effect that is owed to the ERP. Written in the same transaction as the event that owes it.
public struct OutboxRow: Hashable, Sendable {
  public enum State: String, Sendable, Codable { case pending, delivered, blocked }

  public var id: Int64
  /// What the payload is: "batch-record".
  public var kind: String
  /// Rows of one lot are delivered in the order of their ids.
  public var lot: LotNumber?
  /// Our own key, which the receiver keeps in a searchable field: "lotwire:record:LOT:0:<first 16 of the digest>".
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
    id: Int64, kind: String, lot: LotNumber?, idempotencyKey: String, payloadSHA256: String, payload: [UInt8],
    state: State, attempts: Int, createdAt: Timestamp, nextAttemptAt: Timestamp, lastAnswer: String?
  ) {
    self.id = id
    self.kind = kind
    self.lot = lot
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
