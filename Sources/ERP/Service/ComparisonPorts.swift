public import Ledger
public import Shopfloor

/// What the comparison with the ERP needs from the rest of the daemon, as plain functions.
public struct ComparisonPorts: Sendable {
  /// Delivered rows behind a row, with their payloads, by their ids: at most so many rows, and bytes of payload beside
  /// the first.
  public var rowsAfter: @Sendable (Int64, Int, Int) async throws -> [OutboxRow]
  /// Those of the rows that are delivered, with their payloads; at most so many bytes of payload beside the first row's.
  public var rows: @Sendable ([Int64], Int) async throws -> [OutboxRow]
  /// How many delivered rows lie behind a row.
  public var countAfter: @Sendable (Int64) async throws -> Int
  /// The last row that was written before this time; 0 where there is none.
  public var lastRow: @Sendable (Timestamp) async throws -> Int64
  /// Returns when what was found is durable.
  public var report: @Sendable (DeliveryComparison) async throws -> Void
  /// How far the comparison has come.
  public var loadPlace: @Sendable () async throws -> String?
  public var savePlace: @Sendable (String) async throws -> Void
  /// Which ERP took the rows, and behind which row.
  public var loadScope: @Sendable () async throws -> String?
  public var saveScope: @Sendable (String) async throws -> Void
  /// The last row that was delivered to any ERP; 0 where there is none.
  public var lastDelivered: @Sendable () async throws -> Int64

  public init(
    rowsAfter: @escaping @Sendable (Int64, Int, Int) async throws -> [OutboxRow],
    rows: @escaping @Sendable ([Int64], Int) async throws -> [OutboxRow],
    countAfter: @escaping @Sendable (Int64) async throws -> Int,
    lastRow: @escaping @Sendable (Timestamp) async throws -> Int64,
    report: @escaping @Sendable (DeliveryComparison) async throws -> Void,
    loadPlace: @escaping @Sendable () async throws -> String?,
    savePlace: @escaping @Sendable (String) async throws -> Void,
    loadScope: @escaping @Sendable () async throws -> String?,
    saveScope: @escaping @Sendable (String) async throws -> Void,
    lastDelivered: @escaping @Sendable () async throws -> Int64
  ) {
    self.rowsAfter = rowsAfter
    self.rows = rows
    self.countAfter = countAfter
    self.lastRow = lastRow
    self.report = report
    self.loadPlace = loadPlace
    self.savePlace = savePlace
    self.loadScope = loadScope
    self.saveScope = saveScope
    self.lastDelivered = lastDelivered
  }
}
