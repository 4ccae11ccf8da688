public import Ledger

/// What the connector asks of our own ledger while it delivers.
public struct TrytonLedger: Sendable {
  /// The latest signed checkpoint as a signed note; nil: there is none yet.
  let checkpoint: @Sendable () async throws -> [UInt8]?
  /// The payload of the last record of the same lot before this row that a person set aside; nil: there is none.
  let lastSetAside: @Sendable (OutboxRow) async throws -> [UInt8]?

  public init(
    checkpoint: @escaping @Sendable () async throws -> [UInt8]? = { nil },
    lastSetAside: @escaping @Sendable (OutboxRow) async throws -> [UInt8]? = { _ in nil }
  ) {
    self.checkpoint = checkpoint
    self.lastSetAside = lastSetAside
  }
}
