import Foundation
public import Shopfloor

/// A report about a lot that the ERP is owed while the lot is made, as the interface of the ERP room spells it (its
/// README.md, "Production reports"): the content of an outbox row, as it is written and as it is read. Derived from its
/// event alone, so that the same ledger always owes the same bytes.
public struct ProductionReportMessage: Hashable, Sendable, Codable {
  /// The kind of its outbox rows.
  public static let kind = "production-report"

  public enum Name: String, Sendable, Codable, CaseIterable {
    case operation, quantities, hold
    case holdLifted = "hold_lifted"
  }

  /// A quantity that was not good, with its reason from the plant's own list of codes.
  public struct Rejected: Hashable, Sendable, Codable {
    public var quantity: Quantity
    public var reason: String
  }

  public var report: Name
  public var lot: LotNumber
  public var workOrder: WorkOrderNumber
  /// The place of the event in the ledger.
  public var event: Int64
  /// The end of the ledger's hash chain there, lower-case hex.
  public var eventHash: String
  /// ISO 8601, as are the other times.
  public var at: String
  public var person: PersonID?
  public var station: StationName?
  public var operation: OperationName?
  public var run: RunID?
  public var startedAt: String?
  public var endedAt: String?
  /// False: the run was paused.
  public var completedOperation: Bool?
  public var good: Quantity?
  public var scrap: [Rejected]?
  public var rework: [Rejected]?
  /// Of the quantities, as the work order says it.
  public var unit: String?
  public var reason: String?
  /// The alarm that put the lot on hold.
  public var alarm: AlarmID?

  enum CodingKeys: String, CodingKey {
    case report, lot, event, at, person, station, operation, run, good, scrap, rework, unit, reason, alarm
    case workOrder = "work_order"
    case eventHash = "event_hash"
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case completedOperation = "completed_operation"
  }

  /// Nil where the event owes no report.
  init?(_ record: EventRecord) {
    guard case .productionReported(let told) = record.event else { return nil }
    report =
      switch told.kind {
      case .operation: .operation
      case .quantities: .quantities
      case .hold: .hold
      case .holdLifted: .holdLifted
      }
    lot = told.lot
    workOrder = told.workOrder
    event = record.sequence
    eventHash = EventChain.hex(record.hash)
    at = told.at.description
    person = told.person
    station = told.station
    operation = told.operation
    run = told.run
    startedAt = told.startedAt?.description
    endedAt = told.endedAt?.description
    completedOperation = told.completedOperation
    good = told.good
    scrap = told.scrap.map(Self.rejected)
    rework = told.rework.map(Self.rejected)
    unit = told.unit
    reason = told.reason
    alarm = told.alarm
  }

  private static func rejected(_ list: [RejectedQuantity]) -> [Rejected] {
    list.map { Rejected(quantity: $0.quantity, reason: $0.reason) }
  }

  /// Our key at the ERP; keys in the order of their text are in the order of the events.
  static func idempotencyKey(of record: EventRecord) -> String { "lotwire:report:\(record.keyPlace)" }

  /// JSON with sorted keys, no white space and no escaped slashes; absent values are left out.
  func canonicalBytes() throws -> [UInt8] { [UInt8](try EventChain.makeEncoder().encode(self)) }
}
