import Foundation
import Shopfloor

/// A report about a lot that the ERP is owed while the lot is made, as the interface of the ERP room spells it. Derived
/// from its event alone, so that the same ledger always owes the same bytes.
struct ReportMessage: Hashable, Encodable {
  static let kind = "production-report"

  struct Rejected: Hashable, Encodable {
    var quantity: Quantity
    var reason: String
  }

  var report: String
  var lot: LotNumber
  var workOrder: WorkOrderNumber
  var event: Int64
  var eventHash: String
  var at: String
  var person: PersonID?
  var station: StationName?
  var operation: OperationName?
  var run: RunID?
  var startedAt: String?
  var endedAt: String?
  var completedOperation: Bool?
  var good: Quantity?
  var scrap: [Rejected]?
  var rework: [Rejected]?
  var unit: String?
  var reason: String?
  var alarm: AlarmID?

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
      case .operation: "operation"
      case .quantities: "quantities"
      case .hold: "hold"
      case .holdLifted: "hold_lifted"
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
