import Ledger
import Shopfloor

/// What an ERP finally says of one outbox row. Everything short of that is an ``ERPFailure``.
public enum DeliveryVerdict: Hashable, Sendable {
  /// The ERP holds exactly this content; `receipt` is its own name for it.
  case delivered(receipt: String)
  /// Repeating will not help; a person must decide.
  case blocked(reason: String)
}

/// A record as the ERP lists it under our key.
public struct RecordReference: Hashable, Sendable {
  /// The ERP's own name of the record.
  public var id: String
  /// The digest that the ERP stored beside it, lower-case hex.
  public var sha256: String

  public init(id: String, sha256: String) {
    self.id = id
    self.sha256 = sha256
  }
}

extension OutboxRow {
  /// A difference of the row: what, as delivered, as found.
  func drift(_ field: String, _ delivered: String, _ found: String) -> DeliveryDrift {
    DeliveryDrift(
      outboxRow: id, idempotencyKey: idempotencyKey, lot: lot, material: material, field: field,
      delivered: oneLine(delivered), found: oneLine(found))
  }
}
